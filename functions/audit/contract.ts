import * as z from 'zod';
import { IdentityTable, LearnerId, StaffId } from '../identity/contract.ts';
import { AuditTable, EntryId, Happening } from '../runtime/happening.ts';
import { Cursor, paging } from '../runtime/paging.ts';
import { contract } from '../runtime/route.ts';

export { AuditAction, AuditTable, Happening } from '../runtime/happening.ts';

/** One line of the audit trail. Nobody changes or deletes it. */
export const AuditEntry = Happening.extend({ entryId: EntryId });
export type AuditEntry = z.infer<typeof AuditEntry>;

/** What each function of this capability is deployed with. */
export const auditEnvironments = {
  api: AuditTable.extend(IdentityTable.shape),
};

/** Entries by the member of staff who acted. */
export const staffIndex = 'staff';

export const audit = contract({
  name: 'audit',
  summary: 'Who saw and decided what: an append-only trail',
  routes: {
    listEntries: {
      method: 'GET',
      path: '/audit',
      access: { pool: 'staff', roles: ['administrator'] },
      summary: 'What was seen and decided about a learner, or by a member of staff, newest first',
      description: 'Name exactly one of the two. Reading the trail leaves an entry in it.',
      query: z.strictObject({
        learnerId: LearnerId.optional().meta({ description: 'The learner whom it is about' }),
        staffId: StaffId.optional().meta({ description: 'The member of staff who did it' }),
        ...paging,
      }),
      answers: {
        status: 200,
        body: z.strictObject({ entries: z.array(AuditEntry), cursor: Cursor.optional() }),
      },
      refusals: { 403: ['no-staff-record'], 422: ['learner-or-staff'] },
    },
  },
});
