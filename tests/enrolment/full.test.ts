import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { changeStore } from '../../functions/enrolment/change.store.ts';
import { moveSeats } from '../../functions/enrolment/lot.store.ts';
import { promotionStore } from '../../functions/enrolment/promotion.store.ts';
import { choose } from '../../functions/enrolment/rules.ts';
import { enrolmentStore } from '../../functions/enrolment/store.ts';
import type { LearnerId } from '../../functions/identity/contract.ts';
import { Busy } from '../../functions/runtime/errors.ts';
import { AreaId, ProviderId } from '../../regions/schema.ts';
import { runs } from '../runs.ts';
import { type Cloud, openCloud } from '../runtime/cloud.ts';
import { all, conflicts, delayedReads, refused, seeded } from '../runtime/disturbances.ts';
import { at, mill, village, well } from '../runtime/village.ts';
import { learnersAt, seatsHeld, untilNotBusy } from './learners.ts';
import { wish } from './places.ts';

let cloud: Cloud;
beforeAll(async () => {
  cloud = await openCloud();
  await cloud.createTable('notices');
});
afterEach(() => cloud.disturb(undefined));
afterAll(() => cloud.close());

const summer = at('2025-07-01T12:00');
const list = { providerId: ProviderId.parse('well'), areaId: AreaId.parse('river') };
/** Lots of 1,000 and of 2 seats. */
const region = village({ providers: [mill, { ...well, seats: { perArea: 1_002 } }] });
const asked = () => wish('reading', 'well');
let tables = 0;

/** A table whose counters are as many learners before would have left them. */
async function counted(...used: number[]) {
  tables += 1;
  const enrolment = `full-${tables}`;
  await cloud.createTable(enrolment, ['pending', 'pendingLot', 'sweepDue']);
  for (const [lot, count] of used.entries()) {
    const key = { pk: { S: 'SEATS#well#river' }, sk: { S: `LOT#${lot}` } };
    await cloud.ask('PutItem', { TableName: enrolment, Item: { ...key, used: { N: `${count}` } } });
  }
  return {
    table: enrolment,
    store: enrolmentStore(enrolment),
    ...promotionStore({ enrolment, notices: 'notices' }, region),
    ...learnersAt(enrolment, region),
  };
}

/** A query's answer that nothing stands behind: each row as it was at another moment. */
function counters(...used: number[]) {
  const Items = used.map((count, lot) => ({
    pk: { S: 'SEATS#well#river' },
    sk: { S: `LOT#${lot}` },
    used: { N: `${count}` },
  }));
  const headers = { 'content-type': 'application/x-amz-json-1.0' };
  return { reply: { status: 200, headers, body: JSON.stringify({ Items }) } };
}

