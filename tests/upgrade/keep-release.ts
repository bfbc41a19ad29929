import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { synthesize } from '../../lib/synthesize.ts';
import manifest from '../../package.json' with { type: 'json' };
import { loadRegion } from '../../regions/load.ts';
import { packRelease } from './release.ts';

/*
 * Keeps the harbour as this checkout synthesizes it, for the upgrade test of the next release:
 *
 *   node tests/upgrade/keep-release.ts
 */
const assembly = mkdtempSync(join(tmpdir(), 'ladder-release-'));
try {
  await synthesize(loadRegion('tests/upgrade/harbour.yaml'), assembly);
  const packed = packRelease(assembly);
  const file = fileURLToPath(new URL(`release-${manifest.version}.tar.zst`, import.meta.url));
  writeFileSync(file, packed);
  process.stdout.write(`${file}: ${Math.round(packed.length / 1024)} KiB\n`);
} finally {
  rmSync(assembly, { recursive: true });
}
