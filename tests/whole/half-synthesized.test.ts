import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { synthesizeOnce } from '../../bin/assembly-cache.ts';
import { runRegion } from '../../bin/local-region.ts';

import { about } from '../../functions/about/contract.ts';
import { apiClient } from '../../functions/runtime/client.ts';
import { loadRegion } from '../../regions/load.ts';

const file = 'regions/taebaek.yaml';
const data = mkdtempSync(join(tmpdir(), 'ladder-half-synthesized-'));
afterAll(() => rmSync(data, { recursive: true, force: true }));

/** As a synthesis leaves it that is killed while it copies: code half there, nothing yet that says "done". */
async function synthesizeInPart(): Promise<void> {
  const assembly = join(data, 'cdk.out');
  mkdirSync(assembly);
  await synthesizeOnce(file, assembly);
  for (const name of readdirSync(assembly)) {
    const isCode = name.startsWith('asset.');
    rmSync(join(assembly, isCode ? `${name}/index.mjs` : name));
  }
}

describe('npm start -- --data', () => {
  it('given a start that was killed, with all that it had started, while it wrote the functions’ code, then the next one has all of it', async () => {
    await synthesizeInPart();
    const region = loadRegion(file);
    const running = await runRegion({ file, region, port: 0, data, progress: () => {} });
    const answer = await apiClient(running.url)(about.routes.configuration, {});
    await running.stop();
    expect(answer).toMatchObject({ ok: true });
  });
});
