import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import {
  afterAnswer,
  afterFailure,
  awake,
  closed,
  leaveToAsk,
  paused,
  resumed,
  wokenUntil,
} from '../../functions/provisioning/breaker.rules.ts';
import type { Breaker } from '../../functions/provisioning/contract.ts';
import { timestamp } from '../../regions/calendar.ts';
import { at } from '../runtime/village.ts';

const noon = at('2025-07-01T12:00');

/** What so many failures in a row make of it. */
function failed(times: number, breaker: Breaker = closed, now = noon): Breaker {
  return Array.from({ length: times }).reduce<Breaker>((seen) => afterFailure(seen, now), breaker);
}
const later = (seconds: number) => noon.add({ seconds });

describe('given a provider that does not answer', () => {
  it.each([
    [4, 'ask'],
    [5, 'parked'],
  ] as const)('after %i failures in a row: %s', (times, kind) => {
    expect(leaveToAsk(failed(times), noon).kind).toBe(kind);
  });

  it('is left in peace for a minute, then one asks, and the others wait for how that ends', () => {
    const resting = failed(5);
    expect(leaveToAsk(resting, later(59))).toEqual({
      kind: 'parked',
      until: timestamp(later(60)),
    });
    const leave = leaveToAsk(resting, later(60));
    if (leave.kind !== 'probe') throw new Error(`it is ${leave.kind}`);
    expect(leaveToAsk(leave.next, later(61)).kind).toBe('parked');
    // Whoever asked may have been killed.
    expect(leaveToAsk(leave.next, later(151)).kind).toBe('probe');
  });

  it('rests twice as long each time, half an hour at most', () => {
    const lengths: number[] = [];
    let breaker = failed(4);
    let now: Temporal.Instant = noon;
    for (let time = 0; time < 7; time += 1) {
      breaker = afterFailure(breaker, now);
      const until = Temporal.Instant.from(breaker.restsUntil ?? '');
      lengths.push(until.since(now).total('seconds'));
      now = until;
    }
    expect(lengths).toEqual([60, 120, 240, 480, 960, 1_800, 1_800]);
  });

  it('is asked as before once it has answered', () => {
    const back = afterAnswer(failed(7));
    expect(back).toEqual(closed);
    expect(afterAnswer(back ?? failed(1))).toBe(undefined);
  });
});

describe('given a provider that an operator has paused', () => {
  const halted = { ...closed, paused: { since: timestamp(noon) } };

  it('nobody asks it, whatever it answers to who had asked before', () => {
    expect(leaveToAsk(halted, later(3_600)).kind).toBe('parked');
    const answered = afterAnswer({ ...failed(6, halted) });
    expect(leaveToAsk(answered ?? closed, later(3_600)).kind).toBe('parked');
  });
});

describe('given an operator who knows that a provider is back', () => {
  it.each([
    ['it was paused', { ...closed, paused: { since: timestamp(noon) } }],
    ['it rests', failed(9)],
    ['it was paused while it rested', { ...failed(9), paused: { since: timestamp(noon) } }],
  ])('when %s, then it is asked at once, as if nothing had been', (_, breaker) => {
    const next = resumed(breaker, noon) ?? closed;
    expect(leaveToAsk(next, noon)).toEqual({ kind: 'ask' });
    expect(next).toMatchObject({ failures: 0, rests: 0, wokenAt: timestamp(noon) });
  });

  it('then resuming what is asked, and pausing what is paused, changes nothing', () => {
    expect(resumed(failed(4), noon)).toBe(undefined);
    const once = paused(closed, undefined, noon) ?? closed;
    expect(paused(once, undefined, later(60))).toBe(undefined);
  });

  it('then who was parked is remembered until no worker can park another, however it answers', () => {
    const woken = resumed(failed(9), noon) ?? closed;
    const answered = afterAnswer(afterFailure(woken, noon)) ?? closed;
    expect(wokenUntil(answered)).toBe(timestamp(later(1_860)));
    expect(awake(answered, later(59))).toBe(undefined);
    expect(awake(answered, later(60))).toEqual(closed);
  });
});
