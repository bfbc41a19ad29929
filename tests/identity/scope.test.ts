import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  areasOf,
  nameAnArea,
  onlyAreaOf,
  scopeBy,
  sees,
} from '../../functions/identity/scope.rules.ts';
import { AreaId, PartnerId } from '../../regions/schema.ts';
import { village } from '../runtime/village.ts';

const text = (words: string) => ({ ko: words, en: words });
const hosted = (id: string, ...areas: string[]) => ({
  id,
  name: text(id),
  areas,
  agreement: { signed: '2025-03-01', legalBasis: 'Agreement' },
  from: { recruiting: '2025-03-01', live: '2025-03-01' },
  services: [],
});
const names = ['river', 'hill', 'moor', 'cape', 'fen'];
const region = village({
  areas: names.map((id) => ({ id, name: text(id) })),
  partners: [hosted('valley', 'hill', 'moor'), hosted('coast', 'cape')],
});
const areas = names.map((name) => AreaId.parse(name));
const area = (name: string) => AreaId.parse(name);
const partner = (name: string) => PartnerId.parse(name);

describe('edge case 50: whom a member of staff sees', () => {
  it.each([
    ['of the region', {}, names],
    ['of a partner', { partnerId: partner('valley') }, ['hill', 'moor']],
    ['of a partner with one area', { partnerId: partner('coast') }, ['cape']],
    ['of an area', { areaId: area('river') }, ['river']],
    ['of an area of a partner', { areaId: area('moor') }, ['moor']],
    ['of a partner that is not hosted any more', { partnerId: partner('gone') }, []],
  ])('%s: %o', (_who, row, expected) => {
    const scope = scopeBy(region, row);
    expect(areas.filter((areaId) => sees(scope, areaId))).toEqual(expected);
  });

  it('whoever belongs to something sees nothing of an area that is not theirs, whatever is hosted', () => {
    const someAreas = fc.uniqueArray(fc.constantFrom(...names), { minLength: 1 });
    fc.assert(
      fc.property(someAreas, fc.constantFrom(...areas), (own, asked) => {
        const other = village({
          areas: names.map((id) => ({ id, name: text(id) })),
          partners: [hosted('valley', ...own)],
        });
        const scope = scopeBy(other, { partnerId: partner('valley') });
        expect(sees(scope, asked)).toBe(own.some((id) => id === asked));
        expect(areasOf(scope)).toEqual(own);
      }),
    );
  });
});

describe('the area of a list that nobody names', () => {
  it.each([
    ['of the region', {}, undefined],
    ['of a partner with two', { partnerId: partner('valley') }, undefined],
    ['of a partner with one', { partnerId: partner('coast') }, 'cape'],
    ['of an area', { areaId: area('river') }, 'river'],
    ['of a partner that is gone', { partnerId: partner('gone') }, undefined],
  ])('%s is %s', (_who, row, expected) => {
    expect(onlyAreaOf(scopeBy(region, row))).toBe(expected);
  });

  it('has to be named by whoever serves several, and they are told which', () => {
    const valley = scopeBy(region, { partnerId: partner('valley') });
    expect(nameAnArea(valley)).toEqual({
      code: 'area-required',
      detail: 'You serve several areas (hill, moor): say which with "?areaId=".',
    });
    expect(nameAnArea({ kind: 'region' }).detail).toContain('the whole region');
  });
});
