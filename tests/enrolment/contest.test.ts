import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { enrolmentStore } from '../../functions/enrolment/store.ts';
import { AreaId, ProviderId } from '../../regions/schema.ts';
import { runs } from '../runs.ts';
import { type Cloud, openCloud } from '../runtime/cloud.ts';
import {
  all,
  conflicts,
  delayedReads,
  delayedTransactions,
  seeded,
  withoutCondition,
} from '../runtime/disturbances.ts';
import { forge, mill, village } from '../runtime/village.ts';
import { learnersAt, seatsHeld } from './learners.ts';
import { wish } from './places.ts';

let cloud: Cloud;
beforeAll(async () => {
  cloud = await openCloud();
});
afterEach(() => cloud.disturb(undefined));
afterAll(() => cloud.close());

const river = AreaId.parse('river');
const well = ProviderId.parse('well');
let contests = 0;

/**
 * Learners of a new table who ask all at once for a seat at the well.
 *
 * @returns `run`: how many were kept and refused, the seats that rows hold, and what the counters say
 */
async function contest(learners: number, seats: number) {
  contests += 1;
  const table = `contest-${contests}`;
  await cloud.createTable(table, ['pending', 'pendingLot', 'sweepDue']);
  const store = enrolmentStore(table);
  const providers = [mill, { ...forge, id: 'well', seats: { perArea: seats } }];
  const { enter, take } = learnersAt(table, village({ providers }));
  const ids = await Promise.all(Array.from({ length: learners }, () => enter()));
  const run = async () => {
    const outcomes = await Promise.all(ids.map((id) => take(id, wish('language', 'well'))));
    const rows = await Promise.all(ids.map((id) => store.readPlaces(id)));
    const { used: counters } = await store.readSeats({ providerId: well, areaId: river });
    return {
      kept: outcomes.filter((outcome) => outcome === 'kept').length,
      refused: outcomes.filter((outcome) => outcome === 'full').length,
      held: seatsHeld(rows, 'well'),
      counted: counters.reduce((sum, used) => sum + used, 0),
      counters,
    };
  };
  /** Sets the counters as so many learners before would have. */
  const fill = async (used: readonly number[]) => {
    for (const [lot, count] of used.entries()) {
      const key = { pk: { S: 'SEATS#well#river' }, sk: { S: `LOT#${lot}` } };
      await cloud.ask('PutItem', { TableName: table, Item: { ...key, used: { N: `${count}` } } });
    }
  };
  return { run, fill };
}

/** Everyone reads late and writes later still: what they act on has become old meanwhile. */
const inFlight = (random: () => number) =>
  all(delayedReads(random, 80), delayedTransactions(random, 80));

describe('given four learners in flight for each seat', () => {
  const [learners, seats] = [runs(40), runs(10)];
  const exactly = { kept: seats, refused: learners - seats, held: seats, counted: seats };

  it('exactly as many get one as there are, the others are told that none is left, and no seat is lost', async () => {
    const { run } = await contest(learners, seats);
    cloud.disturb(inFlight(seeded(1)));
    expect(await run()).toMatchObject(exactly);
  });

  it('the condition on the counter is what holds: without it, more get one than there are', async () => {
    const { run } = await contest(learners, seats);
    cloud.disturb(all(inFlight(seeded(4)), withoutCondition('SEATS#')));
    const { kept, held, counted } = await run();
    expect(kept).toBeGreaterThan(seats);
    expect([held, counted]).toEqual([kept, kept]);
  });

  it('the same while three in ten transactions conflict', async () => {
    const { run } = await contest(learners, seats);
    cloud.disturb(all(inFlight(seeded(2)), conflicts(seeded(3), 0.3)));
    expect(await run()).toMatchObject(exactly);
  });
});

describe('given seats in several lots', () => {
  it('when nearly all are taken, the rest is found in whichever lots it is', async () => {
    const { run, fill } = await contest(30, 2_500);
    // 1,000, 1,000 and 500 seats, of which 5, 0 and 7 are left.
    await fill([995, 1_000, 493]);
    cloud.disturb(all(delayedReads(seeded(5), 40), conflicts(seeded(6), 0.2)));
    expect(await run()).toEqual({
      kept: 12,
      refused: 18,
      held: 12,
      counted: 2_500,
      counters: [1_000, 1_000, 500],
    });
  });

  it('edge 13: after a cut that closed lots, what was taken from those counts', async () => {
    const { run, fill } = await contest(5, 1_000);
    await fill([400, 600]);
    expect(await run()).toMatchObject({ kept: 0, refused: 5 });
  });

  it('learners spread over them', async () => {
    const { run } = await contest(30, 5_000);
    const { kept, counters } = await run();
    expect(kept).toBe(30);
    expect(counters.filter((used) => used > 0).length).toBeGreaterThan(3);
  });
});

describe('given learners who take and give back the same few seats', () => {
  it('no seat is lost and none given twice, while transactions conflict', async () => {
    contests += 1;
    const table = `contest-${contests}`;
    await cloud.createTable(table, ['pending', 'pendingLot', 'sweepDue']);
    const store = enrolmentStore(table);
    const { enter, take, giveUp } = learnersAt(table, village());
    const random = seeded(8);
    const ids = await Promise.all(Array.from({ length: 12 }, () => enter()));
    cloud.disturb(all(delayedReads(seeded(9), 10), conflicts(seeded(10), 0.2)));
    await Promise.all(
      ids.map(async (id) => {
        for (let turn = 0; turn < 8; turn += 1) {
          if (random() < 0.6) await take(id, wish('language', 'forge'));
          else await giveUp(id, 'language');
        }
      }),
    );
    cloud.disturb(undefined);
    const rows = await Promise.all(ids.map((id) => store.readPlaces(id)));
    const seats = { providerId: ProviderId.parse('forge'), areaId: river };
    const [counted = 0] = (await store.readSeats(seats)).used;
    expect(counted).toBe(seatsHeld(rows, 'forge'));
    expect(counted).toBeLessThanOrEqual(3);
    await Promise.all(ids.map((id) => giveUp(id, 'language')));
    expect((await store.readSeats(seats)).used).toEqual([0]);
  });
});
