import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { joinedQuarters, quartersFrom } from '../../functions/mentoring/day.rules.ts';
import { dayStore } from '../../functions/mentoring/day.store.ts';
import { type Booking, MentorshipId, SessionId } from '../../functions/mentoring/words.contract.ts';
import { transact } from '../../functions/runtime/dynamodb.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { runs } from '../runs.ts';
import { type Cloud, openCloud } from '../runtime/cloud.ts';

let cloud: Cloud;
const days = dayStore('mentoring');
beforeAll(async () => {
  cloud = await openCloud();
  await cloud.createTable('mentoring');
});
afterAll(() => cloud.close());

const at = (moment: string) => Temporal.Instant.from(moment);
const mentorshipId = newId(MentorshipId, 'msh');
const session = (): Booking => ({ mentorshipId, sessionId: newId(SessionId, 'ses') });
let owners = 0;
const someone = () => {
  owners += 1;
  return `MENTOR#${owners}`;
};

/** What an owner has taken in March 2026, each stretch as `09:30 to 10:00`. */
const takenBy = async (owner: string) =>
  (await days.takenBetween(owner, at('2026-03-01T00:00Z'), at('2026-04-01T00:00Z'))).map(
    ({ from, until }) => `${from.toString().slice(5, 16)} to ${until.toString().slice(5, 16)}`,
  );

describe('given time that a session has taken', () => {
  it.each([
    ['the same', '2026-03-02T09:30Z', false],
    ['a quarter hour of it', '2026-03-02T09:45Z', false],
    ['what ends when it begins', '2026-03-02T09:00Z', true],
    ['what begins when it ends', '2026-03-02T10:00Z', true],
  ])('when another wants %s at %s, taking it succeeds: %s', async (_, start, done) => {
    const owner = someone();
    await transact(days.reserve(owner, at('2026-03-02T09:30Z'), 30, session()));
    expect((await transact(days.reserve(owner, at(start), 30, session()))).done).toBe(done);
  });

  it('another can neither give it back nor move it', async () => {
    const owner = someone();
    const start = at('2026-03-02T09:30Z');
    await transact(days.reserve(owner, start, 30, session()));
    expect((await transact(days.release(owner, start, 30, session()))).done).toBe(false);
    expect(await takenBy(owner)).toEqual(['03-02T09:30 to 03-02T10:00']);
  });

  it('it moves by less than its length, keeping what it has', async () => {
    const owner = someone();
    const booking = session();
    const [from, to] = [at('2026-03-02T23:30Z'), at('2026-03-02T23:45Z')];
    await transact(days.reserve(owner, from, 30, booking));
    const moved = days.change(
      owner,
      [{ start: to, minutes: 30, booking }],
      [{ start: from, minutes: 30, booking }],
    );
    expect((await transact(moved)).done).toBe(true);
    expect(await takenBy(owner)).toEqual(['03-02T23:45 to 03-03T00:15']);
  });

  it('when a hundred want one quarter hour at once, one has it', async () => {
    const owner = someone();
    const start = at('2026-03-02T09:30Z');
    const all = await Promise.all(
      Array.from({ length: 100 }, () => transact(days.reserve(owner, start, 30, session()))),
    );
    expect(all.filter(({ done }) => done)).toHaveLength(1);
  });
});

it('bookings beside each other are told apart', async () => {
  const owner = someone();
  for (const start of ['2026-03-02T09:30Z', '2026-03-02T10:00Z']) {
    await transact(days.reserve(owner, at(start), 30, session()));
  }
  expect(await takenBy(owner)).toHaveLength(2);
});

it('property: any stretch on the grid comes back as it was taken', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_000_000 }), fc.integer({ min: 1, max: 8 }), (q, n) => {
      const from = Temporal.Instant.fromEpochMilliseconds(q * 900_000);
      const booking = session();
      const quarters = quartersFrom(from, n * 15).map((quarter) => ({ ...quarter, booking }));
      const joined = joinedQuarters(quarters.toReversed());
      expect(joined.map((taken) => `${taken.from} ${taken.until}`)).toEqual([
        `${from} ${from.add({ minutes: n * 15 })}`,
      ]);
      expect(joined.map((taken) => taken.booking)).toEqual([booking]);
    }),
    { seed: 20, numRuns: runs(50) },
  );
});
