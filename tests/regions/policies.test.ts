import { describe, expect, it } from 'vitest';
import { faultLines, hamlet, hamletWith, specify } from './hamlet.ts';

const group = '        stages: [middle, high]\n';
const within = 'write an age within the policy, or remove it';
const orHigher = 'write that age or a higher one, or remove it if there is no bound';

describe('ages of a policy do not contradict each other', () => {
  specify([
    [
      'a guardian whose access ends before the child can consent',
      'majorityAge: 19',
      'majorityAge: 13',
      'r.yaml:23:18 policies[0].majorityAge: is below "consentAge" (14), write that age or a higher one, a guardian is needed until then',
    ],
    ['both at once', 'majorityAge: 19', 'majorityAge: 14'],
    [
      'a last age before the first',
      'minimumAge: 6\n    approvalMonths: 12\n    deadlines: { signUp: 7, consent: 14, evidence: 14, appeal: 30, offer: 7, renewal: 60, grace: 30, documents: 90 }\n    whenTooOld',
      'minimumAge: 6\n    maximumAge: 5\n    approvalMonths: 12\n    deadlines: { signUp: 7, consent: 14, evidence: 14, appeal: 30, offer: 7, renewal: 60, grace: 30, documents: 90 }\n    whenTooOld',
      'r.yaml:25:17 policies[0].maximumAge: is below "minimumAge" (6), write that age or a higher one, or remove it if there is no bound',
      'r.yaml:37:23 policies[0].groups[0].ages.from: is above the policy\'s "maximumAge" (5), write an age within the policy, or remove it',
      'r.yaml:37:34 policies[0].groups[0].ages.until: is above the policy\'s "maximumAge" (5), write an age within the policy, or remove it',
    ],
    [
      'a group that ends before it begins',
      'from: 12, until: 18',
      'from: 12, until: 11',
      `r.yaml:36:34 policies[0].groups[0].ages.until: is below "from" (12), ${orHigher}`,
    ],
    ['a group of one year', 'from: 12, until: 18', 'from: 12, until: 12'],
    [
      'a group that begins before the policy does',
      'from: 12, until: 18',
      'from: 5, until: 18',
      `r.yaml:36:23 policies[0].groups[0].ages.from: is below the policy's "minimumAge" (6), ${within}`,
    ],
    [
      'a last age, and no word on what passing it does',
      '    whenTooOld: end\n',
      '',
      'r.yaml:19:5 policies[0].whenTooOld: is missing, although the policy has a last age, add "end" (the approval ends on that birthday) or "finish" (it runs its months)',
    ],
    [
      'a word on passing a last age, and none',
      '{ from: 12, until: 18 }',
      '{ from: 12 }',
      'r.yaml:27:5 policies[0].whenTooOld: stands in a policy without a last age, add "maximumAge" or a group\'s "ages.until", or remove it',
    ],
    [
      'a renewal that begins before the approval',
      'renewal: 60',
      'renewal: 336',
      'r.yaml:26:87 policies[0].deadlines.renewal: is as long as the approval itself ("approvalMonths" is 12), write 335 or fewer days',
    ],
    ['a renewal from the first day on', 'renewal: 60', 'renewal: 335'],
  ]);
});

describe('income bands divide all incomes', () => {
  const bands = hamlet.slice(hamlet.indexOf('incomeBands:\n'));
  specify([
    [
      'in another order',
      'upTo: 75',
      'upTo: 50',
      'r.yaml:84:52 incomeBands[1].upTo: is not above that of the band before it (50), write a higher one, or order the bands, the lowest first',
    ],
    [
      'open before the last',
      ', upTo: 75',
      '',
      'r.yaml:84:5 incomeBands[1].upTo: is missing, add the percent of the median that it goes up to, only the last band is open',
    ],
    [
      'closed at the last',
      'en: Above }',
      'en: Above }, upTo: 150',
      'r.yaml:85:54 incomeBands[2].upTo: closes the last band, higher incomes would be in none, remove it, or add a band after this one',
    ],
    [
      'of the same id',
      'id: near,',
      'id: basic,',
      'r.yaml:38:30 policies[0].groups[0].incomeBands[1]: "near" is not the id of an income band, add it to "incomeBands" of the region, or remove it here',
      'r.yaml:84:11 incomeBands[1].id: "basic" is taken by entry 1 of this list, write another, each entry needs its own',
    ],
    [
      'named by a group, and unknown: a slip',
      '[basic, near]',
      '[basic, naer]',
      'r.yaml:38:30 policies[0].groups[0].incomeBands[1]: "naer" is not the id of an income band, did you mean "near"?',
    ],
    [
      'named by a group, and none in the region',
      bands,
      '',
      'r.yaml:38:23 policies[0].groups[0].incomeBands[0]: "basic" is not the id of an income band, add it to "incomeBands" of the region, or remove it here',
      'r.yaml:38:30 policies[0].groups[0].incomeBands[1]: "near" is not the id of an income band, add it to "incomeBands" of the region, or remove it here',
    ],
    [
      'without a text',
      ', en: Near',
      '',
      'r.yaml:84:17 incomeBands[1].name.en: is missing, add the text in this language, or take "en" out of "languages"',
    ],
  ]);
});

