import { readdirSync, readFileSync } from 'node:fs';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { quotaOn } from '../../regions/calendar.ts';
import { jsonSchemaFile, regionJsonSchema } from '../../regions/json-schema.ts';
import { loadRegion } from '../../regions/load.ts';
import {
  categories,
  type Group,
  type Policy,
  Provider,
  type Region,
  stages,
} from '../../regions/schema.ts';
import { beside, hamletWith } from './hamlet.ts';

const seoul = loadRegion(beside('../../regions/seoul.yaml'));
const taebaek = loadRegion(beside('../../regions/taebaek.yaml'));
const chungcheong = loadRegion(beside('../../regions/north-chungcheong.yaml'));

const groupIds = (policy: Policy | undefined) => policy?.groups.map(({ id }) => id);
const offersOf = (region: Region) => region.providers.flatMap(({ offers }) => offers);

describe('Seoul', () => {
  it('has its 25 districts', () => {
    const hosted = seoul.partners?.flatMap(({ areas }) => areas) ?? [];
    expect(seoul.areas.filter(({ id }) => !hosted.includes(id))).toHaveLength(25);
    expect(seoul.areas).toContainEqual({ id: 'gangnam', name: { ko: '강남구', en: 'Gangnam-gu' } });
  });

  it('widened in three stages (domain.md row 1)', () => {
    expect(seoul.policies.map(({ from }) => from)).toEqual([
      '2021-08-27',
      '2022-01-01',
      '2023-01-01',
    ]);
    const [first, second, third] = seoul.policies.map(groupIds);
    expect(first).toEqual(['low-income', 'out-of-school', 'multicultural', 'recommended']);
    expect(second).toEqual([...(first ?? []), 'young-people']);
    expect(third).toContain('resident');
    expect(seoul.policies.at(-1)?.groups.find(({ id }) => id === 'resident')?.stages).toEqual(
      stages,
    );
  });

  it('launched on 27 August 2021, closed, reopened and is open (row 3)', () => {
    expect(seoul.intakes.at(0)?.opens).toBe('2021-08-27T09:00');
    expect(seoul.intakes.slice(0, -1).every(({ closes }) => closes !== undefined)).toBe(true);
    expect(seoul.intakes.at(-1)?.closes).toBeUndefined();
  });

  it('began with eight donating providers: 2 elementary, 2 middle, 3 high, 1 lifelong (row 8)', () => {
    const founders = seoul.providers.filter(({ contract }) => contract.from === '2021-08-27');
    const stagesOfFounders = founders.map(({ offers }) => [
      ...new Set(offers.map(({ stage }) => stage)),
    ]);
    const count = (stage: string) =>
      stagesOfFounders.filter((its) => its.length === 1 && its[0] === stage).length;
    expect(founders.map(({ contract }) => contract.type)).toEqual(Array(8).fill('donated'));
    expect(stages.map(count)).toEqual([2, 2, 3, 1]);
  });

  it('came to fourteen providers, those that joined later purchased (row 9)', () => {
    const later = seoul.providers.slice(8, 14);
    expect(later.map(({ contract }) => contract.type)).toEqual(Array(6).fill('purchased'));
  });

  it.each([seoul, taebaek])(
    '$id pays 60 % less than the market for each seat (row 9)',
    (region) => {
      const bought = region.providers.filter(({ contract }) => contract.type === 'purchased');
      for (const { contract } of bought) {
        expect(contract.prices).not.toBeUndefined();
        for (const { seatMonth, marketSeatMonth } of contract.prices ?? [])
          expect(5 * seatMonth).toBe(2 * marketSeatMonth);
      }
    },
  );

  it('shows each kind of provider', () => {
    const kinds = Provider.options.map(({ shape }) => shape.kind.value);
    expect(new Set(seoul.providers.map(({ kind }) => kind))).toEqual(new Set(kinds));
  });

  it.each(stages.flatMap((stage) => categories.map((category) => ({ stage, category }))))(
    'offers $category at the stage $stage, from the first day on',
    (pair) => {
      const founders = seoul.providers.filter(({ contract }) => contract.from === '2021-08-27');
      expect(founders.flatMap(({ offers }) => offers)).toContainEqual(pair);
    },
  );

  it('has seats without limit, few seats, and so many that they need several counters', () => {
    const limited = seoul.providers.flatMap(({ seats }) => (seats === 'unlimited' ? [] : [seats]));
    const counts = limited.flatMap(({ perArea, areas }) => [
      perArea,
      ...Object.values(areas ?? {}),
    ]);
    expect(limited.length).toBeLessThan(seoul.providers.length / 2);
    expect(Math.min(...counts)).toBeLessThan(100);
    expect(Math.max(...counts)).toBeGreaterThanOrEqual(5000);
  });
});