describe('given counters that were not read in one moment', () => {
  it('"full" is not said where a seat went back to the first while the last of the second was taken', async () => {
    const { enter, take } = await counted(999, 2);
    const id = await enter();
    let torn = 1;
    cloud.disturb(async (operation) => {
      if (operation !== 'Query' || torn === 0) return undefined;
      torn -= 1;
      return counters(1_000, 2);
    });
    expect(await take(id, asked())).toBe('kept');
  });

  it('nor where they cannot be, because others write them', async () => {
    const { enter, take } = await counted(1_000, 2);
    const id = await enter();
    let busy = 3;
    cloud.disturb(async (operation) => {
      if (operation !== 'TransactGetItems' || busy === 0) return undefined;
      busy -= 1;
      const CancellationReasons = [{ Code: 'None' }, { Code: 'TransactionConflict' }];
      return refused('TransactionCanceledException', { CancellationReasons });
    });
    expect(await take(id, asked())).toBe('full');
    expect(busy).toBe(0);
  });

  it('whoever always meets others is told to come back, after pauses that are bounded together', async () => {
    const { table, store, enter } = await counted(1_000, 2);
    const seen = await store.readPlaces(await enter());
    const choice = choose(region, seen, asked(), summer);
    if (choice.kind !== 'chosen') throw new Error('they may choose');
    cloud.disturb(async (operation) => {
      if (operation !== 'TransactGetItems') return undefined;
      const CancellationReasons = [{ Code: 'None' }, { Code: 'TransactionConflict' }];
      return refused('TransactionCanceledException', { CancellationReasons });
    });
    const halfway = vi.spyOn(Math, 'random').mockReturnValue(0.5);
    const begun = performance.now();
    const { keep } = changeStore({ enrolment: table, notices: 'notices' });
    await expect(keep(choice.change)).rejects.toThrow(Busy);
    halfway.mockRestore();
    expect(performance.now() - begun).toBeGreaterThan(740);
  });

  it('what is wrong with the request is not taken for that', async () => {
    const { enter, take } = await counted(1_000, 2);
    const id = await enter();
    cloud.disturb(async (operation) =>
      operation === 'TransactGetItems' ? refused('AccessDeniedException') : undefined,
    );
    await expect(take(id, asked())).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});

const step = fc.constantFrom<('in' | 'out')[]>('in', 'out');
/** What each of six learners does: they begin by coming, and at the end three of them go. */
const turns = fc
  .array(fc.array(step, { maxLength: 2 }), { minLength: 6, maxLength: 6 })
  .map((all) => all.map((steps, which) => ['in', ...steps, which % 2 === 0 ? 'out' : 'in']));

describe('given learners who take, wait and give back all at once, while counts move between lots', () => {
  it('nobody goes on waiting beside a seat that is free, and the counters are what the rows hold', async () => {
    await fc.assert(
      fc.asyncProperty(turns, fc.nat(), async (journeys, seed) => {
        // One seat is left in either lot.
        const { table, store, promote, enter, take, wait, giveUp, stopWaiting } = await counted(
          999,
          1,
        );
        const others = 1_000;
        /** What the stream has promotion do after each write that may let somebody in. */
        const streamed = () => untilNotBusy(() => promote(list, summer));
        const journey = async (id: LearnerId, steps: readonly string[]) => {
          for (const step of steps) {
            if (step === 'in') {
              if ((await take(id, asked())) === 'full') await wait(id, asked()).then(streamed);
              continue;
            }
            await giveUp(id, 'reading').then(streamed);
            await stopWaiting(id, 'reading').then(streamed);
          }
        };
        const ids = await Promise.all(journeys.map(() => enter()));
        cloud.disturb(all(delayedReads(seeded(seed), 8), conflicts(seeded(seed + 1), 0.1)));
        await Promise.all([
          ...ids.map((id, which) => journey(id, journeys[which] ?? [])),
          shuffle(table, store, 10),
        ]);
        cloud.disturb(undefined);
        const rows = await Promise.all(ids.map((id) => store.readPlaces(id)));
        const { used, waiting } = await store.readSeats(list);
        const taken = used.reduce((sum, count) => sum + count, 0);
        expect(taken).toBe(others + seatsHeld(rows, 'well'));
        expect(taken).toBeLessThanOrEqual(1_002);
        const waits = rows.flatMap((row) => Object.values(row.waits)).filter(({ offer }) => !offer);
        expect(waiting).toBe(waits.length);
        expect(waiting > 0 && taken < 1_002, 'someone waits beside a free seat').toBe(false);
      }),
      { numRuns: runs(1) },
    );
  });
});

/** Moves a count from one lot into the other, wherever there is room. */
async function shuffle(table: string, store: ReturnType<typeof enrolmentStore>, times: number) {
  for (let turn = 0; turn < times; turn += 1) {
    const [first = 0, second = 0] = (await store.readSeats(list)).used;
    if (first > 0 && second < 2) {
      const move = { from: 0, to: 1, count: 1, usedFrom: first, usedTo: second };
      await untilNotBusy(() => moveSeats(table, list, move));
    } else if (second > 0 && first < 1_000) {
      const move = { from: 1, to: 0, count: 1, usedFrom: second, usedTo: first };
      await untilNotBusy(() => moveSeats(table, list, move));
    }
  }
}
