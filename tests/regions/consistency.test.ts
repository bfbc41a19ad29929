import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { inconsistencies } from '../../regions/consistency.ts';
import { parseRegion } from '../../regions/load.ts';
import { beside, faultLines, hamlet, hamletWith, specify } from './hamlet.ts';

describe('every text has each language of the region (edge case 46)', () => {
  const add = (language: string) =>
    `is missing, add the text in this language, or take "${language}" out of "languages"`;
  specify([
    ['the name of the region', 'ko: 작은마을, ', '', `r.yaml:2:1 name.ko: ${add('ko')}`],
    ['the name of an area', ', en: South', '', `r.yaml:17:18 areas[1].name.en: ${add('en')}`],
    [
      'the name of a group',
      ', en: Resident',
      '',
      `r.yaml:54:9 policies[1].groups[0].name.en: ${add('en')}`,
    ],
    ['the name of a provider', ', en: Mill', '', `r.yaml:63:5 providers[0].name.en: ${add('en')}`],
    [
      'the description of a provider, in both languages',
      'description: { ko: 강의, en: Lectures }',
      'description: {}',
      `r.yaml:64:5 providers[0].description.ko: ${add('ko')}`,
      `r.yaml:64:5 providers[0].description.en: ${add('en')}`,
    ],
    ['but no language that the region has not', 'languages: [ko, en]', 'languages: [ko]'],
  ]);
});

describe('names that AWS would refuse are refused here (edge case 46)', () => {
  const long = 'a-provider-whose-name-has-forty-characters'.slice(0, 40);
  specify([
    [
      'a name of the region that no subject of a mail can hold',
      'ko: 작은마을, ',
      `ko: ${'가'.repeat(41)}, `,
      'r.yaml:2:13 name.ko: has more than 40 characters, too many for the subject of a mail, write a shorter name',
    ],
  ]);

  it('a region and a provider of 40 characters each: by how much they are too long', () => {
    const region = hamletWith('id: hamlet', `id: ${'h'.repeat(40)}`).replace(
      'id: mill',
      `id: ${long}`,
    );
    expect(faultLines(region)).toContain(
      `r.yaml:62:9 providers[0].id: makes a queue's name too long, together with the region's id "${'h'.repeat(40)}", shorten one of the two by 17 characters`,
    );
  });
});

describe('each thing has an identity of its own', () => {
  const own = 'write another, each entry needs its own';
  specify([
    [
      'areas',
      '  - { id: south, name: { ko: 남구, en: South } }\n',
      '  - { id: south, name: { ko: 남구, en: South } }\n  - { id: north, name: { ko: 동구, en: East } }\n',
      `r.yaml:18:11 areas[2].id: "north" is taken by entry 1 of this list, ${own}`,
    ],
    [
      'providers',
      'id: well',
      'id: mill',
      `r.yaml:71:9 providers[1].id: "mill" is taken by entry 1 of this list, ${own}`,
    ],
    [
      'policies, by version',
      'second-2026',
      'first-2025',
      `r.yaml:41:14 policies[1].version: "first-2025" is taken by entry 1 of this list, ${own}`,
    ],
    [
      'policies, by first day',
      'from: 2026-03-01',
      'from: 2025-03-01',
      `r.yaml:42:11 policies[1].from: "2025-03-01" is taken by entry 1 of this list, ${own}`,
    ],
    [
      'groups of one policy',
      '      - id: resident\n',
      '      - { id: resident, name: { ko: 가, en: A }, confirmedBy: officer, stages: [high] }\n      - id: resident\n',
      `r.yaml:54:13 policies[1].groups[1].id: "resident" is taken by entry 1 of this list, ${own}`,
    ],
    ['but a group may be in several policies', 'id: resident', 'id: low-income'],
  ]);
});

