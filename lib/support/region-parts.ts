import type { OutputFile, Plugin } from 'esbuild';

/** What functions' code calls its region, and the line at the beginning of each file that defines it. */
const name = 'LADDER_REGION';
const line = `/* ${name} */`;

/**
 * The region of functions, `#region`: each has of it the parts of which its code has the name, and asking for another one
 * is an error that names it. Rules are given the region as a whole, so that no bundler sees what they do not read of it.
 */
export interface RegionParts {
  readonly plugin: Plugin;
  /** What esbuild puts at the beginning of each file; positions in maps are counted with it. */
  readonly banner: { readonly js: string };
  /** The code of a function with its parts of the region in it. */
  within(file: OutputFile): string | Uint8Array;
}

export function regionParts(region: object): RegionParts {
  const parts = Object.entries(region);
  return {
    banner: { js: line },
    plugin: {
      name: 'region-parts',
      setup(build) {
        build.onResolve({ filter: /^#region$/ }, ({ path }) => ({ path, namespace: 'region' }));
        build.onLoad({ filter: /^#region$/, namespace: 'region' }, () => ({
          contents: `export default /* @__PURE__ */ (() => ${name})();`,
          loader: 'js',
        }));
      },
    },
    within({ path, contents, text }) {
      if (!path.endsWith('.mjs')) return contents;
      const [before, code = ''] = text.split(line);
      return code.includes(name) ? `${before}${definition(parts, code)}${code}` : before + code;
    },
  };
}

type Part = readonly [key: string, value: unknown];

function definition(parts: readonly Part[], code: string): string {
  const members = parts.map(([key, value]) =>
    new RegExp(`\\b${key}\\b`).test(code)
      ? `${key}:${JSON.stringify(value)}`
      : `get ${key}(){leftOut("${key}")}`,
  );
  return `const ${name}=(leftOut=>({${members.join(',')}}))(${leftOut});`;
}

const leftOut =
  'key=>{throw Error("lib/support/region-parts.ts leaves "+key+" of the region out of this function")}';
