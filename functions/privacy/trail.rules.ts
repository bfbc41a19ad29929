import type { AuditAction, AuditEntry } from '../audit/contract.ts';

/**
 * What learners are told of each happening in their trail, or why they are not: it would tell of `another` person that they
 * take part, or are close or unwelcome to them; it could tell that a safeguarding `report` exists (edge case 35, ADR 21: a
 * pause by hand and one by a report look alike only if neither is seen); it is of a list, or of `others`.
 */
const told: Readonly<Record<AuditAction, 'shown' | 'another' | 'report' | 'others'>> = {
  'queue-read': 'others',
  'application-read': 'shown',
  'applicant-read': 'shown',
  'paper-read': 'shown',
  'audit-read': 'shown',
  'consent-read': 'shown',
  'case-claimed': 'shown',
  'case-released': 'shown',
  'evidence-requested': 'shown',
  'told-apart': 'another',
  approved: 'shown',
  rejected: 'shown',
  applied: 'shown',
  'handed-in': 'shown',
  appealed: 'shown',
  withdrawn: 'shown',
  waitlisted: 'shown',
  offered: 'shown',
  'offer-taken': 'shown',
  'offer-declined': 'shown',
  lapsed: 'shown',
  'grace-begun': 'shown',
  reminded: 'shown',
  suspended: 'shown',
  resumed: 'shown',
  'sent-to-review': 'shown',
  moved: 'shown',
  ended: 'shown',
  'courses-replaced': 'others',
  'reconciliation-asked': 'others',
  'vouchers-imported': 'others',
  'provider-paused': 'others',
  'provider-resumed': 'others',
  'provider-redriven': 'others',
  'consent-resolved': 'shown',
  'guardian-joined': 'shown',
  'login-offered': 'shown',
  'mentors-read': 'others',
  'mentor-read': 'others',
  'mentors-nominated': 'others',
  'mentor-selected': 'others',
  'mentor-rejected': 'others',
  'check-renewed': 'others',
  'stipends-read': 'others',
  'report-read': 'report',
  'report-decided': 'report',
  'extension-decided': 'shown',
  'handed-over': 'shown',
  'mentorship-paused': 'report',
  'mentorship-resumed': 'report',
  'mentorship-ended': 'report',
  'outcome-decided': 'shown',
  'attendance-read': 'shown',
  'disputes-read': 'others',
  'mentorship-file-read': 'shown',
  'appointments-read': 'others',
  'appointment-cancelled': 'shown',
  'appointment-told': 'shown',
  'mentor-requests-read': 'others',
  'mentor-pairs-read': 'others',
  'mentorships-read': 'others',
  'mentorship-read': 'shown',
  'round-started': 'others',
  'round-run-again': 'others',
  'round-published': 'others',
  'pair-locked': 'another',
  'pair-unlocked': 'another',
  'pair-vetoed': 'another',
  'veto-lifted': 'another',
  'conflict-declared': 'another',
  'conflict-lifted': 'another',
  'mentorship-offered': 'shown',
  'mentorship-begun': 'shown',
  'match-declined': 'shown',
  'match-lapsed': 'shown',
  'account-settled-by-hand': 'shown',
  'contents-chosen': 'others',
  'content-removed': 'others',
};

/**
 * The trail as its learner may take it along: who looked, and who did what, but nothing of anybody else. That an application
 * waits because another's resembles it reads as whatever an officer looks at (as `shownToLearner`).
 */
export function auditShown(entries: readonly AuditEntry[]): AuditEntry[] {
  return entries
    .filter(({ action }) => told[action] === 'shown')
    .map((entry) => ({
      ...entry,
      details: entry.details.map((code) => (code === 'resemblance' ? 'officer-group' : code)),
    }));
}
