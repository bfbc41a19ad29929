import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { MentorId } from '../../functions/identity/contract.ts';
import { newRound, roundDue, runAgain, shownTo } from '../../functions/mentoring/round.rules.ts';
import { RequestId, RoundId } from '../../functions/mentoring/words.contract.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { AreaId } from '../../regions/schema.ts';
import { at, village } from '../runtime/village.ts';
import { sixteen } from './mentorships.ts';

const weekly = (day: 'monday' | 'sunday', time: string, timeZone = 'Asia/Seoul') =>
  village({ timeZone, mentoring: [{ ...sixteen, rounds: { day, at: time } }] });

describe('the weekly round is due', () => {
  const mondays = weekly('monday', '06:00');
  it.each([
    ['at its moment', '2025-06-02T06:00', '2025-05-26T06:00', true],
    ['late, for the job did not run', '2025-06-04T11:00', '2025-05-26T06:05', true],
    ['not before its moment', '2025-06-02T05:59', '2025-05-26T06:00', false],
    ['not twice', '2025-06-02T06:05', '2025-06-02T06:00', false],
    ['not again in the week', '2025-06-08T23:59', '2025-06-02T06:04', false],
    ['though a coordinator had one between', '2025-06-09T06:00', '2025-06-05T10:00', true],
    ['where there was none', '2025-06-05T10:00', undefined, true],
  ] as const)('%s', (_when, now, last, due) => {
    const before = last && { wantedAt: at(last).toString() };
    expect(roundDue(mondays, before, at(now))).toBe(due);
  });

  it('never without a day in the policy, nor before there is one', () => {
    const never = village({ mentoring: [sixteen] });
    expect(roundDue(never, undefined, at('2025-06-02T06:00'))).toBe(false);
    expect(roundDue(mondays, undefined, at('2025-02-24T06:00'))).toBe(false);
  });

  it('edge case 31: at the same local time across a DST change, and after an hour that a clock skips', () => {
    const zone = 'America/New_York';
    const due = (day: 'monday' | 'sunday', time: string, last: string, now: string) =>
      roundDue(weekly(day, time, zone), { wantedAt: at(last, zone).toString() }, at(now, zone));
    expect(due('monday', '06:00', '2026-03-02T06:00', '2026-03-09T05:59')).toBe(false);
    expect(due('monday', '06:00', '2026-03-02T06:00', '2026-03-09T06:00')).toBe(true);
    // On 8 March 2026 there is no 02:30 there: the clock goes from 02:00 to 03:00.
    expect(due('sunday', '02:30', '2026-03-01T02:30', '2026-03-08T01:59')).toBe(false);
    expect(due('sunday', '02:30', '2026-03-01T02:30', '2026-03-08T03:30')).toBe(true);
  });
});

describe('a round that is run again', () => {
  const region = weekly('monday', '06:00');
  const wanted = newRound(region, newId(RoundId, 'rnd'), 'staff', at('2025-06-02T09:00'));
  if (wanted === undefined) throw new Error('the village has mentoring then');

  it.each([
    ['proposed', '2025-06-02T09:01', 2],
    ['wanted', '2025-06-02T09:14', 'round-at-work'],
    ['wanted', '2025-06-02T09:15', 2],
    ['published', '2025-06-02T10:00', 'round-closed'],
    ['lapsed', '2025-06-02T10:00', 'round-closed'],
  ] as const)('%s, at %s', (state, now, outcome) => {
    const again = runAgain(region, { ...wanted, state }, at(now));
    expect(typeof again === 'string' ? again : again.attempt).toBe(outcome);
  });

  it('waits from then on, under the policy of that day', () => {
    const later = { ...sixteen, version: 'later-2026', from: '2026-01-01' };
    const changed = village({ mentoring: [sixteen, later] });
    const again = runAgain(changed, { ...wanted, state: 'proposed' }, at('2026-01-01T00:00'));
    expect(again).toMatchObject({ state: 'wanted', policyVersion: 'later-2026' });
    if (typeof again === 'string') throw new Error(again);
    expect(runAgain(changed, again, at('2026-01-01T00:14'))).toBe('round-at-work');
  });

  it('there is none before mentoring begins', () => {
    const before = at('2025-02-28T23:59');
    expect(newRound(region, wanted.roundId, 'staff', before)).toBeUndefined();
  });
});

it('edge case 50: staff of an area read nothing of other requests', () => {
  const [river, hill] = [AreaId.parse('river'), AreaId.parse('hill')];
  const told = (areaId: AreaId) => ({
    ...{ requestId: newId(RequestId, 'req'), mentorId: newId(MentorId, 'mnt'), areaId },
  });
  const round = newRound(
    weekly('monday', '06:00'),
    newId(RoundId, 'rnd'),
    'staff',
    Temporal.Instant.from('2025-06-02T00:00Z'),
  );
  if (round === undefined) throw new Error('the village has mentoring then');
  const [mine, theirs] = [told(river), told(hill)];
  const gains = { requestGains: 1, mentorGains: 1 };
  const counts = { requests: 2, mentors: 1, room: 1, pairs: 1, total: 7 };
  const proposal = {
    ...counts,
    rather: [mine, theirs].map((one) => ({ ...one, ...gains })),
    leftOut: [mine, theirs].map((one) => ({ ...one, because: 'no-room' as const })),
  };
  const shown = shownTo({ ...round, proposal }, { kind: 'area', areaId: river });
  expect(shown.proposal).toEqual({
    ...counts,
    rather: [{ ...mine, ...gains }],
    leftOut: [{ ...mine, because: 'no-room' }],
  });
  expect(shownTo({ ...round, proposal }, { kind: 'region' }).proposal).toEqual(proposal);
});