describe('the partners that Seoul hosts (rows 28 to 31)', () => {
  const partner = (wanted: string) => seoul.partners?.find(({ id }) => id === wanted);
  const places = (id: string, text: string) =>
    partner(id)?.areas.map((areaId) => quotaOn(seoul, areaId, Temporal.PlainDate.from(text)));

  it('are five, the first agreed on before December 2024, the last on 28 July 2025', () => {
    expect(seoul.partners?.map(({ id }) => id)).toEqual([
      'north-chungcheong',
      'pyeongchang',
      'gimpo',
      'incheon',
      'taebaek',
    ]);
    expect(partner('north-chungcheong')?.from.recruiting).toMatch(/^2024-12-/);
    expect(partner('taebaek')?.agreement.signed).toBe('2025-07-28');
  });

  it('North Chungcheong: six areas with 1,450 places together, as in its own file', () => {
    expect(partner('north-chungcheong')?.areas).toEqual(chungcheong.areas.map(({ id }) => id));
    const counts = places('north-chungcheong', '2024-12-02');
    expect(counts?.reduce((sum: number, count) => sum + (count ?? 0), 0)).toBe(1450);
    const own = chungcheong.areas.map(({ id }) =>
      quotaOn(chungcheong, id, Temporal.PlainDate.from('2024-12-02')),
    );
    expect(counts).toEqual(own);
  });

  it('Taebaek: 500 places, live from September 2025, for the groups of its own file', () => {
    expect(places('taebaek', '2025-08-17')).toEqual([0]);
    expect(places('taebaek', '2025-09-01')).toEqual([500]);
    expect(partner('taebaek')?.from.live).toBe('2025-09-01');
    expect(partner('taebaek')?.groups).toEqual(groupIds(taebaek.policies[0]));
  });

  it('have the services that they agreed on', () => {
    const services = seoul.partners?.map((one) => [one.id, one.services.join()]);
    expect(Object.fromEntries(services ?? [])).toMatchObject({
      'north-chungcheong': 'mentoring',
      pyeongchang: 'consulting',
      taebaek: '',
    });
  });

  it('leave the quota of the districts as it was', () => {
    const today = Temporal.PlainDate.from('2026-09-01');
    const [jongno] = seoul.areas;
    expect(jongno && quotaOn(seoul, jongno.id, today)).toBe(undefined);
  });
});

describe('North Chungcheong (row 30)', () => {
  it('is six areas that start in December 2024', () => {
    expect(chungcheong.areas.map(({ id }) => id)).toEqual([
      'jecheon',
      'boeun',
      'okcheon',
      'yeongdong',
      'goesan',
      'danyang',
    ]);
    expect(chungcheong.policies[0]?.from).toBe('2024-12-01');
    expect(chungcheong.intakes[0]?.opens).toBe('2024-12-02T09:00');
  });

  it('has 1,450 places under each policy, a number of its own for each area', () => {
    for (const { quota } of chungcheong.policies) {
      if (quota === 'unlimited') throw new Error('the agreement is for a number of places');
      expect(Object.keys(quota.areas ?? {})).toEqual(chungcheong.areas.map(({ id }) => id));
      const counts = Object.values(quota.areas ?? {});
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(1450);
    }
  });

  it('takes students of small schools of the five counties only, in an intake of their own', () => {
    const small = chungcheong.policies[1]?.groups.find(({ id }) => id === 'small-school');
    expect(small?.areas).toEqual(['boeun', 'okcheon', 'yeongdong', 'goesan', 'danyang']);
    const intakes = chungcheong.intakes.filter(({ groups }) =>
      groups?.some((id) => id === 'small-school'),
    );
    expect(intakes.flatMap(({ areas = [] }) => areas).sort()).toEqual(small?.areas?.toSorted());
  });
});

