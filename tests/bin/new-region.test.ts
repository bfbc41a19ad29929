import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseDocument } from 'yaml';
import { newRegion } from '../../bin/new-region.ts';
import { newRegionText } from '../../bin/new-region-text.ts';
import { samplesIn } from '../../bin/samples.ts';
import { loadRegion, parseRegion } from '../../regions/load.ts';
import { resourcesOf, templateOf } from '../lib/template.ts';

let folder: string;
let said: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ladder-new-region-'));
  said = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void said.push(line));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const nobody = { input: new PassThrough(), output: new PassThrough(), interactive: false };
const files = ['regions/taebaek.yaml', 'regions/north-chungcheong.yaml', 'regions/seoul.yaml'];
const shore = {
  id: 'north-shore',
  name: { ko: '북해안', en: 'North Shore' },
  languages: ['ko', 'en'],
  timeZone: 'Asia/Seoul',
  awsRegion: 'ap-northeast-2',
  areas: [
    { id: 'east', name: 'East' },
    { id: 'west', name: 'West' },
  ],
  quota: 120,
} as const;

/** What `newRegion` is told on the command line, in the folder of the test. */
function told(options: Partial<Parameters<typeof newRegion>[0]> = {}) {
  const output = join(folder, 'north-shore.yaml');
  return {
    id: 'north-shore',
    from: 'regions/taebaek.yaml',
    output,
    yes: true,
    ...options,
  } as const;
}

