import { describe, expect, it } from 'vitest';
import { AuditAction, AuditEntry } from '../../functions/audit/contract.ts';
import { auditShown } from '../../functions/privacy/trail.rules.ts';

/** An entry of the trail, as it stands about a learner. */
const entry = (action: AuditAction, details: readonly string[] = []) =>
  AuditEntry.parse({
    entryId: `aud_${'0'.repeat(26)}`,
    at: '2025-06-01T00:00:00.000Z',
    actor: { kind: 'rules' },
    action,
    learnerId: `lrn_${'0'.repeat(26)}`,
    subjects: [],
    details,
  });

/** What tells of another person, by what it tells; of the rest every learner may know. */
const hidden = {
  'that another takes part, whose application resembles theirs': ['told-apart'],
  'whom a coordinator knows to be close to them, or did not want for them': [
    ...['pair-locked', 'pair-unlocked', 'pair-vetoed', 'veto-lifted'],
    ...['conflict-declared', 'conflict-lifted'],
  ],
  'edge case 35: that a safeguarding report exists': [
    ...['report-read', 'report-decided'],
    ...['mentorship-paused', 'mentorship-resumed', 'mentorship-ended'],
  ],
  'a list, or whom it names beside them': [
    ...['queue-read', 'mentors-read', 'mentor-read', 'stipends-read', 'disputes-read'],
    ...['appointments-read', 'mentor-requests-read', 'mentor-pairs-read', 'mentorships-read'],
    ...['mentors-nominated', 'mentor-selected', 'mentor-rejected', 'check-renewed'],
    ...[
      'courses-replaced',
      'vouchers-imported',
      'provider-paused',
      'provider-resumed',
      'provider-redriven',
      'reconciliation-asked',
      'contents-chosen',
      'content-removed',
      'round-started',
      'round-run-again',
      'round-published',
    ],
  ],
} as const satisfies Readonly<Record<string, readonly AuditAction[]>>;
const all: readonly AuditAction[] = Object.values(hidden).flat();

describe('the trail, as a learner takes it along', () => {
  it.each(Object.entries(hidden))('is silent about %s', (_what, actions) => {
    expect(auditShown(actions.map((action) => entry(action)))).toEqual([]);
  });

  it.each(AuditAction.options.filter((action) => !all.includes(action)))('has %s', (action) => {
    const one = entry(action, ['waiting', 'officer-group', 'first-2025']);
    expect(auditShown([one])).toEqual([one]);
  });

  it.each(AuditAction.options)('says in no entry of %s that another resembles them', (action) => {
    const shown = auditShown([entry(action, ['waiting', 'resemblance', 'first-2025'])]);
    expect(JSON.stringify(shown)).not.toContain('resemblance');
    // What an officer looks at for any other reason reads the same.
    expect(shown).toEqual(auditShown([entry(action, ['waiting', 'officer-group', 'first-2025'])]));
  });
});
