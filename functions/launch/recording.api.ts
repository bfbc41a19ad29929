import { timestamp } from '../../regions/calendar.ts';
import type { ProviderId } from '../../regions/schema.ts';
import type { StaffId } from '../identity/contract.ts';
import { now } from '../runtime/clock.ts';
import type { TransactItem } from '../runtime/dynamodb.ts';
import { auditEntry } from '../runtime/trail.ts';
import type { ContentId } from './contract.ts';
import { environment } from './platform.api.ts';

/** The write that records what a member of staff has learners find at a tool, or find no longer. */
export function contentsEntry(
  action: 'contents-chosen' | 'content-removed',
  who: { readonly providerId: ProviderId; readonly staffId: StaffId },
  contentIds: readonly ContentId[],
): TransactItem {
  return auditEntry(environment.AUDIT_TABLE, {
    at: timestamp(now()),
    actor: { kind: 'staff', staffId: who.staffId },
    action,
    subjects: [who.providerId, ...contentIds],
    details: [],
  });
}
