import { readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Plugin } from 'esbuild';
import { cut } from './cuts.ts';

/**
 * What packages carry for others and our functions never use, replaced while bundling. Every byte is read
 * at each cold start; these are a third of a bundle.
 */
const replacements: readonly { readonly file: RegExp; readonly contents: string }[] = [
  {
    // zod's texts in fifty languages: our own errors are English.
    file: /\/zod\/v4\/locales\/index\.js$/,
    contents: "export { default as en } from './en.js';",
  },
];

/**
 * What no function of ours does: whoever does it all the same is told so by name. Descriptions of schemas are made when
 * the bundle is.
 */
const leftOut = [
  /\/zod\/v4\/core\/(json-schema-processors|to-json-schema|json-schema-generator)\.js$/,
  /\/zod\/v4\/classic\/from-json-schema\.js$/,
];

/**
 * Makes the replacements in every bundle, and maps packages by the file only: Node reads a function's maps when it
 * starts, and those of packages are nine tenths of them.
 */
export const slimming: Plugin = {
  name: 'slimming',
  setup(build) {
    for (const { file, contents } of replacements) {
      build.onLoad({ filter: file }, ({ path }) => ({
        contents,
        loader: 'js',
        resolveDir: dirname(path),
      }));
    }
    for (const filter of leftOut) {
      build.onLoad({ filter }, ({ path }) => ({ contents: refusing(path), loader: 'js' }));
    }
    build.onLoad({ filter: /\/node_modules\/.*\.m?js$/ }, ({ path }) => {
      const source = cut(path, readFileSync(path, 'utf8'));
      return { contents: `${source}\n${mapOfOneLine(path)}`, loader: 'js' };
    });
  },
};

/** A module that exports what another does, each of them a function that only says what has been left out. */
function refusing(path: string): string {
  const source = readFileSync(path, 'utf8');
  const declared = source.matchAll(/^export (?:async )?(?:function|class|const|let)\*? (\w+)/gm);
  const listed = source.matchAll(/^export \{([^}]*)\}/gm);
  const names = [
    ...[...declared].map(([, name = '']) => name),
    ...[...listed].flatMap(([, list = '']) =>
      list.split(',').map(
        (one) =>
          one
            .trim()
            .split(/\s+as\s+/)
            .at(-1) ?? '',
      ),
    ),
  ].filter((name) => name !== '');
  const file = `${basename(dirname(path))}/${basename(path)}`;
  return [
    'function leftOut() {',
    `  throw new Error('lib/support/slimming.ts leaves ${file} out of functions');`,
    '}',
    ...names.map((name) => `export { leftOut as ${name} };`),
  ].join('\n');
}

/** A source map that esbuild finds at the end of a file: all of the file stands in its first line. */
function mapOfOneLine(path: string): string {
  const map = { version: 3, sources: [basename(path)], names: [], mappings: 'AAAA' };
  const base64 = Buffer.from(JSON.stringify(map)).toString('base64');
  return `//# sourceMappingURL=data:application/json;base64,${base64}\n`;
}