describe('groups that officers confirm (row 6)', () => {
  const papers = (group: Group) => group.evidence?.map(({ id }) => id);

  it.each([
    ['out-of-school', ['school-leaving-certificate']],
    ['multicultural', ['family-relation-certificate', 'nationality-certificate']],
  ])('%s: the papers are the same in every region and stage', (id, expected) => {
    const groups = [seoul, taebaek, chungcheong].flatMap(({ policies }) =>
      policies.flatMap((policy) => policy.groups.filter((group) => group.id === id)),
    );
    expect(groups).toHaveLength(6);
    for (const group of groups) {
      expect(papers(group)).toEqual(expected);
      expect(group.legalBasis).toMatch(/\bAct\b/);
    }
  });

  it('none goes without a paper', () => {
    for (const { policies } of [seoul, taebaek, chungcheong]) {
      const judged = policies.flatMap(({ groups }) =>
        groups.filter(({ confirmedBy }) => confirmedBy === 'officer'),
      );
      expect(judged.filter(({ evidence }) => evidence === undefined)).toEqual([]);
    }
  });
});

describe('Taebaek (row 29)', () => {
  it('admits disadvantaged young people from 1 September 2025, 9:00', () => {
    expect(taebaek.policies.map(({ from }) => from)).toEqual(['2025-09-01']);
    expect(taebaek.intakes).toEqual([{ opens: '2025-09-01T09:00' }]);
    expect(groupIds(taebaek.policies[0])).toEqual(['low-income', 'out-of-school', 'multicultural']);
  });

  it('is one area with a quota of 500, in which each provider has as many seats', () => {
    expect(taebaek.areas).toHaveLength(1);
    expect(taebaek.policies.map(({ quota }) => quota)).toEqual([{ perArea: 500 }]);
    expect(taebaek.providers.map(({ seats }) => seats)).toEqual(
      taebaek.providers.map(() => ({ perArea: 500 })),
    );
  });

  it('offers each category at each stage of school', () => {
    const schools = ['elementary', 'middle', 'high'] as const;
    for (const stage of schools) {
      for (const category of categories) {
        expect(offersOf(taebaek)).toContainEqual({ stage, category });
      }
    }
  });
});

describe('every region file', () => {
  const files = readdirSync(beside('../../regions')).filter((name) => name.endsWith('.yaml'));

  it.each(files)('%s is named after its region and leads editors to the schema', (name) => {
    const file = beside(`../../regions/${name}`);
    expect(`${loadRegion(file).id}.yaml`).toBe(name);
    expect(readFileSync(file, 'utf8').split('\n')[0]).toBe(
      '# yaml-language-server: $schema=./region.schema.json',
    );
  });

  it.each(files)(
    '%s says that a government must replace the legal basis of each policy',
    (name) => {
      const file = beside(`../../regions/${name}`);
      const marked = readFileSync(file, 'utf8').match(/# SAMPLE.*\n {4}legalBasis:/g);
      // Groups rest on national acts, which are no samples.
      const { policies, mentoring = [] } = loadRegion(file);
      expect(marked).toHaveLength(policies.length + mentoring.length);
    },
  );
});

describe('region.schema.json', () => {
  const onDisk: unknown = JSON.parse(readFileSync(jsonSchemaFile, 'utf8'));
  const accepts = (text: string) =>
    z.fromJSONSchema(regionJsonSchema()).safeParse(parse(text)).success;

  it('is what the schema says (else: node regions/json-schema.ts)', () => {
    expect(onDisk).toEqual(regionJsonSchema());
  });

  it.each(['seoul', 'taebaek', 'north-chungcheong'])('accepts %s.yaml', (name) => {
    expect(accepts(readFileSync(beside(`../../regions/${name}.yaml`), 'utf8'))).toBe(true);
  });

  it.each([
    ['an unknown key', 'consentAge: 14', 'consntAge: 14'],
    ['an unknown stage', 'stages: [high]', 'stages: [university]'],
    ['a time with a zone', 'opens: 2026-03-01T09:00', 'opens: 2026-03-01T09:00Z'],
    ['seats of no kind', 'seats: unlimited', 'seats: many'],
  ])('refuses %s', (_what, passage, instead) => {
    expect(accepts(hamletWith(passage, passage))).toBe(true);
    expect(accepts(hamletWith(passage, instead))).toBe(false);
  });

  it('explains each key of a policy to its author', () => {
    const descriptions = JSON.stringify(regionJsonSchema().properties?.['policies']);
    expect(descriptions).toContain("the age in years below which a guardian's consent comes first");
  });
});
