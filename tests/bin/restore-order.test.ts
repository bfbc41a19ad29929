import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { capabilities } from '../../bin/export/holdings.ts';
import { inOrder } from '../../bin/restore/order.ts';

describe('the tables of an export', () => {
  const tables = capabilities.map((capability) => ({ capability, items: 1, files: [] }));

  it('are loaded in one order, whatever order the stack names them in; deletions after the papers that they delete', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(tables, { minLength: tables.length }), (named) => {
        const { beforePapers, afterPapers } = inOrder(named);
        expect(afterPapers.map(({ capability }) => capability)).toEqual(['privacy']);
        expect(beforePapers).toEqual(tables.filter(({ capability }) => capability !== 'privacy'));
      }),
    );
  });

  it('of a release that lacks some are those that it has', () => {
    const { beforePapers, afterPapers } = inOrder(tables.slice(0, 2));
    expect(beforePapers).toEqual(tables.slice(0, 2));
    expect(afterPapers).toEqual([]);
  });
});
