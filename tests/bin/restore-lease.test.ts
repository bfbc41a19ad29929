import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openClients } from '../../bin/export/clients.ts';
import { type Holdings, holdingsOf } from '../../bin/export/holdings.ts';
import { leaseMinutes, markerIn } from '../../bin/restore/marker.ts';
import { type Cloud, openCloud } from '../runtime/cloud.ts';

const from = 's3://archive/today';
const moment = '2026-03-02T01:15:29.000Z';
let cloud: Cloud;
let holdings: Holdings;
let now = 0;

beforeAll(async () => {
  cloud = await openCloud();
});
afterAll(() => cloud.close());
beforeEach(async () => {
  const TableIdentity = `identity-${randomUUID()}`;
  await cloud.createTable(TableIdentity);
  holdings = holdingsOf('ladder-taebaek', {
    TableIdentity,
    PapersBucket: 'papers',
    PublicPoolId: 'public',
    StaffPoolId: 'staff',
  });
  now = Date.parse('2026-03-02T02:00:00Z');
});

const markerOf = (run: string) => {
  const { dynamodb } = openClients();
  return markerIn(dynamodb, holdings, run, () => now);
};
const later = (minutes: number) => {
  now += minutes * 60_000;
};

describe('two restores of one export into one copy', () => {
  it('given that one is at it: the other is refused, and does nothing', async () => {
    const [one, other] = [markerOf('one'), markerOf('other')];
    await one.begin(from, moment);
    await expect(other.look(from, moment)).rejects.toMatchObject({ code: 'restore-running' });
    await expect(other.begin(from, moment)).rejects.toMatchObject({ code: 'restore-running' });
    await one.note('a');
    expect((await one.begin(from, moment)).loaded).toEqual(new Set(['a']));
  });

  it('given two at the same moment: one begins', async () => {
    const both = ['one', 'other'].map((run) => markerOf(run).begin(from, moment));
    const ends = (await Promise.allSettled(both)).map(({ status }) => status);
    expect(ends.toSorted()).toEqual(['fulfilled', 'rejected']);
  });

  it('given one that stopped answering: after its lease the other goes on, and the first may write no more', async () => {
    const [one, other] = [markerOf('one'), markerOf('other')];
    await one.begin(from, moment);
    await one.note('a');
    later(leaseMinutes + 1);
    expect((await other.begin(from, moment)).loaded).toEqual(new Set(['a']));
    for (const act of [() => one.still(), () => one.note('b'), () => one.end()]) {
      await expect(act()).rejects.toMatchObject({ code: 'restore-running' });
    }
    await expect(other.still()).resolves.toBeUndefined();
  });

  it('given one that goes on for longer than its lease: it stays its own', async () => {
    const [one, other] = [markerOf('one'), markerOf('other')];
    await one.begin(from, moment);
    for (let times = 0; times < 5; times += 1) {
      later(leaseMinutes - 1);
      await one.still();
    }
    await expect(other.begin(from, moment)).rejects.toMatchObject({ code: 'restore-running' });
  });

  it('given one that was broken off and said so: the next begins at once', async () => {
    const [one, other] = [markerOf('one'), markerOf('other')];
    await one.begin(from, moment);
    await one.release();
    await expect(other.begin(from, moment)).resolves.toMatchObject({ state: 'loading' });
  });

  it('given that it is done: nothing is noted or written any more', async () => {
    const [one, other] = [markerOf('one'), markerOf('other')];
    await one.begin(from, moment);
    await one.end();
    expect(await other.begin(from, moment)).toMatchObject({ state: 'done' });
    await expect(one.note('b')).rejects.toMatchObject({ code: 'restore-running' });
    await expect(one.still()).rejects.toMatchObject({ code: 'restore-running' });
  });

  it('edge case 37: remembers whom the first run left out, for counts were corrected without them', async () => {
    const one = markerOf('one');
    expect((await one.begin(from, moment)).leftOut).toBeUndefined();
    await one.leaveOut(['lrn_1']);
    await one.release();
    expect((await markerOf('other').begin(from, moment)).leftOut).toEqual(new Set(['lrn_1']));
  });
});
