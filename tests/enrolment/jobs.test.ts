import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { Temporal } from 'temporal-polyfill';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { approvalStore } from '../../functions/enrolment/approval.store.ts';
import type { handler as dueJob } from '../../functions/enrolment/due.job.ts';
import { enrolmentStore } from '../../functions/enrolment/store.ts';
import { documents } from '../../functions/runtime/dynamodb.ts';
import { AreaId, ProviderId } from '../../regions/schema.ts';
import { type Cloud, openCloud } from '../runtime/cloud.ts';
import { loadHandler } from '../runtime/handlers.ts';
import { captureLog } from '../runtime/log-lines.ts';
import { at, forge, mill, village, well } from '../runtime/village.ts';
import { learnersAt } from './learners.ts';
import { approval, wish } from './places.ts';

const takeLog = captureLog();
/** The well has a thousand and two seats by the river, so two lots, one on the hill, and 25 lots on the meadow. */
const region = village({
  areas: ['river', 'hill', 'meadow'].map((id) => ({ id, name: { ko: id, en: id } })),
  providers: [
    mill,
    { ...well, seats: { perArea: 1_002, areas: { hill: 1, meadow: 25_000 } } },
    forge,
  ],
});
const summer = at('2025-07-01T12:00');
const store = enrolmentStore('enrolment');
const river = { providerId: ProviderId.parse('well'), areaId: AreaId.parse('river') };
const hill = { ...river, areaId: AreaId.parse('hill') };

let cloud: Cloud;
/** Runs the job; it is told that it has so much time left. */
let due: (milliseconds?: number) => Promise<void>;
let rebalance: () => Promise<void>;

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  cloud = await openCloud();
  await cloud.createTable(
    'enrolment',
    ['pending', 'pendingLot', 'sweepDue'],
    ['due', 'dueLot', 'dueAt'],
    ['look', 'lookLot', 'lookAt'],
  );
  await cloud.createTable('eligibility');
  await cloud.createTable('notices');
  Object.assign(process.env, {
    ENROLMENT_TABLE: 'enrolment',
    ELIGIBILITY_TABLE: 'eligibility',
    NOTICES_TABLE: 'notices',
  });
  const job = await loadHandler<typeof dueJob>('enrolment/due.job', { '#region': region });
  due = (milliseconds = 240_000) => job({}, { getRemainingTimeInMillis: () => milliseconds });
  rebalance = await loadHandler('enrolment/rebalance.job', { '#region': region });
});
beforeEach(() => {
  moveTo(summer);
});
afterEach(() => {
  cloud.disturb(undefined);
  takeLog();
});
afterAll(async () => {
  await cloud.close();
  vi.useRealTimers();
});

const moveTo = (moment: Temporal.Instant) => vi.setSystemTime(moment.epochMilliseconds);
const { enter, take, wait, giveUp } = learnersAt('enrolment', region);

/** Counts of seats, as so many learners before would have left them. */
async function fill(areaId: string, ...used: number[]) {
  for (const [lot, count] of used.entries()) {
    const key = { pk: { S: `SEATS#well#${areaId}` }, sk: { S: `LOT#${lot}` } };
    const Item = { ...key, used: { N: `${count}` } };
    await cloud.ask('PutItem', { TableName: 'enrolment', Item });
  }
}

