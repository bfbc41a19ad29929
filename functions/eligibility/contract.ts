import * as z from 'zod';
import { AuditTable } from '../audit/contract.ts';
import { DocumentsTable } from '../documents/contract.ts';
import { IdentityTable } from '../identity/contract.ts';
import { NoticesTable } from '../runtime/notices-table.ts';
import { contract } from '../runtime/route.ts';
import { applicantRoutes } from './applicant.contract.ts';
import { officerRoutes } from './officer.contract.ts';

export * from './application.contract.ts';
export { QueueFilter } from './officer.contract.ts';

export const EligibilityTable = z.object({ ELIGIBILITY_TABLE: z.string().min(1) });

/** Environment of what changes applications: it is recorded, and people hear of it. */
const Changing = EligibilityTable.extend({ ...AuditTable.shape, ...NoticesTable.shape });

/** What each function of this capability is deployed with. */
export const eligibilityEnvironments = {
  api: Changing.extend({
    ...IdentityTable.shape,
    ...DocumentsTable.shape,
    /** The name of the secret that holds address and key of the region's welfare registry. */
    REGISTRY_SECRET: z.string().min(1),
  }),
  due: Changing,
  offer: Changing.extend(DocumentsTable.shape),
  learner: Changing,
};

/** The secret's value: where the registry answers, and the key that signs questions and replies. */
export const RegistryAccess = z.strictObject({
  /** Names go there: nobody reads along but on this machine. */
  url: z.url().regex(/^(https:|http:\/\/(127\.0\.0\.1|localhost)[:/])/, 'an https address'),
  /** 24 to 64 bytes in base 64; Standard Webhooks may write `whsec_` before it. */
  key: z.string().regex(/^(whsec_)?[\w+/-]{32,86}={0,2}$/, '24 to 64 bytes in base 64'),
});
export type RegistryAccess = z.infer<typeof RegistryAccess>;

/** How keys of applications begin: the stream hands only these on. */
export const applicationKeyPrefix = 'APPLICATION#';

/** Applications that wait for an officer, by area and age. */
export const waitingIndex = 'waiting';

/** Applications that time changes next, by day. */
export const dueIndex = 'due';

/** Routes of applicants and of officers: one function serves both. */
export const eligibility = contract({
  name: 'eligibility',
  summary: 'Who may join: applications and their decisions',
  routes: { ...applicantRoutes, ...officerRoutes },
});
