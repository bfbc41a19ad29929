import * as z from 'zod';
import { IdentityTable, LearnerId, StaffId } from '../identity/contract.ts';
import { AuditTable, EntryId, Happening } from '../runtime/happening.ts';
import { Cursor, paging } from '../runtime/paging.ts';
import { contract } from '../runtime/route.ts';

export { AuditAction, AuditTable, Happening } from '../runtime/happening.ts';

/** One line of the audit trail. Nobody changes it; it is forgotten some years after its learner's account was deleted. */
export const AuditEntry = Happening.extend({ entryId: EntryId });
export type AuditEntry = z.infer<typeof AuditEntry>;

/** What each function of this capability is deployed with. */
export const auditEnvironments = {
  api: AuditTable.extend(IdentityTable.shape),
};

/** Entries by the member of staff who acted. */
export const staffIndex = 'staff';

const Day = z.iso.date().meta({ examples: ['2026-03-02'] });

export const audit = contract({
  name: 'audit',
  summary: 'Who saw and decided what: an append-only trail',
  routes: {
    listEntries: {
      method: 'GET',
      path: '/audit',
      access: { pool: 'staff', roles: ['administrator'] },
      summary: 'What was seen and decided about a learner, or by a member of staff, newest first',
      description:
        'Name exactly one of the two, and the days if you like. Reading the trail leaves an entry in it.',
      query: z.strictObject({
        learnerId: LearnerId.optional().meta({ description: 'The learner whom it is about' }),
        staffId: StaffId.optional().meta({ description: 'The member of staff who did it' }),
        from: Day.optional().meta({ description: 'The first day, by the clock of the region' }),
        until: Day.optional().meta({ description: 'The last day' }),
        ...paging,
      }),
      answers: {
        status: 200,
        body: z.strictObject({ entries: z.array(AuditEntry), cursor: Cursor.optional() }),
      },
      refusals: { 403: ['no-staff-record'], 422: ['learner-or-staff', 'days-reversed'] },
    },
  },
});
