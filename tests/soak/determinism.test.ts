import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { synthesize } from '../../lib/synthesize.ts';
import { loadRegion } from '../../regions/load.ts';
import { digests } from '../lib/digests.ts';

const temporary = mkdtempSync(join(tmpdir(), 'ladder-determinism-'));
afterAll(() => rmSync(temporary, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

/** Taebaek is compared in tests/lib/synthesize.test.ts, with what the CDK command makes of it. */
const files = readdirSync('regions').filter(
  (name) => name.endsWith('.yaml') && name !== 'taebaek.yaml',
);

/** The bytes of a synthesis of a region file, read anew. */
async function synthesized(file: string, name: string) {
  const outdir = join(temporary, `${file}-${name}`);
  await synthesize(loadRegion(`regions/${file}`), outdir);
  return digests(outdir);
}

// Eight seconds of a processor. Their templates alone: tests/lib/determinism.test.ts.
describe('given the other region files that come along', () => {
  it.each(files)(
    'when %s is synthesized twice, then its bytes are the same, and nobody is asked',
    async (file) => {
      const connect = vi.spyOn(Socket.prototype, 'connect');
      const first = await synthesized(file, 'first');
      expect(Object.keys(first).length).toBeGreaterThan(50);
      expect(await synthesized(file, 'second')).toEqual(first);
      expect(connect).not.toHaveBeenCalled();
    },
  );
});
