import { relative } from 'node:path';
import { type BuildOptions, build, type Metafile, type OutputFile, type Plugin } from 'esbuild';
import { withoutUnreached } from './unreached.ts';

/**
 * Bundles functions once more, without what their code never reaches (`unreached.ts`): all modules of each in one file that
 * still has its names, and what is left of that as short as can be.
 *
 * @param options - as they were bundled
 * @returns the same files
 */
export async function bundledAgain(
  options: BuildOptions & { readonly write: false; readonly metafile: true; readonly outdir: string },
): Promise<{ files: readonly OutputFile[]; metafile: Metafile }> {
  const named = await build({ ...options, minify: false, sourcemap: 'external', banner: {} });
  const sources = reached(named.outputFiles);
  const { outputFiles } = await build({
    ...options,
    entryPoints: [...sources.keys()].map((path) => ({
      in: path,
      out: relative(options.outdir, path).replace(/\.mjs$/, ''),
    })),
    plugins: [reading(sources)],
  });
  return { files: outputFiles, metafile: named.metafile };
}

/** By the path of each file of code what its function reaches, with its map: a map leads through both passes. */
function reached(files: readonly OutputFile[]): ReadonlyMap<string, string> {
  const maps = new Map(files.map(({ path, contents }) => [path, contents]));
  const codes = files.filter(({ path }) => path.endsWith('.mjs'));
  return new Map(
    codes.map(({ path, text }) => {
      const map = Buffer.from(maps.get(`${path}.map`) ?? []).toString('base64');
      const url = `data:application/json;base64,${map}`;
      return [path, `${withoutUnreached(text)}//# sourceMappingURL=${url}\n`];
    }),
  );
}

/** Reads what is no file yet. */
function reading(sources: ReadonlyMap<string, string>): Plugin {
  return {
    name: 'second-pass',
    setup({ onLoad, onResolve }) {
      onResolve({ filter: /./ }, ({ path }) => (sources.has(path) ? { path } : undefined));
      onLoad({ filter: /\/index\.mjs$/ }, ({ path }) => ({ contents: sources.get(path) ?? '' }));
    },
  };
}
