import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import {
  afterAnswer,
  afterFailure,
  afterRefusal,
  afterSilence,
  awake,
  closed,
  failuresSince,
  held,
  leaveToAsk,
  paused,
  restsUntil,
  resumed,
  standOf,
  wokenUntil,
} from '../../functions/provisioning/breaker.rules.ts';
import type { Breaker } from '../../functions/provisioning/contract.ts';
import { timestamp } from '../../regions/calendar.ts';
import { at } from '../runtime/village.ts';

const noon = at('2025-07-01T12:00');

/** What so many requests in a row that nobody answered make of it, all of one account, who is alone with the provider. */
function failed(times: number, breaker: Breaker = closed, now = noon): Breaker {
  return Array.from({ length: times }).reduce<Breaker>(
    (seen) => afterSilence(seen, now, 'alone') ?? seen,
    breaker,
  );
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
      breaker = failed(1, breaker, now);
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

describe('given accounts that a provider fails at', () => {
  const failures = (askers: readonly string[]) =>
    askers.reduce<Breaker>((seen, asker) => afterFailure(seen, noon, asker) ?? seen, closed);

  it.each([
    ['one, however often', Array.from({ length: 40 }, () => 'one'), 'asks'],
    ['five, one after the other', ['a', 'b', 'c', 'd', 'e'], 'rests'],
    ['four, in turn', [...'abcdabcdabcd'], 'asks'],
    ['five, in turn with one that fails more often', [...'abacadae'], 'rests'],
  ])('%s', (_, askers, stand) => {
    expect(standOf(failures(askers), noon)).toBe(stand);
  });

  it('edge case 24: one, or two, that fail time and again never make others wait', () => {
    const event = fc.oneof(fc.constantFrom('a', 'b'), fc.constant('answer'));
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        const end = events.reduce<Breaker>((seen, each) => {
          const next = each === 'answer' ? afterAnswer(seen) : afterFailure(seen, noon, each);
          return next ?? seen;
        }, closed);
        expect(leaveToAsk(end, noon, 'healthy')).toEqual({ kind: 'ask' });
      }),
    );
  });

  it('then an operator sees how many they are, and what nobody answered', () => {
    expect(failuresSince(failed(2, failures([...'abab'])))).toBe(4);
  });

  it('then who is known already is not written again, and is remembered once', () => {
    expect(afterFailure(failures([...'abc']), noon, 'a')).toBe(undefined);
    const tried = afterFailure(failures([...'abcde']), later(60), 'e');
    expect(tried).toMatchObject({ failing: [...'abcde'], rests: 2 });
  });

  it('then an answer in between forgets them', () => {
    const back = afterAnswer(failures([...'abcd'])) ?? failed(1);
    expect(back).toEqual(closed);
  });

  it('then a rest is no longer for those who had asked before it began', () => {
    const resting = failed(5);
    expect(afterFailure(resting, later(3), 'another')).toBe(undefined);
    expect(afterSilence(resting, later(3), 'another')).toBe(undefined);
  });

  it('when the rest is over, then others try before any of them', () => {
    const resting = failures([...'abcde']);
    expect(leaveToAsk(resting, later(60), 'a').kind).toBe('parked');
    expect(leaveToAsk(resting, later(60), 'healthy').kind).toBe('probe');
    expect(leaveToAsk(resting, later(60 + 90), 'a').kind, 'nobody else waits').toBe('probe');
  });
});

describe('given a provider that said when to come back', () => {
  const holding = held(closed, 40, noon) ?? closed;

  it('is asked by nobody before, and then by all', () => {
    const until = timestamp(later(40));
    expect(leaveToAsk(holding, later(39))).toEqual({ kind: 'parked', until });
    expect(leaveToAsk(holding, later(40))).toEqual({ kind: 'ask' });
    expect([standOf(holding, later(39)), standOf(holding, later(40))]).toEqual(['rests', 'asks']);
    expect(restsUntil(holding, noon)).toBe(until);
  });

  it('and says it again, sooner or now: then the later moment holds', () => {
    expect(held(holding, 30, later(5))).toBe(undefined);
    expect(held(holding, 0, later(50))).toBe(undefined);
    expect(held(holding, 40, later(1))).toMatchObject({ heldUntil: timestamp(later(41)) });
  });

  it('and does not answer: then it rests until both are over, and what is answered ends no hold', () => {
    const both = failed(5, holding);
    expect(leaveToAsk(both, later(39)).kind).toBe('parked');
    expect(leaveToAsk(both, later(41)).kind, 'the rest is a minute').toBe('parked');
    expect(restsUntil(both, noon)).toBe(timestamp(later(60)));
    expect(leaveToAsk(afterAnswer(both) ?? closed, later(39)).kind).toBe('parked');
  });

  it('is asked again at once when it is resumed; later there is nothing to resume', () => {
    const back = resumed(holding, later(1)) ?? closed;
    expect(leaveToAsk(back, later(1))).toEqual({ kind: 'ask' });
    expect(wokenUntil(back)).toBeDefined();
    expect(resumed(holding, later(41))).toBe(undefined);
  });
});

describe('given a provider whose rest is over', () => {
  const resting = failed(5);
  const tryAs = (breaker: Breaker, asker: string, seconds: number) => {
    const leave = leaveToAsk(breaker, later(seconds), asker);
    if (leave.kind !== 'probe') throw new Error(`it is ${leave.kind}`);
    return leave.next;
  };

  it('when whoever tried fails, then others may try before they do', () => {
    const again = afterFailure(tryAs(resting, 'poison', 60), later(61), 'poison') ?? closed;
    expect(leaveToAsk(again, later(181), 'poison').kind).toBe('parked');
    expect(leaveToAsk(again, later(181), 'healthy').kind).toBe('probe');
    expect(leaveToAsk(again, later(181 + 90), 'poison').kind, 'nobody else waits').toBe('probe');
  });

  it('when it refuses what was tried, then another may try at once', () => {
    const refused = afterRefusal(tryAs(resting, 'poison', 60), later(61), 'poison') ?? closed;
    expect(leaveToAsk(refused, later(61), 'poison').kind).toBe('parked');
    expect(leaveToAsk(refused, later(61), 'healthy').kind).toBe('probe');
    expect(afterRefusal(resting, later(61), 'healthy'), 'of who did not try').toBe(undefined);
    expect(afterRefusal(failed(4), noon, 'healthy'), 'of who just asks').toBe(undefined);
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
    const answered = afterAnswer(failed(1, woken)) ?? closed;
    expect(wokenUntil(answered)).toBe(timestamp(later(1_860)));
    expect(awake(answered, later(59))).toBe(undefined);
    expect(awake(answered, later(60))).toEqual(closed);
  });
});
