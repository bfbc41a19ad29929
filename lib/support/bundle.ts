import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build } from 'esbuild';
import type { Region } from '../../regions/schema.ts';
import { findEntries, type HandlerEntry } from './entries.ts';
import { type GeneratedModules, generated, type ModulesBeside } from './generated.ts';
import { ownClients } from './own-clients.ts';
import { ownSources } from './own-sources.ts';
import { regionParts } from './region-parts.ts';
import { bundledAgain } from './second-pass.ts';
import { slimming } from './slimming.ts';
import { isTooLarge } from './wished-size.ts';

const projectDirectory = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Where esbuild believes that it writes. Source maps name their sources relative to it, so it is the same
 * for every build, wherever the files end: the same source gives the same bytes.
 */
const nominalDirectory = join(projectDirectory, 'functions', '.bundle');

/** What esbuild is told for every function. */
const options = {
  absWorkingDir: projectDirectory,
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  outdir: nominalDirectory,
  outExtension: { '.js': '.mjs' },
  // One file for each: of what others use, nothing comes along (ADR 41).
  splitting: false,
  // Packages' ESM first: their CommonJS cannot be shaken, and a cold start reads every byte.
  mainFields: ['module', 'main'],
  minify: true,
  // The maps stay beside the code; without the sources in them they cost little to carry.
  sourcemap: 'linked',
  sourcesContent: false,
  legalComments: 'none',
  write: false,
  metafile: true,
  // What a client of ours lacks (`own-clients.ts`) is asked for by `import *` too.
  logOverride: { 'import-is-undefined': 'error' },
  logLevel: 'silent',
} as const satisfies BuildOptions;

/** Handlers that have been bundled. */
export interface Bundles {
  readonly entries: readonly HandlerEntry[];
  /**
   * The directory of one handler, ready for `Code.fromAsset`.
   *
   * @throws {Error} there is no such handler
   */
  directoryOf(entry: HandlerEntry): string;
}

export interface BundleRequest {
  /** What handlers read as `#region`, each the parts that it names (`region-parts.ts`). */
  readonly region: Region;
  /** Where each function gets a directory of its own, with `index.mjs` and its source map. */
  readonly directory: string;
  /** Other modules that are made for the bundle. */
  readonly modules?: GeneratedModules;
  /** And those of which each part is read when it is asked for. */
  readonly beside?: ModulesBeside;
  /** Where the capabilities are; the project's own unless a test says otherwise. */
  readonly functions?: string;
}

/**
 * Bundles every handler in one esbuild pass, with clients of AWS of our own (`own-clients.ts`): what runs is what was
 * tested. Those of which the code is too large (`wished-size.ts`) are bundled again, without what they never reach
 * (`second-pass.ts`).
 *
 * @throws {BuildFailure} esbuild's, naming file, line and what is wrong
 */
export async function bundle(request: BundleRequest): Promise<Bundles> {
  const functions = request.functions ?? join(projectDirectory, 'functions');
  const entries = findEntries(functions);
  const made = generated(request.modules ?? {}, request.beside ?? {});
  const region = regionParts(request.region);
  const entryPoints = entries.map((entry) => ({
    in: join(functions, `${entry}.ts`),
    out: join(directoryName(entry), 'index'),
  }));
  const all = {
    ...options,
    entryPoints,
    plugins: [ownClients, ownSources, slimming, region.plugin, made.plugin],
    banner: region.banner,
  };
  const large = new Set(['privacy/api','privacy/due.job','privacy/deletion.trigger','launch/api','provisioning/api'].map((e) => `functions/${e}.ts`));
  const isLarge = (i: string) => [...large].some((l) => i.endsWith(l));
  const outs = await Promise.all([
    build({ ...all, entryPoints: entryPoints.filter((e) => !isLarge(e.in)) }),
    bundledAgain({ ...all, entryPoints: entryPoints.filter((e) => isLarge(e.in)) }),
  ]);
  for (const { files: made1, metafile } of [{ files: outs[0].outputFiles, metafile: outs[0].metafile }, outs[1]]) {
  for (const output of made1) {
    const path = output.path;
    const file = join(request.directory, relative(nominalDirectory, path));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, region.within(output));
    const { inputs } = metafile.outputs[relative(projectDirectory, path)] ?? { inputs: {} };
    for (const [name, json] of made.filesFor(Object.keys(inputs)))
      writeFileSync(join(dirname(file), name), json);
  }
  }
  return {
    entries,
    directoryOf(entry) {
      if (entries.includes(entry)) return join(request.directory, directoryName(entry));
      throw new Error(
        `functions/${entry}.ts was not bundled: it is missing, or no file name of a handler (${entries.join(', ')})`,
      );
    },
  };
}

function directoryName(entry: HandlerEntry): string {
  return entry.replaceAll(/[/.]/g, '-');
}
