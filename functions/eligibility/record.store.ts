import type { Happening } from '../audit/contract.ts';
import type { StaffId } from '../identity/contract.ts';
import type { TransactItem } from '../runtime/dynamodb.ts';
import { type Message, sendNotice } from '../runtime/notice.ts';
import { append, auditEntry } from '../runtime/trail.ts';
import type { Application } from './contract.ts';
import type { Step } from './due.rules.ts';

/** Who did what, as far as the application does not say it. */
export type Deed = Pick<Happening, 'actor' | 'action'>;

/** What goes along with each change of a case: the line of the audit trail, and the notice. */
export function recordStore(tables: { readonly audit: string; readonly notices: string }) {
  /**
   * The writes that record a deed, in the transaction that does it. Capacity: 4 write units; 4 for a notice.
   *
   * @param application - as it is after the deed
   */
  function recorded(
    application: Application,
    deed: Deed,
    at: string,
    notice?: Message,
  ): readonly TransactItem[] {
    const entry = auditEntry(tables.audit, { ...deed, ...subjectOf(application, at) });
    return notice === undefined ? [entry] : [entry, sendNotice(tables.notices, notice)];
  }

  /** The writes that record a step that no person took, and tell of it. Capacity: as `recorded`. */
  function stepped(
    { next, action, told }: Step,
    kind: 'time' | 'rules',
    at: string,
  ): readonly TransactItem[] {
    return recorded(next, { actor: { kind }, action }, at, told);
  }

  /** Records that a member of staff looks at a case, before it is shown. Capacity: 2 write units. */
  async function look(
    application: Application,
    staffId: StaffId,
    action: 'application-read' | 'applicant-read',
    at: string,
  ): Promise<void> {
    const actor = { kind: 'staff' as const, staffId };
    await append(tables.audit, { actor, action, ...subjectOf(application, at) });
  }

  /** Records which cases a page of the queue shows, before it is shown. Capacity: 2 write units for 1 KB. */
  async function lookAtPage(
    applications: readonly Application[],
    staffId: StaffId,
    at: string,
  ): Promise<void> {
    if (applications.length === 0) return;
    await append(tables.audit, {
      at,
      actor: { kind: 'staff', staffId },
      action: 'queue-read',
      areaId: applications[0]?.areaId,
      subjects: applications.map(({ applicationId }) => applicationId),
      details: [],
    });
  }

  return { recorded, stepped, look, lookAtPage };
}

function subjectOf(application: Application, at: string) {
  const { applicationId, learnerId, areaId, state, waitingFor, because, decision } = application;
  const codes = [state, waitingFor, because, decision?.policyVersion];
  return {
    at,
    learnerId,
    areaId,
    subjects: [applicationId],
    details: codes.filter((code) => code !== undefined),
  };
}
