import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Finding } from '../../functions/eligibility/contract.ts';
import { loadRegion } from '../../regions/load.ts';
import {
  Deadlines,
  Evidence,
  Group,
  Intake,
  MentoringPolicy,
  outcomes,
  Partner,
  Policy,
  services,
} from '../../regions/schema.ts';
import { samplePeople } from '../eligibility/sample-people.ts';
import { faultLines } from '../regions/hamlet.ts';
import {
  deadlinesTable,
  groupsTable,
  mentoringTable,
  peopleTable,
  quotaTable,
  rulesTable,
} from './policy-tables.ts';

const text = readFileSync('docs/policies.md', 'utf8');
const seoulFile = readFileSync('regions/seoul.yaml', 'utf8');
const seoul = loadRegion('regions/seoul.yaml');
const chungcheong = loadRegion('regions/north-chungcheong.yaml');

describe('docs/policies.md says what the files say', () => {
  it.each([
    ['the rules, in their order', rulesTable()],
    ['the groups of Seoul', groupsTable(seoul)],
    ['the groups of North Chungcheong', groupsTable(chungcheong)],
    ['the quotas of North Chungcheong', quotaTable(chungcheong)],
    ['the deadlines of both', deadlinesTable(seoul, chungcheong)],
    ['the mentoring of both', mentoringTable(seoul, chungcheong)],
    ['the sample people', peopleTable()],
  ])('%s', (_what, expected) => {
    expect(text).toContain(`\n\n${expected}\n\n`);
  });

  it('the areas and places that its headings promise (domain.md row 30)', () => {
    expect(text).toContain(`six areas, 1,450 places`);
    expect(chungcheong.areas).toHaveLength(6);
    expect(quotaTable(chungcheong)).toContain('| together | 1,450 |');
    expect(text).toContain(`all citizens, in three stages`);
    expect(seoul.policies).toHaveLength(3);
    expect(text).toContain('Twelve people');
    expect(samplePeople).toHaveLength(12);
  });

  it('its passages of YAML stand in a region file, line by line', () => {
    const plain = (yaml: string) => yaml.replaceAll(/^ +/gm, '');
    const files = readdirSync('regions').filter((name) => name.endsWith('.yaml'));
    const all = files.map((name) => plain(readFileSync(`regions/${name}`, 'utf8')));
    const passages = [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, yaml = '']) => yaml);
    expect(passages.length).toBeGreaterThan(2);
    for (const passage of passages) {
      expect(
        all.filter((file) => file.includes(plain(passage))),
        passage,
      ).not.toEqual([]);
    }
  });

  it('its mistakes are told as it says', () => {
    const [, shown = ''] = /```\n(regions\/[\s\S]*?)\n```/.exec(text) ?? [];
    const wrong = seoulFile
      .replace('until: 24', 'until: 4')
      .replace('[basic-livelihood, near-poverty]', '[basic-livelihood, near-poverti]')
      .replace('closes: 2021-12-17', 'closes: 2022-12-17');
    expect(faultLines(wrong, 'regions/seoul.yaml').join('\n')).toBe(shown);
  });

  it('names no key that the schema does not have', () => {
    const { deadlines } = MentoringPolicy.shape;
    const parts = [Policy, Partner, Group, Intake, Deadlines, Evidence, MentoringPolicy, deadlines];
    const known = parts.flatMap(({ shape }) => Object.keys(shape));
    const others = ['policies', 'intakes', 'incomeBands', 'seats', 'perArea', 'timeZone'];
    const ofMentoring = [
      'mentoring',
      'services',
      'meetings',
      'deployment',
      ...services,
      ...outcomes,
    ];
    const values = ['registry', 'officer', 'unlimited', 'finish', 'until', 'end'];
    const rules: readonly string[] = Finding.shape.rule.options;
    const words = [
      ...text.replaceAll(/```[\s\S]*?```/g, '').matchAll(/`([\w-]+(?:\[\])?(?:\.[\w]+)*)/g),
    ]
      .map(([, word = '']) => word)
      .filter((word) => !word.includes('/') && !word.startsWith('tests'))
      .flatMap((word) => word.replaceAll('[]', '').split('.'));
    const all = new Set([...known, ...others, ...ofMentoring, ...values, ...rules]);
    const files = ['regions', 'tests', 'functions', 'criteria', 'rules', 'ts', 'npx'];
    expect(words.filter((word) => !all.has(word) && !files.includes(word))).toEqual([]);
  });
});
