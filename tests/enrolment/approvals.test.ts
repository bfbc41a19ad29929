import { describe, expect, it } from 'vitest';
import { Application } from '../../functions/eligibility/contract.ts';
import {
  approvalOf,
  endMoved,
  fallDue,
  followApproval,
  lacksApproval,
  relocate,
} from '../../functions/enrolment/approval.rules.ts';
import type { Approval } from '../../functions/enrolment/contract.ts';
import { at, village } from '../runtime/village.ts';
import { approval, approved, place } from './places.ts';

/** An application as eligibility decided it. */
const application = (otherwise: object = {}) =>
  Application.parse({
    applicationId: approval().applicationId,
    learnerId: approved().learnerId,
    groupId: 'low-income',
    areaId: 'river',
    stage: 'high',
    state: 'approved',
    submittedAt: '2025-06-01T00:00:00.000Z',
    changedAt: '2025-07-01T00:00:00.000Z',
    validUntil: '2026-06-30',
    decision: {
      outcome: 'approved',
      policyVersion: 'first-2025',
      legalBasis: 'Ordinance of the village, article 1',
      findings: [{ rule: 'officer-judged', met: true, explanation: 'Form 7 was shown.' }],
      decidedBy: 'officer',
      decidedAt: '2025-07-01T00:00:00.000Z',
    },
    ...otherwise,
  });

describe('what an application allows', () => {
  it('is its stage, area and time, with the policy that it was approved under', () => {
    expect(approvalOf(application())).toEqual(approval());
  });

  it.each([
    ['it waits', { state: 'waiting', decision: undefined, validUntil: undefined }],
    [
      'it was rejected',
      {
        state: 'rejected',
        validUntil: undefined,
        decision: { ...application().decision, outcome: 'rejected' },
      },
    ],
  ])('is nothing where %s', (_what, otherwise) => {
    expect(approvalOf(application(otherwise))).toBe(undefined);
  });

  it.each<[string, object, Partial<Approval> | undefined]>([
    ['suspended, suspends', { state: 'suspended' }, { state: 'suspended' }],
    ['ended, ends', { state: 'ended', because: 'consent-withdrawn' }, { state: 'ended' }],
    [
      'edge case 10: ended by an officer who decides otherwise than before, ends',
      {
        ...{ state: 'ended', because: 'paper-expired', earlier: [application().decision] },
        decision: { ...application().decision, outcome: 'rejected' },
      },
      { state: 'ended' },
    ],
    ['ended by its renewal, says nothing', { state: 'ended', because: 'renewed' }, undefined],
    ['on a waiting list, says nothing', { state: 'waitlisted' }, undefined],
    ['offered, says nothing yet', { state: 'offered' }, undefined],
    ['lapsed, says nothing', { state: 'lapsed' }, undefined],
    [
      'that an age bound ends earlier, ends with it',
      { ageUntil: '2026-01-31' },
      { validUntil: '2026-01-31' },
    ],
  ])('%s', (_what, otherwise, expected) => {
    const found = approvalOf(application(otherwise));
    if (expected === undefined) expect(found).toBe(undefined);
    else expect(found).toMatchObject(expected);
  });
});

describe('a row lacks an approval', () => {
  it.each([
    ['when it has none', { approval: undefined }, '2025-07-01T12:00', true],
    [
      'when it is suspended',
      { approval: approval({ state: 'suspended' }) },
      '2025-07-01T12:00',
      true,
    ],
    ['not on the last day of the one it has', {}, '2026-06-30T23:59:59', false],
    ['on the day after', {}, '2026-07-01T00:00', true],
  ])('%s', (_when, otherwise, now, lacking) => {
    expect(lacksApproval(village(), approved(otherwise), at(now))).toBe(lacking);
  });
});

const region = village();
const summer = at('2025-07-01T12:00');
const seat = { seat: { areaId: 'river', lot: 0 } };
const later = { changedAt: '2025-07-01T01:00:00.000Z' };
const other = { applicationId: 'app_00000000000000000000000001' };
const full = {
  places: {
    subject: place('mill'),
    reading: place('well', { state: 'pending', ...seat }),
    language: place('forge', { state: 'failed', failure: 'provider-rejected' }),
  },
};
const offered = {
  waits: {
    language: {
      ...{ providerId: 'well', areaId: 'river', since: '2025-06-01T00:00:00.000Z' },
      offer: { lot: 0, until: '2025-07-02' },
    },
  },
};
/** The states of a row's places, by place. */
const states = (places: object) =>
  Object.fromEntries(Object.entries(places).map(([id, { state }]) => [id, state]));

