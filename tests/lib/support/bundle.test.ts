import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { unwantedIn } from '../../../bench/bundle-sizes.ts';
import { type Bundles, bundle } from '../../../lib/support/bundle.ts';
import type { HandlerEntry } from '../../../lib/support/entries.ts';
import { wishedSize } from '../../../lib/support/wished-size.ts';
import { taebaek } from '../template.ts';

const functions = join(import.meta.dirname, '../fixtures/functions');
const temporary = mkdtempSync(join(tmpdir(), 'ladder-bundle-test-'));
afterAll(() => rmSync(temporary, { recursive: true }));

function bundleInto(name: string): Promise<Bundles> {
  return bundle({ region: taebaek, directory: join(temporary, name), functions });
}

describe('given functions of two kinds and files that are none', () => {
  let bundles: Bundles;
  let file: string;
  beforeAll(async () => {
    bundles = await bundleInto('first');
    file = join(bundles.directoryOf('greeting/api'), 'index.mjs');
  });

  it('when they are bundled, then each handler has a directory with its code and the map of it, and no more', () => {
    expect(bundles.entries).toEqual(['greeting/api', 'greeting/nightly.job']);
    for (const entry of bundles.entries) {
      expect(readdirSync(bundles.directoryOf(entry))).toEqual(['index.mjs', 'index.mjs.map']);
    }
  });

  it('when one is asked for that is not there, then the error names those that are', () => {
    expect(() => bundles.directoryOf('greeting/weekly.job')).toThrow(
      /greeting\/weekly\.job.*greeting\/api, greeting\/nightly\.job/,
    );
  });

  it('when a bundle runs alone, then it knows its region, and its credentials from the environment', async () => {
    vi.stubEnv('AWS_REGION', 'ap-northeast-2');
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'key-of-the-function');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
    // By Node itself, as in Lambda, and not through the test runner.
    const { handler } = z.object({ handler: z.function() }).parse(createRequire(file)(file));
    await expect(handler()).resolves.toEqual({
      greeting: 'hello Taebaek',
      credentials: 'key-of-the-function',
      refusal: 'Invalid input: expected string, received number',
    });
    vi.unstubAllEnvs();
  });

  it('when it is read at a cold start, then it carries no other language and no other source of credentials', () => {
    const directory = bundles.directoryOf('greeting/api');
    const code = readdirSync(directory)
      .filter((name) => name.endsWith('.mjs'))
      .map((name) => readFileSync(join(directory, name), 'utf8'))
      .join('\n');
    // Not toMatch, which would print the bundle.
    expect(/잘못된 입력|Ungültige Eingabe/.test(code), 'other languages of zod').toBe(false);
    expect(unwantedIn(directory)).toEqual([]);
    expect(Buffer.byteLength(code)).toBeLessThan(330_000);
  });

  it('when something fails in it, then its map leads to our source by a path of the project', () => {
    const map = z
      .object({ sources: z.array(z.string()), sourcesContent: z.never().optional() })
      .parse(JSON.parse(readFileSync(`${file}.map`, 'utf8')));
    const own = map.sources.filter((source) => source.includes('fixtures'));
    expect(own.every((source) => source.startsWith('../../../tests/lib/fixtures/'))).toBe(true);
    expect(own.length).toBeGreaterThan(0);
  });

  it('when its maps are read at a cold start, then of packages they hold the names of the files only', () => {
    const directory = bundles.directoryOf('greeting/api');
    const maps = readdirSync(directory).filter((name) => name.endsWith('.map'));
    const bytes = maps.reduce((sum, name) => sum + statSync(join(directory, name)).size, 0);
    // With every position in the packages they have some ten times as much.
    expect(bytes).toBeLessThan(150_000);
  });

  it('when they are bundled again elsewhere, then every byte is the same', async () => {
    const again = await bundleInto('some/other/place');
    for (const entry of bundles.entries) {
      const names = readdirSync(bundles.directoryOf(entry));
      expect(readdirSync(again.directoryOf(entry))).toEqual(names);
      for (const name of names) {
        const before = readFileSync(join(bundles.directoryOf(entry), name));
        const after = readFileSync(join(again.directoryOf(entry), name));
        expect(after.equals(before), `${entry} ${name}`).toBe(true);
      }
    }
  });
});

it('given a handler that does not compile, when it is bundled, then the error names file and line', async () => {
  const broken = join(temporary, 'functions');
  mkdirSync(join(broken, 'greeting'), { recursive: true });
  writeFileSync(join(broken, 'greeting/api.ts'), "export { handler } from './missing.ts';\n");
  const request = { region: taebaek, directory: join(temporary, 'broken'), functions: broken };
  await expect(bundle(request)).rejects.toThrow(/greeting\/api\.ts:1:\d+.*missing\.ts/);
});

