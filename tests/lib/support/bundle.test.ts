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
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { type Bundles, bundle } from '../../../lib/support/bundle.ts';
import { taebaek } from '../template.ts';

const functions = join(import.meta.dirname, '../fixtures/functions');
const temporary = mkdtempSync(join(tmpdir(), 'ladder-bundle-test-'));
afterAll(() => rmSync(temporary, { recursive: true }));

function bundleInto(name: string): Promise<Bundles> {
  return bundle({ region: taebaek, directory: join(temporary, name), functions });
}

/** The files beside it that a bundled file imports. */
function importsOf(file: string): readonly string[] {
  const imports = readFileSync(file, 'utf8').matchAll(/(?:from|import)\s*\(?"\.\/([^"]+\.mjs)"/g);
  return [...imports].map(([, name = '']) => name);
}

function mapOf(file: string): string {
  const [, name = ''] = /sourceMappingURL=(.+)$/m.exec(readFileSync(file, 'utf8')) ?? [];
  return join(dirname(file), name);
}

describe('given functions of two kinds and files that are none', () => {
  let bundles: Bundles;
  let file: string;
  beforeAll(async () => {
    bundles = await bundleInto('first');
    file = join(bundles.directoryOf('greeting/api'), 'index.mjs');
  });

  it('when they are bundled, then each handler has a directory with its code, what that imports, and their maps', () => {
    expect(bundles.entries).toEqual(['greeting/api', 'greeting/nightly.job']);
    for (const entry of bundles.entries) {
      const files = readdirSync(bundles.directoryOf(entry));
      const code = files.filter((name) => name.endsWith('.mjs'));
      expect(code).toContain('index.mjs');
      const imported = code.flatMap((name) => importsOf(join(bundles.directoryOf(entry), name)));
      expect(code.filter((name) => name !== 'index.mjs').sort()).toEqual(
        [...new Set(imported)].sort(),
      );
      expect(files.length, 'a map for each').toBe(2 * code.length);
    }
  });

  it('when two use the same, then it stands once, in a file that both have', () => {
    const [first, second] = bundles.entries.map((entry) => readdirSync(bundles.directoryOf(entry)));
    const shared = first?.filter((name) => name.endsWith('.mjs') && second?.includes(name));
    expect(shared?.length, 'index.mjs and what both import').toBeGreaterThan(1);
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
    expect(/sso_start_url|169\.254\.170\.2/.test(code), 'other credentials').toBe(false);
    expect(Buffer.byteLength(code)).toBeLessThan(500_000);
  });

  it('when something fails in it, then its map leads to our source by a path of the project', () => {
    const map = z
      .object({ sources: z.array(z.string()), sourcesContent: z.never().optional() })
      .parse(JSON.parse(readFileSync(mapOf(file), 'utf8')));
    const own = map.sources.filter((source) => source.includes('fixtures'));
    expect(own.every((source) => source.startsWith('../../tests/lib/fixtures/'))).toBe(true);
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