describe('a list that is a set names each member once', () => {
  const once = 'is listed twice, remove it, or write the one that was meant';
  specify([
    ['languages', '[ko, en]', '[ko, en, ko]', `r.yaml:4:21 languages[2]: "ko" ${once}`],
    [
      'origins',
      "['https://learn.hamlet.example']",
      '[https://a.example, https://a.example]',
      `r.yaml:12:32 deployment.origins[1]: "https://a.example" ${once}`,
    ],
    [
      'stages of a group',
      '[middle, high]',
      '[middle, high, high]',
      `r.yaml:35:32 policies[0].groups[0].stages[2]: "high" ${once}`,
    ],
    [
      'offers of a provider',
      '      - { stage: high, category: subject }\n',
      '      - { stage: high, category: subject }\n      - { category: subject, stage: high }\n',
      `r.yaml:69:9 providers[0].offers[2]: "high subject" ${once}`,
    ],
  ]);
});

describe('intakes follow one another', () => {
  const window = (opens: string, closes?: string) =>
    `  - opens: ${opens}\n${closes === undefined ? '' : `    closes: ${closes}\n`}`;
  const [hamletIntakes = ''] = /(?<=intakes:\n)(.*\n)+?(?=providers)/.exec(hamlet) ?? [];
  const withIntakes = (...windows: string[]) => hamletWith(hamletIntakes, windows.join(''));

  it('one may open in the moment that another closes', () => {
    const text = withIntakes(
      window('2025-03-01T09:00', '2025-06-01T00:00'),
      window('2025-06-01T00:00'),
    );
    expect(faultLines(text)).toEqual([]);
  });

  it('in any order in the file', () => {
    const text = withIntakes(
      window('2026-03-01T09:00'),
      window('2025-03-01T09:00', '2025-06-01T00:00'),
    );
    expect(faultLines(text)).toEqual([]);
  });

  it('none closes before or when it opens', () => {
    const text = withIntakes(
      window('2025-03-01T09:00', '2025-03-01T09:00'),
      window('2026-03-01T09:00', '2026-02-01T09:00'),
    );
    expect(faultLines(text)).toEqual([
      'r.yaml:59:13 intakes[0].closes: is not after "opens" (2025-03-01T09:00), write a later time, or remove it to leave the intake open',
      'r.yaml:61:13 intakes[1].closes: is not after "opens" (2026-03-01T09:00), write a later time, or remove it to leave the intake open',
    ]);
  });

  it('each that overlaps a longer one is named, not only its neighbour', () => {
    const text = withIntakes(
      window('2025-01-01T00:00', '2025-12-31T00:00'),
      window('2025-02-01T00:00', '2025-03-01T00:00'),
      window('2025-04-01T00:00', '2025-05-01T00:00'),
    );
    const overlap = 'is before intakes[0] closes (2025-12-31T00:00)';
    expect(faultLines(text)).toEqual([
      `r.yaml:60:12 intakes[1].opens: ${overlap}, move one of them, or say with "areas" or "groups" that each is for others`,
      `r.yaml:62:12 intakes[2].opens: ${overlap}, move one of them, or say with "areas" or "groups" that each is for others`,
    ]);
  });

  it('two that open together overlap', () => {
    const text = withIntakes(
      window('2025-01-01T00:00', '2025-02-01T00:00'),
      window('2025-01-01T00:00', '2025-03-01T00:00'),
    );
    expect(faultLines(text)).toEqual([
      'r.yaml:60:12 intakes[1].opens: is before intakes[0] closes (2025-02-01T00:00), move one of them, or say with "areas" or "groups" that each is for others',
    ]);
  });

  it('only the last may stay open', () => {
    const text = withIntakes(
      window('2025-03-01T09:00'),
      window('2025-06-01T00:00', '2025-07-01T00:00'),
      window('2025-08-01T00:00'),
    );
    expect(faultLines(text)).toEqual([
      'r.yaml:58:5 intakes[0].closes: is missing, although intakes[1] opens at 2025-06-01T00:00, add a time not after that, only the last intake may stay open',
    ]);
  });
});

