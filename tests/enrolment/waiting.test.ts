import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { fallDue } from '../../functions/enrolment/approval.rules.ts';
import { approvalStore } from '../../functions/enrolment/approval.store.ts';
import { changeStore } from '../../functions/enrolment/change.store.ts';
import type { PlaceId } from '../../functions/enrolment/contract.ts';
import { promotionStore } from '../../functions/enrolment/promotion.store.ts';
import { enrolmentStore } from '../../functions/enrolment/store.ts';
import { waitingStore } from '../../functions/enrolment/waiting.store.ts';
import type { LearnerId } from '../../functions/identity/contract.ts';
import { documents } from '../../functions/runtime/dynamodb.ts';
import { AreaId, ProviderId } from '../../regions/schema.ts';
import { type Cloud, openCloud } from '../runtime/cloud.ts';
import { all, conflicts, delayedReads, seeded } from '../runtime/disturbances.ts';
import { at, mill, village, well } from '../runtime/village.ts';
import { learnersAt, seatsHeld, untilNotBusy } from './learners.ts';
import { approval, wish } from './places.ts';

let cloud: Cloud;
beforeAll(async () => {
  cloud = await openCloud();
  await cloud.createTable('notices');
});
afterEach(() => cloud.disturb(undefined));
afterAll(() => cloud.close());

const summer = at('2025-07-01T12:00');
/** The offers' last day is the 8th. */
const lapsed = at('2025-07-09T00:00');
const list = { providerId: ProviderId.parse('well'), areaId: AreaId.parse('river') };
let villages = 0;
let changes = 0;

/** A village whose well has two seats by the river, both taken by `holders`, and `waiters` in their order. */
async function fullWell(waiters: number) {
  villages += 1;
  const table = `waiting-${villages}`;
  const tables = { enrolment: table, notices: 'notices' };
  await cloud.createTable(
    table,
    ['pending', 'pendingLot', 'sweepDue'],
    ['due', 'dueLot', 'dueAt'],
    ['look', 'lookLot', 'lookAt'],
  );
  const region = village({ providers: [mill, { ...well, seats: { perArea: 2 } }] });
  const learners = learnersAt(table, region);
  const enter = () => learners.enter();
  const holders = await Promise.all([enter(), enter()]);
  for (const id of holders) await learners.take(id, wish('reading', 'well'));
  const waiting: LearnerId[] = [];
  for (let turn = 0; turn < waiters; turn += 1) {
    const id = await enter();
    const later = learnersAt(table, region, summer.add({ seconds: turn }));
    expect(await later.wait(id, wish('reading', 'well'))).toBe('kept');
    waiting.push(id);
  }
  const store = enrolmentStore(table);
  const { promote } = promotionStore(tables, region);
  const rowOf = store.readPlaces;
  return {
    ...learners,
    ...{ table, region, store, holders, waiting, enter, rowOf },
    promote: (now = summer) => untilNotBusy(() => promote(list, now)),
    offerOf: async (id: LearnerId) => (await rowOf(id)).waits.reading?.offer,
    giveUp: (id: LearnerId, placeId: PlaceId = 'reading') => learners.giveUp(id, placeId),
    /** What the job does for a learner who is due. */
    fallDue: async (id: LearnerId, now = lapsed) =>
      changeStore(tables).keep(fallDue(region, await rowOf(id), now)),
    /** The stream tells of an approval that became another, later than all before. */
    follow: (id: LearnerId, state: 'suspended' | 'holds') => {
      changes += 1;
      const changedAt = summer.add({ seconds: changes }).toString({ smallestUnit: 'millisecond' });
      const next = approval({ state, changedAt });
      return approvalStore(tables, region).recordApproval(id, next, summer);
    },
    seats: () => store.readSeats(list),
    positionOf: async (id: LearnerId) => {
      const wait = (await rowOf(id)).waits.reading;
      if (wait === undefined) throw new Error('they do not wait');
      const entry = { ...wait, learnerId: id, placeId: 'reading' } as const;
      return (await waitingStore(table).positionOf(entry)).position;
    },
  };
}

/** The first of some, of which there must be one. */
function first<One>([one]: readonly One[]): One {
  if (one === undefined) throw new Error('there is none');
  return one;
}

