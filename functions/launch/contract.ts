import * as z from 'zod';
import { EnrolmentTable } from '../enrolment/contract.ts';
import { IdentityTable } from '../identity/contract.ts';
import { ProvisioningTable } from '../provisioning/contract.ts';
import { AuditTable } from '../runtime/happening.ts';
import { contract } from '../runtime/route.ts';
import { contentRoutes } from './content.contract.ts';
import { ltiRoutes } from './lti.contract.ts';
import { wayRoutes } from './way.contract.ts';

export * from './content.contract.ts';
export * from './key.contract.ts';
export * from './lti.contract.ts';
export * from './message.contract.ts';
export * from './way.contract.ts';

export const LaunchTable = z.object({ LAUNCH_TABLE: z.string().min(1) });

/** What each function of this capability is deployed with. */
export const launchEnvironments = {
  api: LaunchTable.extend({
    ...EnrolmentTable.shape,
    ...ProvisioningTable.shape,
    ...IdentityTable.shape,
    ...AuditTable.shape,
    /** The name of the secret that has what opens each provider, by its id. */
    PROVIDERS_SECRET: z.string().min(1),
    /** The name of the secret with the platform's own keys. */
    PLATFORM_KEYS: z.string().min(1),
  }),
};

export const launch = contract({
  name: 'launch',
  summary:
    'Ways in: how a learner gets from a place to what is learnt there, and LTI 1.3 for tools',
  routes: { ...wayRoutes, ...contentRoutes, ...ltiRoutes },
});
