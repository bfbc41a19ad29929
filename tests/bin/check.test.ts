import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Temporal } from 'temporal-polyfill';
import { afterAll, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { type CheckOptions, check as inProcess } from '../../bin/check.ts';
import { explainRegion } from '../../bin/check-explanation.ts';
import { loadRegion } from '../../regions/load.ts';
import { beside } from '../regions/hamlet.ts';
import { run } from './ladder.ts';

const folder = mkdtempSync(join(tmpdir(), 'ladder-check-'));
const reachedOutTo = join(folder, 'reached');
afterAll(() => rmSync(folder, { recursive: true }));

/** The command, in a process that can open no socket. */
async function check(...argv: readonly string[]) {
  const preload = pathToFileURL('tests/bin/no-sockets.mjs').href;
  const environment = { NODE_OPTIONS: `--import ${preload}`, REACHED_OUT_TO: reachedOutTo };
  return run(['check', ...argv], environment).ended;
}

/** The same in this process. */
function checkHere(file: string, options: CheckOptions) {
  const said: Record<'log' | 'error', string[]> = { log: [], error: [] };
  for (const way of ['log', 'error'] as const) {
    vi.spyOn(console, way).mockImplementation((line: string) => void said[way].push(line));
  }
  try {
    return {
      code: inProcess(file, options),
      stdout: said.log.join('\n'),
      stderr: said.error.join('\n'),
    };
  } finally {
    vi.restoreAllMocks();
  }
}

const Failed = z.strictObject({
  step: z.literal('check'),
  state: z.literal('failed'),
  code: z.literal('invalid-region-file'),
  file: z.string(),
  line: z.int().min(1),
  column: z.int().min(1),
  path: z.string().min(1),
  problem: z.string().min(1),
  remedy: z.string().min(1),
});

const Done = z.object({
  step: z.literal('check'),
  state: z.literal('done'),
  region: z.string(),
  samples: z.array(z.string()),
  cost: z.object({ learners: z.int(), total: z.number().min(1) }),
});

const mistaken = join(folder, 'hamlet.yaml');
copyFileSync(beside('twenty-mistakes.yaml'), mistaken);

describe('edge case 46: a region file with twenty mistakes', () => {
  it('gets twenty messages, each with line, column and what to do, and nobody is asked', async () => {
    const { code, stdout, stderr } = await check(mistaken);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    const lines = stderr.split('\n').filter((line) => line.startsWith(mistaken));
    expect(lines).toHaveLength(20);
    for (const line of lines) expect(line.slice(mistaken.length)).toMatch(/^:\d+:\d+ \S+: .+, .+$/);
    expect(stderr).toContain('20 mistakes. Nothing was asked of AWS.');
    expect(existsSync(reachedOutTo)).toBe(false);
  });

  it('gets twenty objects with --json, for pipelines', async () => {
    const { code, stdout, stderr } = await check(mistaken, '--json');
    expect(code).toBe(2);
    expect(stderr).toBe('');
    const told = stdout
      .trim()
      .split('\n')
      .map((line) => Failed.parse(JSON.parse(line)));
    expect(told).toHaveLength(20);
    expect(told.map(({ line }) => line)).toEqual(
      told.map(({ line }) => line).sort((a, b) => a - b),
    );
    expect(told[0]).toMatchObject({ file: mistaken, line: 1, column: 5, path: 'id' });
  });

  it('one mistake is one message', () => {
    const file = join(folder, 'taebaek.yaml');
    const text = readFileSync('regions/taebaek.yaml', 'utf8');
    writeFileSync(file, text.replace('Asia/Seoul', 'Asia/Soul'));
    const { code, stderr } = checkHere(file, {});
    expect(code).toBe(2);
    expect(stderr).toMatch(/timeZone: is the text "Asia\/Soul", write an IANA.*\n\nOne mistake\./);
  });
});

describe('a region file in order', () => {
  it('is explained: areas, quotas, groups, intakes, providers, samples and cost', async () => {
    const { code, stdout, stderr } = await check('regions/north-chungcheong.yaml');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const says = [
      /^ {2}jecheon +Jecheon-si +400 +mentoring$/m,
      /^ {2}small-schools-2026 \* +2026-03-01 +9–24 +14 +19 +12 /m,
      /^ {2}small-school +officer +middle, high +12–18 +boeun, okcheon, .*near-poverty.*school-letter/m,
      /^ {2}2024-12-02 09:00 +2025-01-24 18:00 +all areas +all groups +over$/m,
      /^ {2}night-train +.*subject: high +350 +donated, 2025-03-01 – 2027-11-30 /m,
      /^ {2}evidence +21$/m,
      /^ {2}sessions +16 of 30 minutes in 8 weeks$/m,
      /^ {2}deployment\.firstAdministrator: first\.administrator@north-chungcheong\.example$/m,
      /^ {2}about \$\d+ a month with 1,450 learners, .*\(as many as the quotas admit\)$/m,
      /Next: npm run rollout -- regions\/north-chungcheong\.yaml/,
    ];
    for (const line of says) expect(stdout).toMatch(line);
    expect(existsSync(reachedOutTo)).toBe(false);
  });

  it('says of each provider what its kind asks of people, and what a seat costs', () => {
    const { stdout } = checkHere('regions/seoul.yaml', {});
    expect(stdout).toMatch(/^ {2}paper-boat .* runs +3600 of 9000 KRW \(60 % saved\) +voucher$/m);
    expect(stdout).toMatch(/^ {2}dawn-star .* runs +no price: seats are counted only +scim$/m);
    expect(stdout).toMatch(/^ {2}manual: accounts are made by hand: .* work list; no secret$/m);
  });

  it('is one object with --json', () => {
    const { code, stdout } = checkHere('regions/seoul.yaml', { json: true, learners: 110_000 });
    expect(code).toBe(0);
    const told = Done.parse(JSON.parse(stdout));
    expect(told).toMatchObject({ region: 'seoul', cost: { learners: 110_000 } });
    expect(told.samples.length).toBeGreaterThan(0);
  });

  it('is a table of Markdown with --markdown', () => {
    const { stdout } = checkHere('regions/taebaek.yaml', { markdown: true });
    expect(stdout).toMatch(/^### taebaek: about \$\d+ a month with 500 learners/);
    expect(stdout).toContain('| Service | USD a month |\n|---|---:|\n');
  });
});

describe('partners, in the explanation of the region that hosts them', () => {
  const seoul = loadRegion('regions/seoul.yaml');
  it.each([
    [
      '2024-11-30',
      /^taebaek +Taebaek +agreed +recruiting from 2025-08-18 +taebaek +0 +–$/m,
      /^taebaek +Taebaek\S* +0 +–$/m,
    ],
    [
      '2025-08-20',
      /^taebaek +Taebaek +recruiting +live from 2025-09-01 +taebaek +500 +–$/m,
      /^taebaek +Taebaek\S* +500 +–$/m,
    ],
    [
      '2026-01-01',
      /^pyeongchang +Pyeongchang +live +– +pyeongchang +120 +consulting$/m,
      /^jecheon +Jecheon\S* +400 +mentoring$/m,
    ],
  ])('on %s have their state, areas, quotas and services of that day', (day, partner, area) => {
    const parts = explainRegion(seoul, Temporal.Instant.from(`${day}T03:00:00Z`));
    const body = (wanted: string) => parts.find(({ heading }) => heading === wanted)?.body;
    expect(body('Partners')).toMatch(partner);
    expect(body('Areas')).toMatch(area);
  });

  it('are none where a region hosts nobody', () => {
    const parts = explainRegion(loadRegion('regions/taebaek.yaml'), Temporal.Now.instant());
    expect(parts).toContainEqual({ heading: 'Partners', body: 'None.' });
  });
});