describe('given a provider without a free seat', () => {
  it('whoever waits has a position; twice is once; the wait for another comes after leaving', async () => {
    const { waiting, wait, positionOf, seats } = await fullWell(3);
    expect(await Promise.all(waiting.map(positionOf))).toEqual([1, 2, 3]);
    expect(await wait(first(waiting), wish('reading', 'well'))).toBe('unchanged');
    expect(await seats()).toEqual({ used: [2], waiting: 3 });
  });

  it('whoever leaves the list makes room for those behind', async () => {
    const { waiting, stopWaiting, positionOf, seats } = await fullWell(3);
    expect(await stopWaiting(first(waiting), 'reading')).toBe('kept');
    expect(await stopWaiting(first(waiting), 'reading')).toBe('nothing-there');
    expect(await Promise.all(waiting.slice(1).map(positionOf))).toEqual([1, 2]);
    expect(await seats()).toEqual({ used: [2], waiting: 2 });
  });

  it('nobody waits where there is a seat, or where seats are unlimited', async () => {
    const { holders, giveUp, enter, wait } = await fullWell(0);
    await giveUp(first(holders));
    expect(await wait(await enter(), wish('reading', 'well'))).toBe('seats-free');
    expect(await wait(await enter(), wish('subject', 'mill'))).toBe('seats-free');
  });
});

describe('given a seat that goes back while others wait', () => {
  it('is offered to whoever waits longest, stays counted, and is theirs to choose', async () => {
    const { holders, waiting, giveUp, promote, offerOf, seats, take, rowOf } = await fullWell(2);
    await giveUp(first(holders));
    expect(await promote()).toBe(1);
    const head = first(waiting);
    expect(await offerOf(head)).toEqual({ lot: 0, until: '2025-07-08' });
    expect(await seats()).toEqual({ used: [2], waiting: 1 });
    expect(await take(head, wish('reading', 'well'))).toBe('kept');
    const row = await rowOf(head);
    expect([row.waits, row.places.reading?.seat]).toEqual([{}, { areaId: 'river', lot: 0 }]);
    expect(await seats()).toEqual({ used: [2], waiting: 1 });
  });

  it('nobody who has not waited gets it, before it is offered or after', async () => {
    const { holders, giveUp, promote, take, enter } = await fullWell(1);
    await giveUp(first(holders));
    expect(await take(await enter(), wish('reading', 'well'))).toBe('full');
    await promote();
    expect(await take(await enter(), wish('reading', 'well'))).toBe('full');
  });

  it('edge 13: of ten promotions at once for one seat, one wins', async () => {
    const { holders, waiting, giveUp, promote, offerOf, seats, rowOf } = await fullWell(4);
    await giveUp(first(holders));
    cloud.disturb(all(delayedReads(seeded(51), 20), conflicts(seeded(52), 0.3)));
    const offered = await Promise.all(Array.from({ length: 10 }, () => promote()));
    cloud.disturb(undefined);
    expect(offered.reduce((sum, count) => sum + count, 0)).toBe(1);
    expect((await Promise.all(waiting.map(offerOf))).map((offer) => offer !== undefined)).toEqual([
      true,
      false,
      false,
      false,
    ]);
    const rows = await Promise.all([...holders, ...waiting].map(rowOf));
    expect(await seats()).toEqual({ used: [seatsHeld(rows, 'well')], waiting: 3 });
  });

  it('edge 13: an offer that has expired is refused when accepted late, and is the next one’s', async () => {
    const { table, region, holders, waiting, giveUp, promote, fallDue, offerOf, seats } =
      await fullWell(2);
    const [head, next] = [first(waiting), first(waiting.slice(1))];
    await giveUp(first(holders));
    await promote();
    const late = learnersAt(table, region, lapsed);
    expect(await late.take(head, wish('reading', 'well'))).toBe('seat-offer-lapsed');
    expect(await fallDue(head)).toBe('kept');
    expect(await seats()).toEqual({ used: [1], waiting: 1 });
    expect(await promote(lapsed)).toBe(1);
    expect((await offerOf(next))?.until).toBe('2025-07-16');
    expect(await late.take(head, wish('reading', 'well'))).toBe('full');
  });

  it('declined, it is the next one’s; with nobody left, anybody’s', async () => {
    const { holders, waiting, giveUp, promote, stopWaiting, offerOf, take, enter } =
      await fullWell(2);
    const [head, next] = [first(waiting), first(waiting.slice(1))];
    await giveUp(first(holders));
    await promote();
    await stopWaiting(head, 'reading');
    await promote();
    expect(await offerOf(next)).toBeDefined();
    await stopWaiting(next, 'reading');
    await promote();
    expect(await take(await enter(), wish('reading', 'well'))).toBe('kept');
  });

  it('edge case 17: accepted by a switch, the old place ends in the same moment', async () => {
    const { holders, giveUp, promote, enter, take, wait, switchTo, rowOf, seats } =
      await fullWell(0);
    const learner = await enter();
    expect(await take(learner, wish('language', 'mill'))).toBe('kept');
    expect(await wait(learner, wish('language', 'well'))).toBe('kept');
    expect(await switchTo(learner, wish('language', 'well'))).toBe('full');
    await giveUp(first(holders));
    await promote();
    expect(await switchTo(learner, wish('language', 'well'))).toBe('kept');
    const { places, waits, endings } = await rowOf(learner);
    expect([places.language?.providerId, waits]).toEqual(['well', {}]);
    expect(endings).toHaveProperty('mill');
    expect(await seats()).toEqual({ used: [2], waiting: 0 });
  });
});

