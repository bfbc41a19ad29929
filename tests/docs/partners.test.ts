import { readFileSync } from 'node:fs';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { contracts } from '../../functions/contracts.ts';
import { quotaOn } from '../../regions/calendar.ts';
import { loadRegion } from '../../regions/load.ts';
import { partnerStates } from '../../regions/schema.ts';

const text = readFileSync('docs/partners.md', 'utf8');
const seoul = loadRegion('regions/seoul.yaml');
const partners = seoul.partners ?? [];

describe('docs/partners.md', () => {
  it.each(partners)('has the line of $id as the file has it', (partner) => {
    const { id, areas, agreement, from, services } = partner;
    const begins = Temporal.PlainDate.from(from.recruiting);
    const places = areas.map((areaId) => quotaOn(seoul, areaId, begins) ?? 0);
    const sum = places.reduce((all, count) => all + count, 0);
    const cells = [id, areas.length, sum.toLocaleString('en'), agreement.signed];
    const line = [...cells, from.recruiting, from.live, services.join(', ') || '–'];
    expect(text).toContain(`\n| ${line.join(' | ')} |\n`);
  });

  it('has no line of a partner that is not hosted', () => {
    const lines = text.match(/^\| [a-z-]+ \| \d+ \|/gm);
    expect(lines).toHaveLength(partners.length);
  });

  it('its passage of YAML stands in the file, line by line', () => {
    const plain = (yaml: string) => yaml.replaceAll(/^ +/gm, '');
    const [, passage = ''] = /```yaml\n([\s\S]*?) *```/.exec(text) ?? [];
    expect(passage).not.toBe('');
    expect(plain(readFileSync('regions/seoul.yaml', 'utf8'))).toContain(plain(passage));
  });

  it('names the states in their order, and codes that routes have', () => {
    const states = [...text.matchAll(/^\| `(\w+)` \|/gm)].map(([, state]) => state);
    expect(states).toEqual(partnerStates);
    const refused = contracts.flatMap(({ routes }) =>
      Object.values(routes).flatMap((route) => ('refusals' in route ? [route.refusals] : [])),
    );
    const codes = JSON.stringify(refused);
    for (const [, code] of text.matchAll(/`(partner-[\w-]+)`/g)) {
      expect(codes).toContain(`"${code}"`);
    }
  });
});
