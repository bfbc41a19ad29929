import { describe, expect, it } from 'vitest';
import { carver, keepingOthers } from '../../bin/export/carving.ts';
import type { Capability, Row } from '../../bin/export/ownership.ts';
import { Ties } from '../../bin/export/ties.ts';
import { heldIn, idsOf, relinkedSubs, standingIn } from '../../bin/restore/ledger.ts';
import { judgedAtOf } from '../../functions/privacy/deletion.rules.ts';

/** What the law keeps of somebody who was deleted long before the export. */
const kept: readonly (readonly [Capability, Row])[] = [
  ['identity', { pk: 'LEARNER#lrn_old', sk: 'CONSENT#2024' }],
  ['identity', { pk: 'CONSENT#con_1', sk: 'CONSENT', consentId: 'con_1', learnerId: 'lrn_old' }],
  ['identity', { pk: 'LOGIN#sub-old', sk: 'SELF', leaving: true, expiresAt: 1 }],
  [
    'mentoring',
    {
      pk: 'MENTORSHIP#msh_1',
      sk: 'MENTORSHIP',
      mentorshipId: 'msh_1',
      learnerId: 'lrn_old',
      mentorId: 'mnt_1',
      state: 'ended',
    },
  ],
  ['mentoring', { pk: 'MENTORSHIP#msh_1', sk: 'SESSION#1' }],
  [
    'mentoring',
    { pk: 'HOLD#lrn_old', sk: 'HOLD', personId: 'lrn_old', concerned: ['rpt_old'], accused: [] },
  ],
];
const standing: readonly (readonly [Capability, Row])[] = [
  ['identity', { pk: 'LEARNER#lrn_new', sk: 'PROFILE', areaId: 'uphill' }],
  ['identity', { pk: 'MENTOR#mnt_2', sk: 'PERSON' }],
  ['identity', { pk: 'LOGIN#sub-ward', sk: 'WARD#lrn_new', learnerId: 'lrn_new' }],
  ['identity', { pk: 'LOGIN#sub-self', sk: 'SELF', learnerId: 'lrn_self' }],
];
const ties = new Ties();
for (const [capability, row] of [...kept, ...standing]) ties.add(capability, row);

describe('edge case 37: a ledger that names whoever was ever deleted', () => {
  it('is applied to who stands in the export: by a profile, a person or a login that lives', () => {
    const ledger = [
      { learnerId: 'lrn_old', sub: 'sub-old' },
      { learnerId: 'lrn_new' },
      { mentorId: 'mnt_1' },
      { mentorId: 'mnt_2' },
      { sub: 'sub-ward' },
      { sub: 'sub-self' },
    ];
    const found = standingIn(ties.people, ledger);
    expect(found).toEqual([ledger[1], ledger[3], ledger[4], ledger[5]]);
  });

  it('leaves what the law keeps of people deleted before: proofs, mentorships without words, reports', () => {
    const deletions = standingIn(ties.people, [{ learnerId: 'lrn_old', sub: 'sub-old' }]);
    const carve = carver(ties, keepingOthers(idsOf(deletions)));
    for (const [capability, row] of kept) expect(carve(capability, row)).toEqual(row);
  });

  it('is told of the new login in the place of the old one, which is what the rows name', () => {
    const deletions = [
      { learnerId: 'lrn_new', sub: 'old' },
      { sub: 'other' },
      { mentorId: 'mnt_2' },
    ];
    expect(relinkedSubs(deletions, new Map([['old', 'new']]))).toEqual([
      { learnerId: 'lrn_new', sub: 'new' },
      { sub: 'other' },
      { mentorId: 'mnt_2' },
    ]);
  });
});

describe('edge case 35: a ledger that names somebody whom a report concerns', () => {
  const enteredAt = '2026-03-02T10:00:00.000Z';
  const judgedAt = judgedAtOf(enteredAt);
  const soon = new Date(Date.parse(judgedAt) + 1).toISOString();

  function reported(createdAt: string, state = 'open'): Ties {
    const learned = new Ties();
    const report = { reportId: 'rpt_1', state, createdAt };
    const hold = { personId: 'lrn_1', concerned: ['rpt_0', 'rpt_1'], accused: ['rpt_1'] };
    learned.add('mentoring', { pk: 'REPORT#rpt_1', sk: 'REPORT', ...report });
    learned.add('mentoring', { pk: 'HOLD#lrn_1', sk: 'HOLD', ...hold });
    return learned;
  }

  it.each([
    ['that came after the entry', soon, { enteredAt }, true],
    ['that had come by the entry', judgedAt, { enteredAt }, false],
    ['that came after they asked, which is all that is known', soon, { askedAt: enteredAt }, true],
    ['that came before they asked', judgedAt, { askedAt: enteredAt }, false],
    ['of which nobody can say whether it was decided', judgedAt, {}, true],
  ])('is held by a report %s: %s, %o: %s', (_what, createdAt, when, isHeld) => {
    const deletion = { learnerId: 'lrn_1', ...when };
    const other = { mentorId: 'mnt_1', enteredAt };
    expect(heldIn(reported(createdAt), [other, deletion])).toEqual(isHeld ? [deletion] : []);
  });

  it('is not held by one that is decided, or that stayed with another region', () => {
    const deletion = { learnerId: 'lrn_1', enteredAt };
    expect(heldIn(reported(soon, 'dismissed'), [deletion])).toEqual([]);
    const { holds } = reported(soon);
    expect(heldIn({ holds, reports: new Map() }, [deletion])).toEqual([]);
  });
});
