import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { contracts } from '../../functions/contracts.ts';
import { steps } from '../../functions/privacy/contract.ts';
import { usualRetention } from '../../functions/privacy/retention.rules.ts';
import { type Contract, type Route, routeKey } from '../../functions/runtime/route.ts';
import { Retention } from '../../regions/schema.ts';

const text = readFileSync('docs/privacy.md', 'utf8');
const routesOf = ({ routes }: Contract): readonly Route[] => Object.values(routes);

it('docs/privacy.md tells every step of a deletion, in their order', () => {
  expect([...text.matchAll(/^\| `(\w+)` \|/gm)].map(([, step]) => step)).toEqual([...steps]);
});

it('docs/privacy.md tells how long each thing is kept where a region file does not say', () => {
  const told = [...text.matchAll(/`(\w+)`: (\d+) months \|/g)].map(([, name, months]) => [
    name,
    Number(months),
  ]);
  expect(Object.fromEntries(told)).toEqual(usualRetention);
  expect(Object.keys(Retention.shape).sort()).toEqual(Object.keys(usualRetention).sort());
});

it('the schema of region files says the same numbers', () => {
  for (const [name, months] of Object.entries(usualRetention)) {
    const described = Retention.shape[name as keyof typeof usualRetention].description; // a key of the one is of the other
    expect(described, name).toMatch(new RegExp(`none: ${months}$`));
  }
});

it('docs/privacy.md names only routes that there are', () => {
  const all = new Set(contracts.flatMap(routesOf).map(routeKey));
  const named = [...text.matchAll(/`((?:GET|POST|PUT|DELETE) \/[^` ]*)`/g)].map(
    ([, key = '']) => key,
  );
  expect(named.length).toBeGreaterThan(2);
  expect(named.filter((key) => !all.has(key))).toEqual([]);
});
