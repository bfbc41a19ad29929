import { linkSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';
import type { Region } from '../../regions/schema.ts';
import { findEntries, type HandlerEntry } from './entries.ts';
import { slimming } from './slimming.ts';

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
  // What several functions use is made once, in files of its own: a tenth of the work of a bundle for each (ADR 15).
  splitting: true,
  chunkNames: 'shared-[hash]',
  metafile: true,
  // Packages' ESM first: their CommonJS cannot be shaken, and a cold start reads every byte.
  mainFields: ['module', 'main'],
  minify: true,
  // The maps stay beside the code; without the sources in them they cost little to carry.
  sourcemap: 'linked',
  sourcesContent: false,
  legalComments: 'none',
  // Some packages still call require(), which an ES module has to be given.
  banner: {
    js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
  },
  write: false,
  logLevel: 'silent',
} as const satisfies BuildOptions;

/** A module that has no file: its default export is this JSON, made only when a handler imports it. */
export type GeneratedModules = Readonly<Record<`#${string}`, () => unknown>>;

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
  /** What handlers read as `#region`. */
  readonly region: Region;
  /** Where each function gets a directory of its own, with `index.mjs`, what it imports, and their source maps. */
  readonly directory: string;
  /** Other modules that are made for the bundle. */
  readonly modules?: GeneratedModules;
  /** Where the capabilities are; the project's own unless a test says otherwise. */
  readonly functions?: string;
}

/**
 * Bundles every handler in one esbuild pass, the AWS SDK included: what runs is what was tested, and the
 * runtime's own SDK may be older.
 *
 * @throws {BuildFailure} esbuild's, naming file, line and what is wrong
 */
export async function bundle(request: BundleRequest): Promise<Bundles> {
  const functions = request.functions ?? join(projectDirectory, 'functions');
  const entries = findEntries(functions);
  const { outputFiles, metafile } = await build({
    ...options,
    entryPoints: entries.map((entry) => ({
      in: join(functions, `${entry}.ts`),
      out: directoryName(entry),
    })),
    plugins: [slimming, generated({ '#region': () => request.region, ...request.modules })],
  });
  const pool = join(request.directory, 'all');
  mkdirSync(pool, { recursive: true });
  for (const { path, contents } of outputFiles) writeFileSync(join(pool, basename(path)), contents);
  for (const entry of entries) {
    const directory = join(request.directory, directoryName(entry));
    mkdirSync(directory);
    const main = `${directoryName(entry)}.mjs`;
    for (const file of filesOf(main, metafile)) {
      linkSync(join(pool, file), join(directory, file === main ? 'index.mjs' : file));
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

/** The names of a file of code, of all that it imports in turn, and of their source maps. */
function filesOf(main: string, { outputs }: Metafile): ReadonlySet<string> {
  const importsOf = new Map(
    Object.entries(outputs).map(([path, { imports }]) => [
      basename(path),
      imports.filter(({ external }) => external !== true).map(({ path }) => basename(path)),
    ]),
  );
  const found = new Set([main]);
  // A set takes in what is added to it while it is walked.
  for (const file of found) for (const imported of importsOf.get(file) ?? []) found.add(imported);
  return new Set([...found].flatMap((file) => [file, `${file}.map`]));
}

function directoryName(entry: HandlerEntry): string {
  return entry.replaceAll(/[/.]/g, '-');
}

function generated(modules: GeneratedModules): Plugin {
  const contents = new Map(Object.entries(modules));
  return {
    name: 'generated',
    setup(pluginBuild) {
      pluginBuild.onResolve({ filter: /^#/ }, ({ path }) =>
        contents.has(path) ? { path, namespace: 'generated' } : undefined,
      );
      pluginBuild.onLoad({ filter: /^#/, namespace: 'generated' }, ({ path }) => ({
        contents: JSON.stringify(contents.get(path)?.()),
        loader: 'json',
      }));
    },
  };
}