describe('given learners for whom nothing happens but time', () => {
  it('whose approval’s last day has passed: all places end, although no message ever comes', async () => {
    const id = await enter(approval({ validUntil: '2025-07-31' }));
    await take(id, wish('subject', 'mill'));
    await take(id, wish('reading', 'well'));
    moveTo(at('2025-07-31T23:59'));
    await due();
    expect(Object.keys((await store.readPlaces(id)).places)).toHaveLength(2);
    moveTo(at('2025-08-01T00:00'));
    await due();
    const row = await store.readPlaces(id);
    expect([row.places, row.dueAt, Object.keys(row.endings).toSorted()]).toEqual([
      {},
      undefined,
      ['mill', 'well'],
    ]);
    const { history } = await store.listHistory(id, 5, undefined);
    expect(history.map(({ reason }) => reason)).toEqual(['expired', 'expired']);
    expect((await store.readSeats(river)).used.reduce((sum, used) => sum + used, 0)).toBe(0);
  });

  it('whose row is of 0.1.0, in the index of then: is looked at all the same', async () => {
    const id = await enter(approval({ validUntil: '2025-07-31' }));
    await take(id, wish('subject', 'mill'));
    await cloud.ask('UpdateItem', {
      TableName: 'enrolment',
      Key: { pk: { S: `LEARNER#${id}` }, sk: { S: 'PLACES' } },
      UpdateExpression: 'SET dueAt = lookAt, dueLot = lookLot REMOVE lookAt, lookLot',
    });
    moveTo(at('2025-08-01T00:00'));
    await due();
    expect((await store.readPlaces(id)).places).toEqual({});
  });

  it('edge case 25: whose provider leaves mid-term: the place ends, and another is chosen freely', async () => {
    const id = await enter();
    await take(id, wish('language', 'forge'));
    moveTo(at('2025-09-01T00:00'));
    await due();
    const row = await store.readPlaces(id);
    expect([row.places, row.switched, row.givenBack]).toEqual([{}, 0, {}]);
    const { history } = await store.listHistory(id, 5, undefined);
    expect(history).toMatchObject([{ reason: 'provider-left' }]);
  });

  it('whose policy has one place less from March: it goes on for the grace, and ends with notice', async () => {
    const id = await enter();
    await take(id, wish('language', 'mill'));
    await take(id, wish('subject', 'mill'));
    moveTo(at('2026-03-01T00:05'));
    await due();
    expect((await store.readPlaces(id)).places.language?.graceUntil).toBe('2026-03-31');
    moveTo(at('2026-04-01T00:00'));
    await due();
    const row = await store.readPlaces(id);
    expect([Object.keys(row.places), row.endings]).toEqual([['subject'], {}]);
    const { history } = await store.listHistory(id, 5, undefined);
    expect(history).toMatchObject([{ place: 'language', reason: 'fewer-places' }]);
    const { Items = [] } = await documents.send(new ScanCommand({ TableName: 'notices' }));
    const mine = Items.filter(({ message }) => message.to.learnerId === id);
    expect(mine.map(({ message }) => message.kind).toSorted()).toEqual([
      'fewer-places',
      'place-ended',
    ]);
  });

  it('who wait for a seat that no message has offered: the job offers it, and lapses what is late', async () => {
    await fill('hill', 0);
    const onHill = () => enter(approval({ areaId: 'hill' }));
    const [holder, first, second] = await Promise.all([onHill(), onHill(), onHill()]);
    await take(holder, wish('reading', 'well'));
    await wait(first, wish('reading', 'well'));
    await wait(second, wish('reading', 'well'));
    await giveUp(holder, 'reading');
    moveTo(summer.add({ hours: 2 }));
    await due();
    const offers = async () =>
      Promise.all(
        [first, second].map(async (id) => (await store.readPlaces(id)).waits.reading?.offer?.until),
      );
    const [one, other] = await offers();
    expect([one, other].filter((until) => until !== undefined)).toEqual(['2025-07-08']);
    moveTo(at('2025-07-09T01:00'));
    await due();
    expect((await offers()).filter((until) => until !== undefined)).toEqual(['2025-07-16']);
    expect(await store.readSeats(hill)).toEqual({ used: [1], waiting: 0 });
  });
});

describe('given more learners who are due than DynamoDB gives in one answer', () => {
  /** Pages of two: there are four partitions, so a run that reads one page of each looks at eight at most. */
  const smallPages = () =>
    cloud.disturb(async (operation, input) =>
      operation === 'Query' && input['IndexName'] === 'due'
        ? { input: { ...input, Limit: 2 } }
        : undefined,
    );
  /** Twenty whose approval has ended since; how many of them still have their place. */
  async function ended() {
    const ids = await Promise.all(
      Array.from({ length: 20 }, () => enter(approval({ validUntil: '2025-07-01' }))),
    );
    for (const id of ids) await take(id, wish('subject', 'mill'));
    moveTo(at('2025-07-02T00:00'));
    smallPages();
    return async () => {
      const rows = await Promise.all(ids.map((id) => store.readPlaces(id)));
      return rows.filter(({ places }) => places.subject !== undefined).length;
    };
  }

  it('one run looks at all of them, page by page', async () => {
    const left = await ended();
    await due();
    expect(await left()).toBe(0);
  });

  it('one whose time is up stops after a page of each partition, and the next goes on', async () => {
    const left = await ended();
    await due(60_000);
    expect(await left()).toBeGreaterThanOrEqual(12);
    await due();
    expect(await left()).toBe(0);
  });
});

