import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { dayIn, hasService, partnerStateOn, quotaOn } from '../../regions/calendar.ts';
import { parseRegion } from '../../regions/load.ts';
import { AreaId } from '../../regions/schema.ts';
import { at } from '../runtime/village.ts';
import { faultLines, hamlet } from './hamlet.ts';

/** A partner with the north of the hamlet, from its agreement to its end. */
const partners = `partners:
  - id: valley
    name: { ko: 골짜기, en: Valley }
    areas: [north]
    agreement: { signed: 2025-02-01, legalBasis: Agreement of the valley }
    from: { recruiting: 2025-03-10, live: 2025-04-01, ended: 2026-04-01 }
    services: []
    groups: [low-income]
    quotas:
      - { from: 2025-03-10, perArea: 7 }
      - { from: 2025-09-01, perArea: 0, areas: { north: 9 } }
`;
const hosting = hamlet + partners;
const region = parseRegion(hosting, 'r.yaml');
const [valley] = region.partners ?? [];
const [north, south] = [AreaId.parse('north'), AreaId.parse('south')];
const day = (text: string) => Temporal.PlainDate.from(text);

/** What the loader says to the hamlet with one passage of its partners, or of what stands before, written otherwise. */
function faults(passage: string, instead: string): string[] {
  if (!hosting.includes(passage)) throw new Error(`no passage "${passage}"`);
  return faultLines(hosting.replace(passage, () => instead)).map((line) => line.slice(2));
}

describe('a partner (domain.md row 28)', () => {
  it.each([
    ['2025-01-01', 'agreed'],
    ['2025-03-09', 'agreed'],
    ['2025-03-10', 'recruiting'],
    ['2025-03-31', 'recruiting'],
    ['2025-04-01', 'live'],
    ['2026-03-31', 'live'],
    ['2026-04-01', 'ended'],
    ['2030-01-01', 'ended'],
  ])('on %s is %s', (text, state) => {
    expect(valley && partnerStateOn(valley, day(text))).toBe(state);
  });

  it('passes from one state to the next at midnight by the clock of the region', () => {
    const stateAt = (moment: string) => valley && partnerStateOn(valley, dayIn(region, at(moment)));
    expect(stateAt('2025-03-31T23:59')).toBe('recruiting');
    expect(stateAt('2025-04-01T00:00')).toBe('live');
  });

  it('without an end goes on, and may be live on the day on which it recruits', () => {
    const from = { recruiting: '2025-03-10', live: '2025-03-10' };
    expect(partnerStateOn({ from }, day('2025-03-09'))).toBe('agreed');
    expect(partnerStateOn({ from }, day('2025-03-10'))).toBe('live');
    expect(partnerStateOn({ from }, day('2099-01-01'))).toBe('live');
  });
});

describe('the quota of an area (rows 29 and 30)', () => {
  it.each([
    ['2025-03-09', 0, 'takes no applications yet'],
    ['2025-03-10', 7, 'has that of its partner'],
    ['2025-08-31', 7, 'keeps it to the last day'],
    ['2025-09-01', 9, 'has the next one, with a number of its own'],
    ['2026-03-01', 9, 'has it whatever a new policy says'],
    ['2026-03-31', 9, 'has it to the last day'],
    ['2026-04-01', 0, 'gives no place any more'],
  ])('of a partner on %s is %i: it %s', (text, places) => {
    expect(quotaOn(region, north, day(text))).toBe(places);
  });

  it('is the policy’s elsewhere, and of a partner that has none', () => {
    expect(quotaOn(region, south, day('2025-03-10'))).toBe(30);
    expect(quotaOn(region, south, day('2026-03-01'))).toBe(undefined);
    const without = parseRegion(hosting.replace(/ {4}quotas:[\s\S]*/, ''), 'r.yaml');
    expect(quotaOn(without, north, day('2025-09-01'))).toBe(20);
  });
});

describe('the services of an area (rows 30 and 31)', () => {
  it('are those of its partner, and of another area its own, or all', () => {
    expect(hasService(region, north, 'mentoring')).toBe(false);
    expect(hasService(region, south, 'mentoring')).toBe(true);
    const switched = parseRegion(
      hosting.replace('services: []', 'services: [mentoring]'),
      'r.yaml',
    );
    expect(hasService(switched, north, 'mentoring')).toBe(true);
    expect(hasService(region, AreaId.parse('moon'), 'mentoring')).toBe(false);
  });
});

