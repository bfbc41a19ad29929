import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import type { Bundles } from '../../lib/support/bundle.ts';
import { ownClients } from '../../lib/support/own-clients.ts';
import { ownSources } from '../../lib/support/own-sources.ts';
import { slimming } from '../../lib/support/slimming.ts';
import { bundleRegion } from '../../lib/synthesize.ts';
import { loadRegion } from '../../regions/load.ts';
import type { Region } from '../../regions/schema.ts';
import { tell } from '../report.ts';
import { expectAlike } from './alike.ts';
import { installPeers } from './install-peers.ts';

/** Who has the endpoint too, each in a file of `bench/peers/web`, as its documentation bundles it. */
const peers = ['bare', 'middy', 'hono', 'powertools', 'express', 'nest'] as const;
type Peer = (typeof peers)[number];

/** The bare function once more, with clients and packages as our build makes them: what is ours beyond it is the framework. */
export const builtAsOurs = 'bare, built as ours';
const ourBuild: readonly Plugin[] = [ownClients, ownSources, slimming];

/** Our function that has the endpoint, and six other routes. */
export const ours = 'enrolment/api';

/** Who takes part, and the directory with the code of each: `index.mjs` and what it imports. */
export interface Contestants {
  readonly bundles: Bundles;
  readonly directories: ReadonlyMap<Peer | 'Ladder' | typeof builtAsOurs, string>;
}

/**
 * Bundles us as we are deployed, and the peers as their documentation says; what it writes is gone after `work`.
 *
 * @throws {Error} somebody answers otherwise than the others
 */
export async function withContestants<T>(work: (all: Contestants) => Promise<T>): Promise<T> {
  installPeers();
  tell('bundling …');
  const directory = mkdtempSync(join(tmpdir(), 'ladder-bench-'));
  try {
    const region = loadRegion(join(import.meta.dirname, '../../regions/seoul.yaml'));
    const bundles = await bundleRegion(region, join(directory, 'ladder'));
    const built = await Promise.all(
      peers.map(
        async (peer) => [peer, await bundlePeer(peer, region, join(directory, peer))] as const,
      ),
    );
    const control = await bundlePeer('bare', region, join(directory, 'control'), ourBuild);
    const directories = new Map([
      ['Ladder' as const, bundles.directoryOf(ours)],
      [builtAsOurs, control] as const,
      ...built,
    ]);
    await expectAlike(directories);
    return await work({ bundles, directories });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** One file, minified, of the same target: what each documentation's page on esbuild comes to. */
async function bundlePeer(
  peer: Peer,
  region: Region,
  outdir: string,
  plugins: readonly Plugin[] = [],
): Promise<string> {
  await build({
    entryPoints: { index: join(import.meta.dirname, '../peers/web', `${peer}.ts`) },
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    legalComments: 'none',
    logLevel: 'warning',
    tsconfigRaw: { compilerOptions: { experimentalDecorators: true } },
    banner: {
      js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
    },
    // Nest asks for what is installed when it starts, and goes without.
    external:
      peer === 'nest'
        ? ['@nestjs/microservices', '@nestjs/websockets', 'class-validator', 'class-transformer']
        : [],
    plugins: [
      ...plugins,
      {
        name: 'region',
        setup(peerBuild) {
          peerBuild.onResolve({ filter: /^#region$/ }, ({ path }) => ({
            path,
            namespace: 'region',
          }));
          peerBuild.onLoad({ filter: /.*/, namespace: 'region' }, () => ({
            contents: JSON.stringify(region),
            loader: 'json',
          }));
        },
      },
    ],
  });
  return outdir;
}
