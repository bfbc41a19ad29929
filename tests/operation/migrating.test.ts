import { randomUUID } from 'node:crypto';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Fields, Migration } from '../../functions/operation/migration.rules.ts';
import { migratedRows, RowBusy } from '../../functions/operation/row.store.ts';
import {
  type Cursor,
  type Standing,
  segments,
  standingStore,
} from '../../functions/operation/standing.store.ts';
import { documents } from '../../functions/runtime/dynamodb.ts';
import { type Cloud, openCloud } from '../runtime/cloud.ts';
import { at } from '../runtime/village.ts';

/** A migration of these tests alone: rows of hens get the number of their eggs for those, and each egg a row of its own. */
const hens: Migration = {
  id: '0001-requests-by-learner',
  table: 'identity',
  keyPrefix: 'HEN#',
  sortKey: 'HEN',
  attributes: ['nest', 'eggs'],
  correct: ({ nest }) =>
    Array.isArray(nest)
      ? {
          set: { eggs: nest.length, nest: undefined },
          beside: nest.map((egg) => ({ pk: `EGG#${egg}`, sk: 'EGG', egg })),
        }
      : undefined,
};

let cloud: Cloud;
let table: string;
beforeAll(async () => {
  cloud = await openCloud();
});
beforeEach(async () => {
  table = `farm-${randomUUID()}`;
  await cloud.createTable(table);
});
afterEach(() => cloud.disturb(undefined));
afterAll(() => cloud.close());

const keyOf = (name: string) => ({ pk: `HEN#${name}`, sk: 'HEN' });
const put = (name: string, row: Fields) =>
  documents.send(new PutCommand({ TableName: table, Item: { ...keyOf(name), ...row } }));
const readAt = async (Key: object) =>
  (await documents.send(new GetCommand({ TableName: table, Key: { ...Key } }))).Item;
const read = (name: string) => readAt(keyOf(name));
const egg = (name: string) => readAt({ pk: `EGG#${name}`, sk: 'EGG' });
const rowOf = (name: string, fields: Fields) => ({ key: keyOf(name), fields });

describe('given a row that an earlier release wrote', () => {
  it('when it is corrected, then it has what it needs, keeps all else, and needs nothing more', async () => {
    await put('berta', { nest: ['a', 'b'], name: 'Berta', version: 3 });
    const rows = migratedRows(table, hens);
    const { rows: found } = await rows.page(0, 1, 'beginning');
    expect(found).toEqual([rowOf('berta', { nest: ['a', 'b'] })]);
    expect(await rows.correct(rowOf('berta', { nest: ['a', 'b'] }))).toBe(true);
    const corrected = { ...keyOf('berta'), name: 'Berta', version: 3, eggs: 2 };
    expect(await read('berta')).toEqual(corrected);
    expect(await egg('b')).toEqual({ pk: 'EGG#b', sk: 'EGG', egg: 'b' });
    expect(await rows.correct(rowOf('berta', { eggs: 2 }))).toBe(false);
    expect(await read('berta')).toEqual(corrected);
  });

  it('edge case 47: when somebody changes it meanwhile, then their change stays, and the row is looked at again', async () => {
    await put('alma', { nest: ['a'] });
    await put('alma', { nest: ['a', 'b', 'c'], name: 'Alma' });
    expect(await migratedRows(table, hens).correct(rowOf('alma', { nest: ['a'] }))).toBe(true);
    expect(await read('alma')).toEqual({ ...keyOf('alma'), name: 'Alma', eggs: 3 });
    expect(await egg('c')).toBeDefined();
  });

  it('when somebody has deleted it, then it does not come back', async () => {
    expect(await migratedRows(table, hens).correct(rowOf('dora', { nest: ['d'] }))).toBe(false);
    expect([await read('dora'), await egg('d')]).toEqual([undefined, undefined]);
  });

  it('when some of what belongs beside it is there, then that stays as it is, and only the rest comes', async () => {
    await put('olga', { nest: ['own', 'new'] });
    const Item = { pk: 'EGG#own', sk: 'EGG', painted: 'red' };
    await documents.send(new PutCommand({ TableName: table, Item }));
    expect(await migratedRows(table, hens).correct(rowOf('olga', { nest: ['own', 'new'] }))).toBe(
      true,
    );
    expect([await egg('own'), (await egg('new'))?.['egg']]).toEqual([Item, 'new']);
  });

  it('when what it gives is there by now, although it was not, then nothing is lost', async () => {
    await put('ida', { nest: ['a', 'b'], eggs: 7 });
    expect(await migratedRows(table, hens).correct(rowOf('ida', { nest: ['a', 'b'] }))).toBe(true);
    expect(await read('ida')).toEqual({ ...keyOf('ida'), eggs: 2 });
  });

  it('when it changes whenever it is about to be written, then the run gives up and nothing is written over', async () => {
    await put('emma', { nest: [] });
    let eggs = 0;
    cloud.disturb(async (operation) => {
      if (operation !== 'TransactWriteItems') return undefined;
      eggs += 1;
      const Item = {
        pk: { S: 'HEN#emma' },
        sk: { S: 'HEN' },
        nest: { L: Array.from({ length: eggs }, (_, at) => ({ S: `${at}` })) },
      };
      await cloud.ask('PutItem', { TableName: table, Item });
      return undefined;
    });
    const attempt = migratedRows(table, hens).correct(rowOf('emma', { nest: [] }));
    await expect(attempt).rejects.toThrow(RowBusy);
    expect(await read('emma')).toMatchObject({ nest: { length: eggs } });
  });

  it('when a migration corrects what it does not declare, then nothing is written', async () => {
    await put('frieda', { nest: [] });
    const careless = { ...hens, correct: () => ({ set: { owner: 'nobody' } }) };
    await expect(migratedRows(table, careless).correct(rowOf('frieda', {}))).rejects.toMatchObject({
      code: 'undeclared-attribute',
    });
  });
});