describe('the parts of a region fit together', () => {
  const sender = (domain: string) =>
    `r.yaml:9:11 deployment.mail.from: does not end in "@${domain}", write an address of exactly that domain, in the same upper and lower case, or correct "domain"`;
  specify([
    [
      'a contract does not end before it begins',
      'until: 2027-02-28',
      'until: 2025-02-28',
      'r.yaml:69:57 providers[0].contract.until: is before "from" (2025-03-01), write that day or a later one, or remove it if there is no end',
    ],
    ['a contract may last one day', 'until: 2027-02-28', 'until: 2025-03-01'],
    [
      'seats are for areas of the region: a slip',
      'north: 80',
      'nroth: 80',
      'r.yaml:81:16 providers[1].seats.areas.nroth: is not the id of an area, did you mean "north"?',
    ],
    [
      'seats are for areas of the region: a stranger',
      'north: 80',
      'gangnam: 80',
      'r.yaml:81:16 providers[1].seats.areas.gangnam: is not the id of an area, add it to "areas", or remove it here',
    ],
    [
      'mail comes from the domain that SES verifies',
      'domain: hamlet.example',
      'domain: amlet.example',
      sender('amlet.example'),
    ],
    [
      'mail does not come from below it',
      'learn@hamlet.example',
      'learn@mail.hamlet.example',
      sender('hamlet.example'),
    ],
    [
      'nor from the domain in another case, which the CDK takes for another',
      'learn@hamlet.example',
      'learn@Hamlet.example',
      sender('hamlet.example'),
    ],
    [
      'each place of a policy can be filled at each stage of its groups',
      'category: reading',
      'category: subject',
      'r.yaml:30:36 policies[0].places.reading: no provider offers "reading" for middle, add an offer to a provider, or take the place or the stage out of this policy',
    ],
    [
      'also where only one group has the stage',
      'stages: [high]',
      'stages: [high, elementary, lifelong]',
      'r.yaml:51:24 policies[1].places.subject: no provider offers "subject" for elementary, lifelong, add an offer to a provider, or take the place or the stage out of this policy',
    ],
  ]);
});

describe('a section that the schema refuses', () => {
  it('hides nothing that is wrong in the others', () => {
    const text = hamletWith('awsRegion: ap-northeast-2', 'awsRegion: 2').replace(
      'id: well',
      'id: mill',
    );
    expect(faultLines(text)).toEqual([
      'r.yaml:6:14 deployment.awsRegion: is the number 2, write a text',
      'r.yaml:71:9 providers[1].id: "mill" is taken by entry 1 of this list, write another, each entry needs its own',
    ]);
  });

  it('is not held against those that refer to it', () => {
    const { areas: _areas, providers, ...rest } = parseRegion(hamlet, 'r.yaml');
    expect(inconsistencies({ ...rest, providers })).toEqual([]);
    expect(inconsistencies(rest)).toEqual([]);
    expect(inconsistencies({})).toEqual([]);
  });
});

describe('mentoring', () => {
  specify([
    [
      'feedback that is taken longer than it is kept',
      'feedback: 30, notes: 90',
      'feedback: 91, notes: 90',
      'r.yaml:98:70 mentoring[0].deadlines.feedback: is more than "notes" (90), after which feedback is deleted, write that number or a lower one, or keep notes longer',
    ],
    ['feedback to the last day', 'feedback: 30, notes: 90', 'feedback: 90, notes: 90'],
    [
      'an area with consulting in a region without',
      'en: South } }',
      'en: South }, services: [mentoring, consulting] }',
      'r.yaml:17:69 areas[1].services[1]: is a service that no policy under "mentoring" has rules for, write "consulting" into a policy, or take it out here',
    ],
    ['an area with mentoring only', 'en: South } }', 'en: South }, services: [mentoring] }'],
  ]);

  it('hudson.yaml, the region whose clocks change, is a good one', () => {
    const region = parseRegion(readFileSync(beside('hudson.yaml'), 'utf8'), 'hudson.yaml');
    expect(region).toMatchObject({ timeZone: 'America/New_York', mentoring: [{ sessions: 16 }] });
  });
});
