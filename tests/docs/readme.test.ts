import { existsSync, readFileSync } from 'node:fs';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { estimateCost } from '../../bin/cost.ts';
import { MigrationId } from '../../functions/operation/contract.ts';
import { loadRegion } from '../../regions/load.ts';

const documents = [
  'README.md',
  'CONTRIBUTING.md',
  'docs/architecture.md',
  'docs/runbook.md',
  'docs/policies.md',
  'docs/mentoring.md',
  'docs/partners.md',
  'docs/cost.md',
];
const readme = readFileSync('README.md', 'utf8');
const { scripts } = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync('package.json', 'utf8')));

describe('what the documents say', () => {
  it.each(documents)('%s links only to files that there are', (document) => {
    const folder = document.includes('/') ? 'docs/' : '';
    const text = readFileSync(document, 'utf8');
    const links = [...text.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, link]) => link);
    expect(links.filter((link) => !existsSync(`${folder}${link}`))).toEqual([]);
  });

  it.each(documents)('%s names only npm scripts that there are', (document) => {
    const text = readFileSync(document, 'utf8');
    const named = [...text.matchAll(/npm run ([a-z-]+)/g)].map(([, script = '']) => script);
    expect(named.filter((script) => scripts[script] === undefined)).toEqual([]);
  });

  it('README states the defaults that the command has', () => {
    const command = readFileSync('bin/commands/start.ts', 'utf8');
    expect(command).toContain("'regions/seoul.yaml'");
    expect(readme).toContain('`regions/seoul.yaml` if left out');
    expect(command).toMatch(/port, 4000\)/);
    expect(readme).toContain('4000 if left out');
  });

  it('README shows a rollout of today: its last migration, its providers and its cost', () => {
    const region = loadRegion('regions/taebaek.yaml');
    const { total, learners } = estimateCost(region, {
      day: Temporal.PlainDate.from('2026-12-01'),
    });
    expect(readme).toContain(`are done; ${MigrationId.options.at(-1)}:`);
    expect(readme).toContain(`1 area, ${region.providers.length} providers`);
    const costs = [...readme.matchAll(/about \$(\d+) a month (?:with|for) (\d+) learners/g)];
    expect(costs.map(([, ...numbers]) => numbers.map(Number))).toEqual(
      Array(2).fill([Math.ceil(total), learners]),
    );
  });

  it('README holds no gap to be filled', () => {
    expect(readme).not.toMatch(/@[A-Z]+@|TBD|\?\?\?/);
  });
});