describe('given a learner who waits, and whose approval is suspended', () => {
  const offered = async (of: Awaited<ReturnType<typeof fullWell>>) =>
    (await Promise.all(of.waiting.map(of.offerOf))).map((offer) => offer !== undefined);

  it('a seat that goes back is the next one’s; the position is there again once the approval is', async () => {
    const well = await fullWell(3);
    const { holders, waiting, giveUp, promote, follow, seats, positionOf } = well;
    await follow(first(waiting), 'suspended');
    await giveUp(first(holders));
    expect(await promote()).toBe(1);
    expect(await offered(well)).toEqual([false, true, false]);
    await follow(first(waiting), 'holds');
    expect(await Promise.all([first(waiting), first(waiting.slice(2))].map(positionOf))).toEqual([
      1, 2,
    ]);
    expect(await seats()).toEqual({ used: [2], waiting: 2 });
    await giveUp(first(holders.slice(1)));
    expect(await promote()).toBe(1);
    expect(await offered(well)).toEqual([true, true, false]);
  });

  it('a seat is not kept for them where nobody else waits', async () => {
    const { holders, waiting, giveUp, promote, follow, enter, take, seats } = await fullWell(1);
    await follow(first(waiting), 'suspended');
    await giveUp(first(holders));
    expect(await promote()).toBe(0);
    expect(await take(await enter(), wish('reading', 'well'))).toBe('kept');
    await follow(first(waiting), 'holds');
    expect(await seats()).toEqual({ used: [2], waiting: 1 });
  });

  it('a seat that was held for them is the next one’s, and theirs the first after that', async () => {
    const well = await fullWell(2);
    const { holders, waiting, giveUp, promote, follow, seats, fallDue } = well;
    await giveUp(first(holders));
    await promote();
    await follow(first(waiting), 'suspended');
    await promote();
    expect(await offered(well)).toEqual([false, true]);
    // Told again, or looked at by the job, nothing goes back twice.
    await follow(first(waiting), 'suspended');
    await fallDue(first(waiting), summer);
    expect(await seats()).toEqual({ used: [2], waiting: 0 });
    await follow(first(waiting), 'holds');
    await giveUp(first(holders.slice(1)));
    expect(await promote()).toBe(1);
    expect(await offered(well)).toEqual([true, true]);
  });

  it('who waits no longer leaves nothing behind', async () => {
    const { waiting, follow, stopWaiting, seats, rowOf } = await fullWell(1);
    await follow(first(waiting), 'suspended');
    expect(await stopWaiting(first(waiting), 'reading')).toBe('kept');
    await follow(first(waiting), 'holds');
    expect((await rowOf(first(waiting))).waits).toEqual({});
    expect(await seats()).toEqual({ used: [2], waiting: 0 });
  });
});

describe('a learner who waits', () => {
  it('is told of an offer and of its end, each in the transaction that is its cause', async () => {
    const { holders, waiting, giveUp, promote, fallDue } = await fullWell(1);
    const told: string[] = [];
    cloud.disturb(async (operation, input) => {
      const text = JSON.stringify(input);
      for (const [, kind = ''] of text.matchAll(/"kind":\{"S":"(seat-[a-z]+)"\}/g)) {
        told.push(`${operation} ${kind} ${text.includes('"PLACES"')}`);
      }
      return undefined;
    });
    await giveUp(first(holders));
    await promote();
    await fallDue(first(waiting));
    expect(told).toEqual([
      'TransactWriteItems seat-offered true',
      'TransactWriteItems seat-lapsed true',
    ]);
    const { Items = [] } = await documents.send(new ScanCommand({ TableName: 'notices' }));
    const mine = Items.filter(({ message }) => message.to.learnerId === first(waiting));
    expect(mine.map(({ message }) => message.kind).toSorted()).toEqual([
      'seat-lapsed',
      'seat-offered',
    ]);
  });
});
