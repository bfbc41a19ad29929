import { describe, expect, it } from 'vitest';
import { carver, keepingOthers } from '../../bin/export/carving.ts';
import type { Capability, Row } from '../../bin/export/ownership.ts';
import { Ties } from '../../bin/export/ties.ts';
import { idsOf, relinkedSubs, standingIn } from '../../bin/restore/ledger.ts';

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
  ['mentoring', { pk: 'HOLD#lrn_old', sk: 'HOLD' }],
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
