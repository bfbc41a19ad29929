import { now } from '../runtime/clock.ts';
import type { TransactItem } from '../runtime/dynamodb.ts';
import type { AuditAction } from '../runtime/happening.ts';
import { append, auditEntry } from '../runtime/trail.ts';
import type { Mentorship } from './mentorship.contract.ts';
import { environment, type Member } from './people.api.ts';

/** The write that records what a member of staff decided about a mentorship, for the transaction that does it. */
export function recorded(
  { staffId }: Member,
  action: AuditAction,
  { learnerId, areaId, mentorshipId, policyVersion }: Mentorship,
  subjects: readonly string[] = [],
  details: readonly string[] = [],
): TransactItem {
  return auditEntry(environment.AUDIT_TABLE, {
    at: now().toString({ smallestUnit: 'millisecond' }),
    actor: { kind: 'staff', staffId },
    action,
    learnerId,
    areaId,
    subjects: [mentorshipId, ...subjects],
    details: [policyVersion, ...details],
  });
}

/**
 * Records what a member of staff looks at, before it is shown.
 *
 * @throws {Busy} it could not be recorded: nothing may be shown then
 */
export async function looked(
  { staffId }: Member,
  action: AuditAction,
  { learnerId, areaId }: Pick<Mentorship, 'areaId'> & Partial<Pick<Mentorship, 'learnerId'>>,
  subjects: readonly string[],
): Promise<void> {
  await append(environment.AUDIT_TABLE, {
    at: now().toString({ smallestUnit: 'millisecond' }),
    actor: { kind: 'staff', staffId },
    action,
    learnerId,
    areaId,
    subjects: [...subjects],
    details: [],
  });
}