describe('groups, quotas and intakes name what there is', () => {
  specify([
    [
      'an area of a group: a slip',
      'areas: [north, south]',
      'areas: [north, sotuh]',
      'r.yaml:37:24 policies[0].groups[0].areas[1]: "sotuh" is not the id of an area, did you mean "south"?',
    ],
    [
      'an area of a group, twice',
      'areas: [north, south]',
      'areas: [north, north]',
      'r.yaml:37:24 policies[0].groups[0].areas[1]: "north" is listed twice, remove it, or write the one that was meant',
    ],
    [
      'an area of a quota',
      'areas: { south: 30 }',
      'areas: { gangnam: 30 }',
      'r.yaml:29:36 policies[0].quota.areas.gangnam: is not the id of an area, add it to "areas", or remove it here',
    ],
    [
      'an area and a group of an intake',
      '    closes: 2025-12-31T18:00\n',
      '    closes: 2025-12-31T18:00\n    areas: [nroth]\n    groups: [noble]\n',
      'r.yaml:60:13 intakes[0].areas[0]: "nroth" is not the id of an area, did you mean "north"?',
      'r.yaml:61:14 intakes[0].groups[0]: "noble" is not the id of a group, add it to "groups" of a policy, or remove it here',
    ],
    [
      'evidence of one group, by one id',
      'validMonths: 12 }\n',
      'validMonths: 12 }\n          - { id: income-letter, name: { ko: 가, en: A } }\n',
      'r.yaml:41:19 policies[0].groups[0].evidence[1].id: "income-letter" is taken by entry 1 of this list, write another, each entry needs its own',
    ],
    [
      'evidence without a text',
      ', en: Income letter',
      '',
      'r.yaml:40:34 policies[0].groups[0].evidence[0].name.en: is missing, add the text in this language, or take "en" out of "languages"',
    ],
    [
      'as many providers as places',
      'places: { subject: 1, reading: 1 }',
      'places: { subject: 2, reading: 1 }',
      'r.yaml:30:24 policies[0].places.subject: fewer than 2 providers offer "subject" for middle, high, add an offer to a provider, or take the place or the stage out of this policy',
    ],
  ]);
});

describe('intakes for some do not meet those for others', () => {
  const second = '  - opens: 2026-03-01T09:00\n';
  const meanwhile = (...lines: string[]) =>
    hamletWith(
      second,
      `  - opens: 2025-06-01T09:00\n${lines.map((line) => `    ${line}\n`).join('')}`,
    );
  const first = (text: string, line: string) =>
    text.replace('    closes: 2025-12-31T18:00\n', `    closes: 2025-12-31T18:00\n    ${line}\n`);
  const overlap = (line: number) =>
    `r.yaml:${line}:12 intakes[1].opens: is before intakes[0] closes (2025-12-31T18:00), move one of them, or say with "areas" or "groups" that each is for others`;

  it.each([
    ['for other areas', first(meanwhile('areas: [south]'), 'areas: [north]')],
    ['for other groups', first(meanwhile('groups: [resident]'), 'groups: [low-income]')],
    [
      'for the same group in another area',
      first(meanwhile('groups: [resident]', 'areas: [south]'), 'areas: [north]'),
    ],
  ])('%s', (_what, text) => {
    expect(faultLines(text)).toEqual([]);
  });

  it.each([
    ['one for some meets one for all', meanwhile('areas: [south]'), 60],
    ['two that share an area', first(meanwhile('areas: [south, north]'), 'areas: [north]'), 61],
    [
      'some groups here and some areas there: who is of both belongs to two',
      first(meanwhile('groups: [resident]'), 'areas: [north]'),
      61,
    ],
  ])('%s', (_what, text, line) => {
    expect(faultLines(text)).toEqual([overlap(line)]);
  });
});

it('everything that contradicts is told at once', () => {
  const text = hamletWith('majorityAge: 19', 'majorityAge: 13')
    .replace('until: 18', 'until: 11')
    .replace('[basic, near]', '[basic, naer]')
    .replace(group, group.replace('middle, high', 'middle, middle'))
    .replace('upTo: 75', 'upTo: 5');
  expect(faultLines(text).map((line) => line.split(' ')[1])).toEqual([
    'policies[0].majorityAge:',
    'policies[0].groups[0].stages[1]:',
    'policies[0].groups[0].ages.until:',
    'policies[0].groups[0].incomeBands[1]:',
    'incomeBands[1].upTo:',
  ]);
});
