import * as z from 'zod';
import { Category, ProviderId, Stage } from '../../regions/schema.ts';
import { EligibilityTable } from '../eligibility/contract.ts';
import { ActingFor, IdentityTable } from '../identity/contract.ts';
import { AuditTable } from '../runtime/happening.ts';
import { contract } from '../runtime/route.ts';
import { courseRoutes } from './course.contract.ts';

export { Course, CourseView } from './course.contract.ts';

/** A provider as a learner sees it: in their language, with what it offers to their stage. */
export const ProviderView = z.strictObject({
  providerId: ProviderId,
  name: z.string(),
  description: z.string(),
  /** The categories in which a learner of the stage may choose it. */
  categories: z.array(Category).min(1),
});
export type ProviderView = z.infer<typeof ProviderView>;

/** What each function of this capability is deployed with. */
export const catalogueEnvironments = {
  api: IdentityTable.extend({
    ...EligibilityTable.shape,
    ...AuditTable.shape,
    CATALOGUE_TABLE: z.string().min(1),
  }),
};

export const catalogue = contract({
  name: 'catalogue',
  summary: 'What there is to choose',
  routes: {
    ...courseRoutes,
    listProviders: {
      method: 'GET',
      path: '/providers',
      access: { pool: 'public' },
      summary: 'Providers for your stage: the approved one, or else the one of your profile',
      query: ActingFor.extend({
        category: Category.optional().meta({ description: 'Only providers for this place' }),
      }),
      answers: {
        status: 200,
        body: z.strictObject({ stage: Stage, providers: z.array(ProviderView) }),
      },
      refusals: { 422: ['profile-required'] },
    },
  },
});
