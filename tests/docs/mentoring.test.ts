import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { contracts } from '../../functions/contracts.ts';
import { mentoring } from '../../functions/mentoring/contract.ts';
import { type Contract, type Route, routeKey } from '../../functions/runtime/route.ts';
import { loadRegion } from '../../regions/load.ts';
import { outcomes } from '../../regions/schema.ts';

const text = readFileSync('docs/mentoring.md', 'utf8');
const named = [...text.matchAll(/`((?:GET|POST|PUT|DELETE) \/[^` ]*)`/g)].map(([, key]) => key);
const routesOf = ({ routes }: Contract): readonly Route[] => Object.values(routes);

describe('docs/mentoring.md', () => {
  it('names only routes that there are', () => {
    const all = new Set(contracts.flatMap(routesOf).map(routeKey));
    expect(named.filter((key = '') => !all.has(key))).toEqual([]);
  });

  it('names every route of mentoring that staff have', () => {
    const ofStaff = routesOf(mentoring).filter(({ access }) => access.pool === 'staff');
    expect(ofStaff.length).toBeGreaterThan(30);
    expect(ofStaff.map(routeKey).filter((key) => !named.includes(key))).toEqual([]);
  });

  it('says of each outcome what the newest policy of Seoul says', () => {
    const { usesUp, stipend } = loadRegion('regions/seoul.yaml').mentoring?.at(-1) ?? {};
    const answer = (list: readonly string[] | undefined, outcome: string) =>
      list?.includes(outcome) ? 'yes' : 'no';
    for (const outcome of outcomes) {
      const row = text.split('\n').find((line) => line.startsWith(`| \`${outcome}\``));
      const cells = row?.split('|').map((cell) => cell.trim()) ?? [];
      expect(cells.slice(2, 4), outcome).toEqual([
        answer(usesUp, outcome),
        answer(stipend?.pays, outcome),
      ]);
    }
  });
});