describe('of two approvals the row keeps', () => {
  it.each<[string, object, object, 'new' | 'old']>([
    ['the newer of one application', {}, later, 'new'],
    ['edge case 23: not an older one that comes late', later, {}, 'old'],
    ['a renewal', {}, { ...other, ...later }, 'new'],
    ['not the end of one that was replaced long ago', other, { ...later, state: 'ended' }, 'old'],
    ['not the suspension of another', other, { ...later, state: 'suspended' }, 'old'],
    ['one that holds instead of one that ended', { ...later, state: 'ended' }, other, 'new'],
  ])('%s', (_what, current, brought, kept) => {
    const seen = approved({ approval: approval(current) });
    const change = followApproval(region, seen, approval(brought), summer);
    expect(change === undefined ? 'old' : 'new').toBe(kept);
  });

  it('none where the first to come has ended', () => {
    const seen = approved({ approval: undefined });
    expect(followApproval(region, seen, approval({ state: 'ended' }), summer)).toBe(undefined);
  });
});

describe('given an approval that changes', () => {
  const follow = (seen: object, brought: object) => {
    const change = followApproval(
      region,
      approved(seen),
      approval({ ...later, ...brought }),
      summer,
    );
    if (change === undefined) throw new Error('it is newer');
    return change;
  };

  it('suspended: active accounts are to be suspended, and places stay', () => {
    const { next, ended } = follow(full, { state: 'suspended' });
    expect(states(next.places)).toEqual({
      subject: 'pending',
      reading: 'pending',
      language: 'failed',
    });
    expect(ended).toEqual([]);
    expect(next.sweepDue).toBeDefined();
  });

  it('edge case 21: resumed, suspended accounts are to be active again, the same enrolments', () => {
    const suspended = place('mill', { state: 'suspended' });
    const seen = { approval: approval({ state: 'suspended' }), places: { subject: suspended } };
    const { next } = follow(seen, {});
    expect(next.places.subject).toEqual({ ...suspended, state: 'pending' });
  });

  it('edge 2: ended, all places end into history, seats and offers go back, the learner is told', () => {
    const { next, ended, freed, told } = follow({ ...full, ...offered }, { state: 'ended' });
    expect([next.places, next.waits]).toEqual([{}, {}]);
    expect(ended.map(({ place, reason }) => `${place} ${reason}`).toSorted()).toEqual([
      'language approval-ended',
      'reading approval-ended',
      'subject approval-ended',
    ]);
    expect(freed).toEqual(Array(2).fill({ providerId: 'well', areaId: 'river', lot: 0 }));
    expect(Object.keys(next.endings).toSorted()).toEqual(['forge', 'mill', 'well']);
    expect(told.map(({ kind }) => kind).toSorted()).toEqual([
      'place-ended',
      'place-ended',
      'place-ended',
      'wait-ended',
    ]);
    expect(next).not.toHaveProperty('dueAt');
  });

  it('ended after its last day: it has expired, whoever says so first, the calendar or the message', () => {
    const last = { validUntil: '2025-06-30' };
    const { ended } = follow({ ...full, approval: approval(last) }, { ...last, state: 'ended' });
    const seen = approved({ ...full, approval: approval({ ...last, state: 'ended' }) });
    const reasons = [...ended, ...fallDue(region, seen, summer).ended].map(({ reason }) => reason);
    expect(reasons).toEqual(Array(6).fill('expired'));
  });

  it('renewed: places stay, and switches count anew', () => {
    const { next, ended } = follow({ ...full, switched: 2 }, other);
    expect([next.places, next.switched, ended]).toEqual([full.places, 0, []]);
  });

  it('edge 14: moved, no offer of the old area is kept', () => {
    const { next, freed } = follow(offered, { areaId: 'hill' });
    expect([next.waits, freed.length]).toEqual([{}, 1]);
  });
});

