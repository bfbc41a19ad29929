import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { markOf, relinked, relinkingOf } from '../../bin/restore/relinking.ts';
import { loginMark } from '../../functions/identity/guardian.store.ts';
import { markOf as deletionMark } from '../../functions/privacy/store.ts';
import { Sub } from '../../functions/runtime/caller.ts';

const [old, fresh, other] = [
  '0b7a3c1e-1111-4aaa-8bbb-000000000001',
  'f4d2c1b0-2222-4ccc-9ddd-000000000002',
  '7c7c7c7c-3333-4eee-8fff-000000000003',
] as const;
const relinking = relinkingOf(new Map([[old, fresh]]));
const through = (row: Record<string, unknown>) => unmarshall(relinked(marshall(row), relinking));

describe('the mark of a login', () => {
  it('is the one that identity makes', () => {
    expect(markOf(old)).toBe(loginMark(Sub.parse(old)));
  });
});

describe('a row with new logins', () => {
  it.each([
    ['a key', { pk: `LOGIN#${old}`, sk: 'SELF' }, { pk: `LOGIN#${fresh}`, sk: 'SELF' }],
    [
      'the end of a key',
      { sk: `CONSENT#2026-03-02T01:15:29.870Z#granted#${old}` },
      { sk: `CONSENT#2026-03-02T01:15:29.870Z#granted#${fresh}` },
    ],
    [
      'a value inside',
      { by: { sub: old, relation: 'self' } },
      { by: { sub: fresh, relation: 'self' } },
    ],
    ['a set', { mailed: new Set([old, other]) }, { mailed: new Set([fresh, other]) }],
    ['a mark', { marks: [markOf(old)] }, { marks: [markOf(fresh)] }],
    [
      'whose deletion goes on',
      { pk: `SUBJECT#${deletionMark(Sub.parse(old))}`, askedBy: deletionMark(Sub.parse(old)) },
      { pk: `SUBJECT#${deletionMark(Sub.parse(fresh))}`, askedBy: deletionMark(Sub.parse(fresh)) },
    ],
    ['another login', { sub: other }, { sub: other }],
    ['a text that only has it inside', { words: `I am ${old}.` }, { words: `I am ${old}.` }],
    ['numbers and nothing', { version: 3, until: null }, { version: 3, until: null }],
  ])('given %s', (_what, row, expected) => {
    expect(through(row)).toEqual(expected);
  });

  it('keeps lists of marks in order, as they were', () => {
    const marks = [markOf(old), markOf(other), 'a', 'z'].sort();
    const expected = [markOf(fresh), markOf(other), 'a', 'z'].sort();
    expect(through({ marks })).toEqual({ marks: expected });
  });

  it('keeps a list that was in no order in its own', () => {
    expect(through({ wishes: ['z', old, 'a'] })).toEqual({ wishes: ['z', fresh, 'a'] });
  });

  it('property: no old login and no old mark is left, and all else is what it was', () => {
    const subs = fc.uniqueArray(fc.uuid(), { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(subs, fc.dictionary(fc.string(), fc.string()), (all, value) => {
        const [before, after] = [all.slice(0, all.length / 2), all.slice(all.length / 2)];
        const pairs = before.map((sub, at) => [sub, after[at] ?? ''] as const);
        const links = relinkingOf(new Map(pairs));
        const row = {
          pk: `LOGIN#${before[0]}`,
          marks: before.map(markOf),
          deep: [{ by: before }, value],
        };
        const wire = marshall(row, { removeUndefinedValues: true });
        const text = JSON.stringify(relinked(wire, links));
        for (const gone of [...before, ...before.map(markOf)]) expect(text).not.toContain(gone);
        const back = relinkingOf(new Map(pairs.map(([from, to]) => [to, from])));
        const again = unmarshall(relinked(relinked(wire, links), back));
        expect(again['pk']).toEqual(row.pk);
        expect(new Set(again['marks'])).toEqual(new Set(row.marks));
      }),
    );
  });
});