describe('given a capability that several functions serve', () => {
  let bundles: Bundles;
  beforeAll(async () => {
    // Below "functions", by which own sources are known.
    const source = join(temporary, 'several/functions');
    mkdirSync(join(source, 'greeting'), { recursive: true });
    for (const [name, text] of Object.entries({
      'people.api': "export const hello = String('hello');\nexport const bye = String('bye');\n",
      'mornings.api':
        "import { hello } from './people.api.ts';\nexport const handler = () => hello;\n",
      'nights.api': "import { bye } from './people.api.ts';\nexport const handler = () => bye;\n",
    }))
      writeFileSync(join(source, `greeting/${name}.ts`), text);
    const directory = join(temporary, 'several/bundled');
    bundles = await bundle({ region: taebaek, directory, functions: source });
  });

  it('then each file with a handler is one, and what routes share is none', () => {
    expect(bundles.entries).toEqual(['greeting/mornings.api', 'greeting/nights.api']);
  });

  it('then a function has of what they share the constants that it uses', () => {
    const [mornings, nights] = bundles.entries.map((entry) =>
      readFileSync(join(bundles.directoryOf(entry), 'index.mjs'), 'utf8'),
    );
    expect([mornings, nights].map((code) => code?.match(/hello|bye/g))).toEqual([
      ['hello'],
      ['bye'],
    ]);
  });
});

describe('given a store of which a function asks for one thing', () => {
  const store = (text: string) =>
    [
      'export function noteStore(table) {',
      '  async function readNote(id) { return table.get(id); }',
      `  async function putNote(id) { return table.put(id, ${JSON.stringify(text)}); }`,
      '  return { readNote, putNote };',
      '}',
    ].join('\n');
  const handler = (name: string) =>
    `import { noteStore } from './${name}.store.ts';
const notes = noteStore(new Map([[1, '${name}']]));
export const handler = (id) => notes.readNote(id);
`;
  let bundles: Bundles;
  beforeAll(async () => {
    const source = join(temporary, 'sized/functions');
    mkdirSync(join(source, 'notes'), { recursive: true });
    for (const [name, text] of Object.entries({
      'large.store': store('x'.repeat(wishedSize.bytes)),
      'large.api': handler('large'),
      'small.store': store('x'),
      'small.job': handler('small'),
    }))
      writeFileSync(join(source, `notes/${name}.ts`), text);
    const directory = join(temporary, 'sized/bundled');
    bundles = await bundle({ region: taebaek, directory, functions: source });
  });
  const fileOf = (entry: HandlerEntry) => join(bundles.directoryOf(entry), 'index.mjs');

  it('when its code would be too large, then it has nothing else of the store, and still works', async () => {
    const code = readFileSync(fileOf('notes/large.api'), 'utf8');
    expect(code.length).toBeLessThan(1000);
    expect(code).not.toContain('putNote');
    const { handler } = z
      .object({ handler: z.function({ input: [z.number()], output: z.unknown() }) })
      .parse(createRequire(import.meta.url)(fileOf('notes/large.api')));
    expect(await handler(1)).toBe('large');
  });

  it('then its map leads through both passes to the sources', () => {
    const map: unknown = JSON.parse(readFileSync(`${fileOf('notes/large.api')}.map`, 'utf8'));
    const { sources } = z.object({ sources: z.array(z.string()) }).parse(map);
    expect(sources.map((source) => basename(source)).toSorted()).toEqual([
      'large.api.ts',
      'large.store.ts',
    ]);
  });

  it('when it would not, then its code is as one pass makes it', () => {
    expect(readFileSync(fileOf('notes/small.job'), 'utf8')).toContain('putNote');
  });
});

describe('given a module of which each part is a file beside the code', () => {
  let bundles: Bundles;
  beforeAll(async () => {
    const source = join(temporary, 'reading');
    mkdirSync(join(source, 'reading'), { recursive: true });
    writeFileSync(join(source, 'reading/other.job.ts'), 'export const handler = () => 1;\n');
    writeFileSync(
      join(source, 'reading/api.ts'),
      "import pages from '#pages';\nexport const handler = (name) => [Object.keys(pages), pages[name], pages[name]];\n",
    );
    bundles = await bundle({
      region: taebaek,
      directory: join(temporary, 'beside'),
      functions: source,
      beside: { '#pages': () => ({ first: { text: 'one' }, second: 'two' }) },
    });
  });

  it('then it stands beside the function that reads it, and no other', () => {
    const names = ['index.mjs', 'index.mjs.map', 'pages.first.json', 'pages.second.json'];
    expect(readdirSync(bundles.directoryOf('reading/api'))).toEqual(names);
    expect(readdirSync(bundles.directoryOf('reading/other.job'))).toEqual(names.slice(0, 2));
    const code = readFileSync(join(bundles.directoryOf('reading/api'), 'index.mjs'), 'utf8');
    expect(code).not.toMatch(/one|two/);
  });

  it('then a part is read when it is asked for, and once', () => {
    const directory = bundles.directoryOf('reading/api');
    const file = join(directory, 'index.mjs');
    const { handler } = z
      .object({ handler: z.function({ input: [z.string()], output: z.unknown() }) })
      .parse(createRequire(file)(file));
    rmSync(join(directory, 'pages.second.json'));
    const first = { text: 'one' };
    expect(handler('first')).toEqual([['first', 'second'], first, first]);
    rmSync(join(directory, 'pages.first.json'));
    expect(handler('first')).toEqual([['first', 'second'], first, first]);
    expect(() => handler('second')).toThrow(/pages\.second\.json/);
  });
});