describe('a new region by flags', () => {
  it('is a file that the loader takes at once, and that synthesizes', async () => {
    const options = told({
      name: ['ko=북해안', 'en=North Shore'],
      areas: 'east=East Shore,west',
      quota: '120',
    });
    await newRegion(options, nobody);
    const region = loadRegion(options.output);
    expect(region).toMatchObject({
      id: 'north-shore',
      name: { ko: '북해안', en: 'North Shore' },
      languages: ['ko', 'en'],
      areas: [
        { id: 'east', name: { ko: 'East Shore', en: 'East Shore' } },
        { id: 'west', name: { ko: 'West', en: 'West' } },
      ],
      policies: [{ quota: { perArea: 120 } }],
    });
    expect(resourcesOf(templateOf(region), 'AWS::DynamoDB::Table').size).toBeGreaterThan(0);
    expect(said.join('\n')).toContain(`Next: npx ladder check ${options.output}`);
  });

  it('made from one with providers of every kind, keeps them, and says what has to be put for each', async () => {
    const options = told({ from: 'regions/seoul.yaml' });
    await newRegion(options, nobody);
    const { providers } = loadRegion(options.output);
    expect(new Set(providers.map(({ kind }) => kind)).size).toBe(5);
    const secret = 'fill the secret ladder/north-shore/providers';
    const lines = said.map((line) => line.trim());
    for (const expected of [
      `dawn-star (scim): ${secret} (dawn-star) with {"baseUrl":"…","token":"…","launch":"…"} (launch may be left out): roll out with --secrets FILE`,
      `harbour-light (webhook): ${secret} (harbour-light) with {"url":"…","key":"…","launch":"…"} (launch may be left out): roll out with --secrets FILE`,
      `riverbank (lti): ${secret} (riverbank) with {"login":"…","launch":"…","redirects":["…"],"jwks":"…","deepLink":"…"} (deepLink may be left out): roll out with --secrets FILE`,
      'paper-boat (voucher): import its codes: POST /provisioning/providers/paper-boat/vouchers',
      `village-hall (manual): somebody sees to its work list: npm run ops -- tasks ${options.output} village-hall`,
    ])
      expect(lines).toContain(expected);
    const named = providers.filter(({ id }) => lines.some((line) => line.startsWith(`${id} (`)));
    expect(named).toHaveLength(providers.length);
  });

  it('takes what it is not told from the file that it is made from', async () => {
    await newRegion(told(), nobody);
    const { name, timeZone, areas, policies } = loadRegion(told().output);
    expect({ name, timeZone, areas }).toEqual({
      name: { ko: 'North Shore', en: 'North Shore' },
      timeZone: 'Asia/Seoul',
      areas: [{ id: 'north-shore', name: { ko: 'North Shore', en: 'North Shore' } }],
    });
    expect(policies[0]?.quota).toEqual({ perArea: 500 });
  });

  it('never writes over a file, and leaves nothing beside it', async () => {
    const { output } = told();
    writeFileSync(output, 'ours');
    await expect(newRegion(told(), nobody)).rejects.toMatchObject({
      code: 'file-exists',
      exitCode: 2,
    });
    expect(readFileSync(output, 'utf8')).toBe('ours');
    expect(readdirSync(folder)).toEqual(['north-shore.yaml']);
  });

  it.each([
    ['an id that is none', { id: 'North Shore' }, /--id North Shore: write lower-case words/],
    ['a language without texts', { language: ['ko', 'xx'] }, /no texts in "xx": translate/],
    ['a name in a language that the region has not', { name: ['fr=Rivage'] }, /add --language fr/],
    [
      'a time zone that there is not',
      { timeZone: 'Asia/Soul' },
      /--time-zone Asia\/Soul: write an IANA/,
    ],
    [
      'an AWS region that is none',
      { awsRegion: 'seoul' },
      /--aws-region seoul: write an AWS region/,
    ],
    ['an area that is none', { areas: 'East' }, /"East" is no id/],
    ['no area', { areas: ' , ' }, /one area at least/],
    ['a quota that is none', { quota: 'many' }, /--quota many: write a number/],
  ])('with %s is refused, and nothing is written', async (_what, options, message) => {
    const refused = newRegion(told(options), nobody);
    await expect(refused).rejects.toMatchObject({ code: 'wrong-options', exitCode: 2 });
    await expect(refused).rejects.toThrow(message);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('under another name than its id is refused', async () => {
    const output = join(folder, 'shore.yaml');
    await expect(newRegion(told({ output }), nobody)).rejects.toThrow('call it north-shore.yaml');
  });

  it('where nobody can be asked, says which flag is missing', async () => {
    const { yes: _, ...asking } = told();
    await expect(newRegion(asking, nobody)).rejects.toThrow(/^--language is missing .* or --yes/);
  });
});

describe('a new region by answers', () => {
  it('asks what flags leave out, proposes what the sample has, and asks again after a mistake', async () => {
    const { yes: _, ...asking } = told({ language: ['en'], areas: 'east' });
    const terminal = { input: new PassThrough(), output: new PassThrough(), interactive: true };
    // Each prompt ends its output, which a terminal takes no notice of.
    terminal.output.end = () => terminal.output;
    let shown = '';
    terminal.output.on('data', (text) => (shown += text));
    const question = async (words: string) => {
      while (!shown.includes(words)) await sleep(5);
      shown = shown.slice(shown.indexOf(words) + words.length);
    };
    const written = newRegion(asking, terminal);
    const answer = async (words: string, ...texts: readonly string[]) => {
      await question(words);
      for (const text of texts) terminal.input.write(text);
    };
    await answer('Name of the region in "en"', 'The Shore\r');
    await answer('Time zone', 'Mars\r');
    await answer('write an IANA time zone', '\u007f'.repeat(4), 'Asia/Tokyo\r');
    await answer('AWS region', '\r');
    await answer('How many may take part', '40\r');
    await written;
    expect(loadRegion(asking.output)).toMatchObject({
      name: { en: 'The Shore' },
      timeZone: 'Asia/Tokyo',
      deployment: { awsRegion: 'ap-northeast-2' },
      policies: [{ quota: { perArea: 40 } }],
    });
  });
});

describe.each(files)('made from %s', (from) => {
  const sample = readFileSync(from, 'utf8');

  it('keeps its comments and marks what is still a sample', () => {
    const text = newRegionText(sample, shore);
    const comments = (of: string) => of.split('\n').filter((line) => /^\s*#/.test(line)).length;
    expect(comments(text)).toBeGreaterThan(0.8 * comments(sample));
    expect(text).toContain('# SAMPLE: the names of the areas');
    expect(samplesIn(parseRegion(text, 'north-shore.yaml')).join('\n')).toContain(
      'north-shore.example',
    );
    expect(text).not.toContain(`${loadRegion(from).id}.example`);
  });

  it.each([[['en']], [['ko']], [['en', 'ko']]])(
    'in %j has no text in another language',
    (languages) => {
      const region = parseRegion(
        newRegionText(sample, { ...shore, languages }),
        'north-shore.yaml',
      );
      expect(region.languages).toEqual(languages);
      const names = [
        region.name,
        ...region.areas.map(({ name }) => name),
        ...region.providers.map(({ name }) => name),
      ];
      for (const name of names) expect(Object.keys(name).sort()).toEqual(languages);
    },
  );

  it('in a language that the sample lacks has the first text that there is, and says so', () => {
    const text = newRegionText(sample, { ...shore, languages: ['en', 'fr'] });
    expect(text).toContain('# SAMPLE: texts in fr are still those in another language');
    expect(parseDocument(text).getIn(['providers', 0, 'name', 'fr'])).toBe(
      parseDocument(sample).getIn(['providers', 0, 'name', 'ko']),
    );
  });

  it('is in order whatever the areas, their names and the quota', () => {
    const ids = fc.uniqueArray(fc.stringMatching(/^[a-z][a-z0-9]{0,8}(-[a-z0-9]{1,5})?$/), {
      minLength: 1,
      maxLength: 6,
    });
    const name = fc
      .string({ minLength: 1, maxLength: 20, unit: 'grapheme' })
      .filter((text) => /\S/.test(text));
    const quota = fc.oneof(
      fc.constant('unlimited' as const),
      fc.integer({ min: 0, max: 1_000_000 }),
    );
    const property = fc.property(ids, name, quota, (areaIds, areaName, quota) => {
      const areas = areaIds.map((id) => ({ id, name: areaName }));
      const region = parseRegion(
        newRegionText(sample, { ...shore, areas, quota }),
        'north-shore.yaml',
      );
      expect(region.areas.map(({ id, name }) => [id, name['en']])).toEqual(
        areaIds.map((id) => [id, areaName]),
      );
    });
    fc.assert(property, { numRuns: 6 });
  });
});
