import { readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Plugin } from 'esbuild';

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
  {
    // The chain of everything that may hold credentials (profiles, SSO, instance metadata): in Lambda they are
    // in the environment, always.
    file: /\/@aws-sdk\/credential-provider-node\/dist-es\/index\.js$/,
    contents: "export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';",
  },
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
    build.onLoad({ filter: /\/node_modules\/.*\.m?js$/ }, ({ path }) => ({
      contents: `${readFileSync(path, 'utf8')}\n${mapOfOneLine(path)}`,
      loader: 'js',
    }));
  },
};

/** A source map that esbuild finds at the end of a file: all of the file stands in its first line. */
function mapOfOneLine(path: string): string {
  const map = { version: 3, sources: [basename(path)], names: [], mappings: 'AAAA' };
  const base64 = Buffer.from(JSON.stringify(map)).toString('base64');
  return `//# sourceMappingURL=data:application/json;base64,${base64}\n`;
}