describe('given a table of many kinds of rows', () => {
  it('when its parts are read page by page, then each row of the kind comes once and all rows are counted', async () => {
    const names = Array.from({ length: 24 }, (_, index) => `hen-${index}`);
    await Promise.all(names.map((name) => put(name, { nest: [], big: 'x'.repeat(20) })));
    const others = [
      { pk: 'COCK#1', sk: 'HEN' },
      { pk: 'HEN#1', sk: 'COCK' },
    ];
    for (const Item of others) await documents.send(new PutCommand({ TableName: table, Item }));
    const rows = migratedRows(table, hens, 3);
    const pages = await Promise.all(
      Array.from({ length: segments }, async (_, segment) => {
        const found: string[] = [];
        let seen = 0;
        for (let cursor: Cursor = 'beginning'; cursor !== 'end'; ) {
          const page = await rows.page(segment, segments, cursor);
          expect(page.seen).toBeLessThanOrEqual(3);
          found.push(...page.rows.map(({ key }) => key.pk));
          seen += page.seen;
          cursor = page.next;
        }
        return { found, seen };
      }),
    );
    expect(pages.flatMap(({ found }) => found).sort()).toEqual(names.map((n) => `HEN#${n}`).sort());
    expect(pages.reduce((sum, { seen }) => sum + seen, 0)).toBe(26);
  });
});

describe('given two who would run the same migration', () => {
  const now = at('2026-03-02T10:00');
  const hold = (holder: string) => ({ id: hens.id, holder });
  const begun: Standing = {
    id: hens.id,
    state: 'running',
    cursors: Array(segments).fill('beginning'),
    seen: 0,
    changed: 0,
    holder: 'first',
  };

  it('when one holds it, then the other does not get it, until the time has passed that the one may take', async () => {
    const store = standingStore(table);
    const until = now.add({ seconds: 51 });
    const first = await store.take(hold('first'), now, until);
    expect(first).toEqual(begun);
    expect(await store.take(hold('second'), now.add({ seconds: 50 }), until)).toBeUndefined();
    const late = now.add({ seconds: 51 });
    expect(await store.take(hold('second'), late, late.add({ seconds: 51 }))).toBeDefined();
    const moved = { ...begun, seen: 9 };
    expect((await store.save(hold('first'), moved, late)).done).toBe(false);
    await store.release(hold('first'));
    expect((await store.save(hold('second'), moved, late)).done).toBe(true);
    expect(await store.list()).toMatchObject([{ id: hens.id, seen: 9, holder: 'second' }]);
  });

  it('when it is done, then nobody gets it again', async () => {
    const store = standingStore(table);
    expect(await store.take(hold('first'), now, now)).toEqual(begun);
    const ended: Standing = { ...begun, cursors: Array(segments).fill('end') };
    await store.save(hold('first'), ended, now);
    expect(await store.take(hold('second'), now.add({ hours: 1 }), now)).toBeUndefined();
    expect(await store.list()).toMatchObject([{ state: 'done' }]);
  });
});