describe('given seats by the river that DynamoDB cannot serve', () => {
  /** DynamoDB refuses this operation for what is by the river. */
  const failing = (asked: string) =>
    cloud.disturb(async (operation, input) => {
      const text = JSON.stringify(input);
      if (operation !== asked || !/"(SEATS|WAITING)#well#river"/.test(text)) return undefined;
      const body = JSON.stringify({ __type: 'com.amazonaws#ValidationException', message: 'no' });
      return { reply: { status: 400, body } };
    });

  it('those who wait on another are offered theirs, and the job fails after all', async () => {
    await fill('river', 1_000, 2);
    await fill('hill', 1);
    const byTheRiver = await enter();
    const onTheHill = await enter(approval({ areaId: 'hill' }));
    await wait(byTheRiver, wish('reading', 'well'));
    await wait(onTheHill, wish('reading', 'well'));
    await fill('hill', 0);
    moveTo(summer.add({ hours: 2 }));
    failing('Query');
    await expect(due()).rejects.toThrow(/^1 learners or lists/);
    expect((await store.readPlaces(onTheHill)).waits.reading?.offer).toBeDefined();
    expect(takeLog()).toMatch(/"no offer".*ValidationException/);
  });

  it('the others are levelled, and the job fails after all', async () => {
    await fill('river', 1_001, 0);
    await fill('meadow', 30);
    failing('TransactWriteItems');
    await expect(rebalance()).rejects.toThrow(/^the lots of 1 could/);
    expect((await store.readSeats({ ...river, areaId: AreaId.parse('meadow') })).used[0]).toBe(15);
    expect(takeLog()).toMatch(/"not rebalanced".*ValidationException/);
  });
});

describe('edge 14: given learners who move to the hill, where one seat is left', () => {
  it('one keeps the place there, the other’s ends as moved; the seats by the river are free', async () => {
    await fill('hill', 0);
    await fill('river', 0, 0);
    const ids = await Promise.all([enter(), enter()]);
    for (const id of ids) await take(id, wish('reading', 'well'));
    const approvals = approvalStore({ enrolment: 'enrolment', notices: 'notices' }, region);
    const moved = approval({ areaId: 'hill', changedAt: '2025-07-01T06:00:00.000Z' });
    await Promise.all(ids.map((id) => approvals.recordApproval(id, moved, summer)));
    const rows = await Promise.all(ids.map((id) => store.readPlaces(id)));
    expect(rows.flatMap(({ places }) => places.reading?.seat?.areaId ?? [])).toEqual(['hill']);
    const histories = await Promise.all(ids.map((id) => store.listHistory(id, 5, undefined)));
    expect(histories.flatMap(({ history }) => history)).toMatchObject([{ reason: 'moved' }]);
    expect((await store.readSeats(river)).used).toEqual([0, 0]);
    expect((await store.readSeats(hill)).used).toEqual([1]);
    // Told again, nothing changes.
    await Promise.all(ids.map((id) => approvals.recordApproval(id, moved, summer)));
    expect(await Promise.all(ids.map((id) => store.readPlaces(id)))).toEqual(rows);
  });
});

describe('edge 13: given lots that a cut has closed', () => {
  it('the job moves what they hold into those with room, and what is above all bounds stays', async () => {
    await fill('river', 999, 1, 2);
    await rebalance();
    expect((await store.readSeats(river)).used).toEqual([1_000, 2, 0]);
    expect(takeLog()).toMatch(/"rebalanced".*"count":2/);
    await fill('river', 1_000, 2, 5);
    await rebalance();
    expect((await store.readSeats(river)).used).toEqual([1_000, 2, 5]);
  });
});

describe('given lots of which few have many seats left', () => {
  it('the job levels them, a run as much as it may, and the next goes on', async () => {
    const full = Array.from({ length: 24 }, () => 1_000);
    await fill('meadow', ...full, 500);
    const meadow = { ...river, areaId: AreaId.parse('meadow') };
    const free = async () => (await store.readSeats(meadow)).used.map((used) => 1_000 - used);
    const spread: number[] = [];
    for (let run = 0; run < 4; run += 1) {
      await rebalance();
      const left = await free();
      expect(left.reduce((sum, seats) => sum + seats, 0)).toBe(500);
      spread.push(left.filter((seats) => seats > 0).length);
    }
    expect(takeLog()).toMatch(/"rebalanced".*"count":20/);
    expect(spread[0]).toBeGreaterThan(10);
    expect(Math.max(...(await free())) - Math.min(...(await free()))).toBeLessThan(20);
  });
});
