import { describe, expect, it } from 'vitest';
import { closed, paused, resumed } from '../../functions/provisioning/breaker.rules.ts';
import type { Breaker } from '../../functions/provisioning/contract.ts';
import { sweepingBy, sweepOf, sweptUntil } from '../../functions/provisioning/sweep.rules.ts';
import { timestamp } from '../../regions/calendar.ts';
import { ProviderId } from '../../regions/schema.ts';
import { place } from '../enrolment/places.ts';
import { at } from '../runtime/village.ts';
import { mill, row } from './rows.ts';

const noon = at('2025-07-01T12:00');
const later = (minutes: number) => timestamp(noon.add({ minutes }));
const forge = ProviderId.parse('forge');

const pausedSince = paused(closed, undefined, noon.subtract({ minutes: 40 })) ?? closed;
const woken = resumed(pausedSince, noon) ?? closed;
const restsFor = (minutes: number): Breaker => ({
  ...closed,
  rests: 1,
  restsUntil: later(minutes),
});

/** What the sweep does at noon for a learner who chose two minutes before. */
function swept(sweepDue: string, breakers: readonly (readonly [ProviderId, Breaker])[]) {
  const chosenAt = later(-2);
  const subject = place('mill', { state: 'pending', chosenAt });
  const reading = place('forge', { state: 'pending', chosenAt });
  const waiting = row({ subject, reading }, {}, { sweepDue });
  const done = sweepOf(waiting, sweepingBy(breakers, noon));
  return done && { ask: done.ask, due: done.next.sweepDue };
}

describe('given a learner who waits for two providers', () => {
  it.each<[string, string, [ProviderId, Breaker][], readonly ProviderId[] | undefined, string?]>([
    ['is due, then both are asked', later(0), [], [mill, forge], later(15)],
    ['is not due, then nobody is', later(1), [], undefined],
    [
      'is due and one rests, then the other is asked, and the end of the rest is not missed',
      later(0),
      [[mill, restsFor(4)]],
      [forge],
      later(4),
    ],
    ['is due and one is paused', later(0), [[mill, pausedSince]], [forge], later(15)],
    [
      'was parked for one that is resumed, then that is asked, and not again by the next run',
      later(25),
      [[mill, woken]],
      [mill],
      `${later(31).slice(0, -4)}001Z`,
    ],
    [
      'waits for one that rests as well, then the end of that rest counts',
      later(25),
      [
        [mill, woken],
        [forge, restsFor(8)],
      ],
      [mill],
      later(8),
    ],
    ['was never parked for it, then it is left alone', later(60), [[mill, woken]], undefined],
    [
      'was parked for one that was paused again, then it is left alone',
      later(25),
      [[mill, paused(woken, undefined, noon) ?? closed]],
      undefined,
    ],
  ])('when it %s', (_, sweepDue, breakers, ask, due) => {
    expect(swept(sweepDue, breakers)).toEqual(ask === undefined ? undefined : { ask, due });
  });
});

describe('given providers that are asked as usual', () => {
  it('then the sweep looks at nobody who is not due, unless one was resumed', () => {
    expect(sweptUntil(sweepingBy([[mill, closed]], noon))).toBe(later(0));
    expect(sweptUntil(sweepingBy([[mill, woken]], noon))).toBe(later(31));
  });
});
