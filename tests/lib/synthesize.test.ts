import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { aboutModule } from '../../lib/about-module.ts';
import { findEntries } from '../../lib/support/entries.ts';
import { synthesize } from '../../lib/synthesize.ts';
import { digests } from './digests.ts';
import { taebaek } from './template.ts';

const temporary = mkdtempSync(join(tmpdir(), 'ladder-synthesize-'));
afterAll(() => rmSync(temporary, { recursive: true }));

const byCli = join(temporary, 'by-cli');

function runApp(...argv: readonly string[]) {
  return promisify(execFile)(process.execPath, ['bin/app.ts', ...argv], {
    env: { ...process.env, CDK_OUTDIR: byCli },
  });
}

// Two syntheses, of three seconds of a processor each, which are many more where others use it too.
describe('given a region, when it is synthesized', { timeout: 90_000 }, () => {
  const outdir = join(temporary, 'first');
  let asked: number | undefined;
  beforeAll(async () => {
    mkdirSync(outdir);
    // As an earlier synthesis leaves it, with the lock of a CLI that is at work.
    for (const name of ['cdk.out', 'stale.json', 'read.1.lock']) {
      writeFileSync(join(outdir, name), '{}');
    }
    const connect = vi.spyOn(Socket.prototype, 'connect');
    await synthesize(taebaek, outdir);
    asked = connect.mock.calls.length;
    connect.mockRestore();
  });

  it('then nobody in the network was asked', () => {
    expect(asked).toBe(0);
  });

  it('then the assembly holds a template and the code of each function, and nothing older', () => {
    const files = readdirSync(outdir);
    expect(files).toContain('Region.template.json');
    expect(files.filter((name) => name.startsWith('asset.'))).toHaveLength(
      findEntries('functions').length,
    );
    expect(files).toContain('read.1.lock');
    expect(files).not.toContain('stale.json');
  });

  it('then it holds no path of this machine', () => {
    for (const name of readdirSync(outdir).filter((file) => file.endsWith('.json'))) {
      expect(readFileSync(join(outdir, name), 'utf8')).not.toContain(process.cwd());
    }
  });

  it('then doing it again elsewhere, as the CDK command does, gives the same bytes', async () => {
    // A directory that the CDK has not written, so nothing in it may be lost.
    mkdirSync(byCli);
    writeFileSync(join(byCli, 'letter.txt'), 'dear reader');
    await runApp('regions/taebaek.yaml');
    const { '/letter.txt': letter, ...assembly } = digests(byCli);
    const { '/read.1.lock': lock, ...first } = digests(outdir);
    expect(assembly).toEqual(first);
    expect([letter, lock]).not.toContain(undefined);
  });
});

describe('given the app is called wrongly', () => {
  it.each([
    ['without a region file', [], /one region file is needed.*regions\/seoul\.yaml/s],
    ['with two', ['a.yaml', 'b.yaml'], /one region file is needed/],
    [
      'with one that is not there',
      ['regions/nowhere.yaml'],
      /there is no region file regions\/nowhere\.yaml; there are: north-chungcheong, seoul, taebaek/,
    ],
    ['with an unknown option', ['--region', 'x'], /Unknown option '--region'/],
  ])('%s, then it says so, without a stack, and fails', async (_, argv, message) => {
    const run = runApp(...argv);
    await expect(run).rejects.toMatchObject({ code: 1, stderr: expect.stringMatching(message) });
    await expect(run).rejects.toMatchObject({ stderr: expect.not.stringContaining('    at ') });
  });
});

describe('given the module that tells about the API', () => {
  const { openapi, files } = aboutModule();
  const read = (name: string) => {
    const file = z.object({ gzip: z.base64() }).parse(files[name]);
    return gunzipSync(Buffer.from(file.gzip, 'base64')).toString('utf8');
  };

  it('then the reference page loads only what it comes with', () => {
    const page = read('index.html');
    const addresses = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address);
    expect(addresses.filter((address) => /^(https?:)?\/\//.test(address ?? ''))).toEqual([]);
    const own = addresses.filter((address) => address?.startsWith('docs/'));
    expect(own.map((address) => address?.slice('docs/'.length)).sort()).toEqual(
      Object.keys(files)
        .filter((name) => name !== 'index.html')
        .sort(),
    );
  });

  it('then its policy allows no script but its own files, and it has none within', () => {
    const page = read('index.html');
    expect(page).toContain("script-src 'self';");
    expect(page).not.toMatch(/<script(?![^>]*\ssrc=)/);
    expect(page).not.toMatch(/\son\w+=/);
  });

  it('then its script draws the description that the API serves', () => {
    expect(read('docs.js')).toContain("url: 'openapi.json'");
    expect(JSON.parse(openapi)).toMatchObject({ openapi: '3.1.1' });
  });

  it('then files are compressed to the same bytes on every system', () => {
    for (const { gzip } of Object.values(files)) {
      const header = Buffer.from(gzip, 'base64').subarray(0, 10);
      // No time of modification, and "unknown" for the system (RFC 1952, 2.3.1).
      expect(header.readUInt32LE(4)).toBe(0);
      expect(header[9]).toBe(255);
    }
  });
});