const second = `  - id: plain
    name: { ko: 들, en: Plain }
    areas: [north]
    agreement: { signed: 2025-02-01, legalBasis: Agreement of the plain }
    from: { recruiting: 2025-03-10, live: 2025-04-01 }
    services: []
`;

describe('edge case 46: a partner that contradicts itself or its region', () => {
  it('is accepted where it does neither', () => {
    expect(faultLines(hosting)).toEqual([]);
  });

  it.each<readonly [string, string, string, ...string[]]>([
    [
      'an unknown area',
      'areas: [north]\n    agr',
      'areas: [norht]\n    agr',
      'partners[0].areas[0]: "norht" is not the id of an area, did you mean "north"?',
    ],
    [
      'an area of another partner',
      '    services: []\n    groups',
      `    services: []\n${second}    groups`,
      'partners[1].areas[0]: "north" belongs to the partner "valley" already, leave it with one of the two, an area has one partner at most',
    ],
    [
      'recruiting before the agreement',
      'signed: 2025-02-01',
      'signed: 2025-03-11',
      'partners[0].from.recruiting: is before the agreement was signed (2025-03-11), write that day or a later one',
    ],
    [
      'live before recruiting',
      'live: 2025-04-01',
      'live: 2025-03-09',
      'partners[0].from.live: is before "recruiting" (2025-03-10), write that day or a later one',
    ],
    [
      'ended on the day on which it goes live',
      'ended: 2026-04-01',
      'ended: 2025-04-01',
      'partners[0].from.ended: is not after "live" (2025-04-01), write a later day, or remove it if there is no end',
    ],
    [
      'services that the region lacks',
      'services: []',
      'services: [mentoring, consulting]',
      'partners[0].services[1]: is "consulting", a service that the region has no rules for, add its rules under "mentoring", or take it out here',
    ],
    [
      'a group that nobody knows',
      'groups: [low-income]\n    quo',
      'groups: [low-incom]\n    quo',
      'partners[0].groups[0]: "low-incom" is not the id of a group, did you mean "low-income"?',
    ],
    [
      'a group for other areas only',
      'areas: [north, south]',
      'areas: [south]',
      'partners[0].groups[0]: "low-income" is for none of the partner\'s areas, add one of them to "areas" of the group, or remove it here',
    ],
    [
      'a quota for a foreign area',
      '{ north: 9 }',
      '{ south: 9 }',
      'partners[0].quotas[1].areas.south: is no area of the partner "valley", take one of its areas (north), or remove it here',
    ],
    [
      'a quota that the policy has too',
      'areas: { south: 30 }',
      'areas: { north: 30 }',
      'policies[0].quota.areas.north: is overruled by "quotas" of the partner "valley", remove it here, or the quotas there',
    ],
    [
      'two quotas of one day',
      'from: 2025-09-01, perArea: 0',
      'from: 2025-03-10, perArea: 0',
      'partners[0].quotas[1].from: "2025-03-10" is taken by entry 1 of this list, write another, each entry needs its own',
    ],
    [
      'services that the area has too',
      'en: North } }',
      'en: North }, services: [mentoring] }',
      'areas[0].services: stands in an area of the partner "valley", which has services of its own, remove it here, "services" of the partner counts',
    ],
    [
      'a name in one language',
      '{ ko: 골짜기, en: Valley }',
      '{ ko: 골짜기 }',
      'partners[0].name.en: is missing, add the text in this language, or take "en" out of "languages"',
    ],
    [
      'a service twice',
      'services: []',
      'services: [mentoring, mentoring]',
      'partners[0].services[1]: "mentoring" is listed twice, remove it, or write the one that was meant',
    ],
  ])('%s', (_what, passage, instead, ...expected) => {
    expect(faults(passage, instead).map((line) => line.replace(/^\S+ /, ''))).toEqual(expected);
  });

  it('services of mentoring in a region without mentoring', () => {
    const none = hosting
      .replace('services: []', 'services: [mentoring]')
      .replace(/mentoring:\n {2}- version[\s\S]*?(?=partners:)/, '');
    expect(faultLines(none).join()).toContain(
      'is "mentoring", a service that the region has no rules for',
    );
  });
});