describe('edge 14: given a learner who has moved to the hill', () => {
  const moved = (places: object) => approved({ approval: approval({ areaId: 'hill' }), places });

  it('the seat by the river goes back, and one on the hill is to be found', () => {
    const seen = moved({ subject: place('mill'), reading: place('well', seat) });
    const { placeId, keeping } = relocate(region, seen, summer) ?? {};
    expect(placeId).toBe('reading');
    expect(keeping?.freed).toEqual([{ providerId: 'well', ...seat.seat }]);
    expect(keeping?.take).toMatchObject({ providerId: 'well', areaId: 'hill', for: 'place' });
    expect(keeping?.next.places.reading).not.toHaveProperty('seat');
    expect(keeping?.ended).toEqual([]);
  });

  it('where there is none, the place ends as moved and can be chosen anew', () => {
    const seen = moved({ reading: place('well', seat) });
    const { next, ended, freed, told } = endMoved(region, seen, 'reading', summer);
    expect([next.places, next.givenBack]).toEqual([{}, {}]);
    expect(ended).toMatchObject([{ place: 'reading', reason: 'moved' }]);
    expect([freed.length, told.length]).toEqual([1, 1]);
  });

  it('nothing is left to do once every seat is there', () => {
    const there = place('well', { seat: { areaId: 'hill', lot: 2 } });
    expect(relocate(region, moved({ reading: there }), summer)).toBe(undefined);
  });
});

describe('what the calendar brings about', () => {
  it.each<[string, object, string, string[]]>([
    ['nothing on the last day of the approval', full, '2025-08-31T12:00', []],
    [
      'the end of all places after it',
      { approval: approval({ validUntil: '2025-08-01' }), ...full },
      '2025-08-02T00:00',
      ['language expired', 'reading expired', 'subject expired'],
    ],
    [
      'edge case 25: the end of places with a provider whose contract has ended',
      full,
      '2025-09-01T00:00',
      ['language provider-left'],
    ],
    [
      'edge case 25: and with one that the region file no longer knows',
      { places: { subject: place('moon') } },
      '2025-07-01T12:00',
      ['subject provider-left'],
    ],
  ])('%s', (_what, otherwise, moment, ended) => {
    const change = fallDue(region, approved(otherwise), at(moment));
    expect(change.ended.map(({ place, reason }) => `${place} ${reason}`).toSorted()).toEqual(ended);
  });

  it.each([
    ['not on its last day', '2025-07-02T23:59', 0],
    ['on the day after', '2025-07-03T00:00', 1],
  ])('edge 13: an offer lapses, %s', (_when, moment, lapsed) => {
    const { freed, told } = fallDue(region, approved(offered), at(moment));
    expect([freed.length, told.length]).toEqual([lapsed, lapsed]);
  });

  it('is looked for again: at the first day that ends something, and once a day at least', () => {
    const due = (moment: string, otherwise: object = full) =>
      fallDue(region, approved(otherwise), at(moment)).next.dueAt;
    expect(due('2025-07-01T12:00')).toBe('2025-07-02T03:00:00.000Z');
    expect(due('2025-08-31T12:00')).toBe('2025-08-31T15:00:00.000Z');
    const ending = { ...full, approval: approval({ validUntil: '2025-07-01' }) };
    expect(due('2025-07-01T12:00', ending)).toBe('2025-07-01T15:00:00.000Z');
    // Whoever may choose is looked at though nothing is there: the choice itself then writes to no index of the calendar's.
    expect(due('2025-07-01T12:00', {})).toBe('2025-07-02T03:00:00.000Z');
    const over = { approval: approval({ validUntil: '2025-06-30' }) };
    expect(due('2025-07-01T12:00', over)).toBe(undefined);
  });

  it('given a look that is to come early enough: it stays as it is', () => {
    const due = (dueAt: string) =>
      fallDue(region, approved({ ...full, dueAt }), at('2025-07-01T12:00')).next.dueAt;
    expect(due('2025-07-01T10:00:00.000Z')).toBe('2025-07-01T10:00:00.000Z');
    expect(due('2025-07-03T10:00:00.000Z')).toBe('2025-07-02T03:00:00.000Z');
    expect(due('2025-07-01T02:00:00.000Z')).toBe('2025-07-02T03:00:00.000Z');
  });
});
