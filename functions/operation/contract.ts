import * as z from 'zod';
import { EligibilityTable } from '../eligibility/contract.ts';
import { IdentityTable } from '../identity/contract.ts';
import { MentoringTable } from '../mentoring/contract.ts';
import { ProvisioningTable } from '../provisioning/contract.ts';

/**
 * The migrations of data in the order in which they run: each brings rows that earlier releases wrote to the shape of
 * this one. A migration that was released is never changed, renumbered or removed; the next one follows it.
 */
export const MigrationId = z.enum([
  '0001-requests-by-learner',
  '0002-mentor-requests-by-learner',
  '0003-certificates-by-mentor',
  '0004-closed-applications-by-day',
  '0005-accounts-by-provider',
]);
export type MigrationId = z.infer<typeof MigrationId>;

/** How many migrations a release knows: what is behind `+data.` in the stack's output `Version`. */
export const dataLevel = MigrationId.options.length;

/** The capabilities whose tables migrations change: their function's role has these and no others. */
export const migratedTables = ['identity', 'eligibility', 'provisioning', 'mentoring'] as const;
export type MigratedTable = (typeof migratedTables)[number];

/** The event of the migration job. Anything else that it is invoked with is a mistake. */
export const MigrationCall = z.strictObject({
  /** `false` only asks how far they are. */
  migrate: z.boolean().default(true),
});

/** What the migration job answers. Whoever runs the migrations invokes it until it is done. */
export const MigrationProgress = z.strictObject({
  /** Whether every migration is done. */
  done: z.boolean(),
  /** The one that is told of: the one at work, or, when all are done, the last; absent of a release that has none. */
  migration: MigrationId.optional(),
  /** Rows that it has looked at, of any kind, and rows that it has changed. */
  seen: z.int().min(0),
  changed: z.int().min(0),
  /** Somebody else runs it at this moment; nothing was done. */
  busy: z.boolean(),
});
export type MigrationProgress = z.infer<typeof MigrationProgress>;

export const OperationTable = z.object({ OPERATION_TABLE: z.string().min(1) });

/** What each function of this capability is deployed with. */
export const operationEnvironments = {
  migration: OperationTable.extend({
    ...IdentityTable.shape,
    ...EligibilityTable.shape,
    ...ProvisioningTable.shape,
    ...MentoringTable.shape,
  }),
  canary: z.object({
    /** Where the API answers to everybody, without a slash at its end. */
    API_URL: z.url(),
  }),
};
