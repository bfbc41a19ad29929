import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { contracts } from '../../functions/contracts.ts';
import { type Route, routeKey } from '../../functions/runtime/route.ts';
import { runbook, runbookAddress } from '../../lib/support/runbook.ts';
import { Deployment } from '../../regions/schema.ts';
import { resourcesOf, seoul, templateOf } from '../lib/template.ts';

const read = (name: string) => readFileSync(`docs/${name}`, 'utf8');
const [security, guide, alarms] = ['security.md', 'operator-guide.md', 'runbook.md'].map(read);
const links = (text = '') => [...text.matchAll(/\]\(([^)#]+)\)/g)].map(([, link = '']) => link);
const headings = (text = '') =>
  [...text.matchAll(/^## (.+)$/gm)].map(([, heading = '']) => heading);

describe('docs/security.md', () => {
  it('links to files that there are, and from each attacker’s row to what holds it', () => {
    expect(links(security).filter((link) => !existsSync(join('docs', link)))).toEqual([]);
    const rows = (security ?? '').split('\n').filter((line) => line.startsWith('| '));
    const attacks = rows.filter((row) => row.split(' | ').length === 4).slice(1);
    expect(attacks.length).toBeGreaterThan(15);
    for (const row of attacks) expect(row).toMatch(/\]\(\.\.\/tests\/.+\.ts\)/);
  });

  it('names only keys that a region file has', () => {
    const known = Object.keys(Deployment.shape);
    const switches = [...(security ?? '').matchAll(/^\| `(\w+)[.:`]/gm)].map(([, key = '']) => key);
    expect(switches.length).toBeGreaterThanOrEqual(5);
    expect(switches.filter((key) => !known.includes(key))).toEqual([]);
  });
});

describe('docs/operator-guide.md', () => {
  it('names only routes and pages that there are', () => {
    const routes = contracts.flatMap(({ routes }): readonly Route[] => Object.values(routes));
    const all = new Set(routes.map(routeKey));
    const named = [...(guide ?? '').matchAll(/`((?:GET|POST|PUT|DELETE) \/[^` ]*)`/g)];
    expect(named.length).toBeGreaterThan(2);
    expect(named.map(([, key = '']) => key).filter((key) => !all.has(key))).toEqual([]);
    expect(links(guide).filter((link) => !existsSync(join('docs', link)))).toEqual([]);
  });

  it('lists every secret that a region has, and no other', () => {
    const names = [...resourcesOf(templateOf(seoul), 'AWS::SecretsManager::Secret').values()].map(
      ({ Properties }) => String(Properties['Name']).replace(`/${seoul.id}/`, '/<region>/'),
    );
    const listed = [...(guide ?? '').matchAll(/^\| `(ladder\/[^`]+)`/gm)].map(([, name]) => name);
    expect(listed.toSorted()).toEqual([...new Set(names)].toSorted());
  });
});

describe('docs/runbook.md', () => {
  it('has a heading for every kind of alarm, and no other', () => {
    expect(headings(alarms).toSorted()).toEqual(Object.keys(runbook).toSorted());
    expect(runbookAddress('The API is slow')).toBe('docs/runbook.md#the-api-is-slow');
  });
});
