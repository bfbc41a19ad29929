import type { Plugin } from 'esbuild';

/** Modules that have no file: the default export of each is this JSON, made only when a handler imports it. */
export type GeneratedModules = Readonly<Record<`#${string}`, () => unknown>>;

/**
 * The same of what a function mostly does without: each property is a file beside its code, read when it is first asked
 * for and kept from then on.
 */
export type ModulesBeside = Readonly<Record<`#${string}`, () => object>>;

export interface Generated {
  readonly plugin: Plugin;
  /** The files that belong beside code that has been made of these inputs, named as esbuild's metafile names them. */
  filesFor(inputs: readonly string[]): ReadonlyMap<string, string>;
}

const namespace = 'generated';

/** Makes the modules of which the names begin with `#`. */
export function generated(modules: GeneratedModules, beside: ModulesBeside): Generated {
  const within = new Map(Object.entries(modules));
  const apart = new Map(Object.entries(beside));
  /** By the module that has them. */
  const files = new Map<string, ReadonlyMap<string, string>>();
  const plugin: Plugin = {
    name: namespace,
    setup(build) {
      build.onResolve({ filter: /^#/ }, ({ path }) =>
        within.has(path) || apart.has(path) ? { path, namespace } : undefined,
      );
      build.onLoad({ filter: /^#/, namespace }, ({ path }) => {
        const make = apart.get(path);
        if (make === undefined)
          return { contents: JSON.stringify(within.get(path)?.()), loader: 'json' };
        const parts = Object.entries(make()).map(([name, value]) => part(path, name, value));
        files.set(path, new Map(parts.map(({ file, json }) => [file, json])));
        return { contents: reading(parts), loader: 'js' };
      });
    },
  };
  return {
    plugin,
    filesFor: (inputs) =>
      new Map([...files].flatMap(([path, of]) => (isAmong(inputs, path) ? [...of] : []))),
  };
}

interface Part {
  readonly name: string;
  readonly file: string;
  readonly json: string;
}

function part(path: string, name: string, value: unknown): Part {
  return { name, file: `${path.slice(1)}.${name}.json`, json: JSON.stringify(value) };
}

/** A module with a getter for each part; it stands in one file with all of the function's code, and its files beside. */
function reading(parts: readonly Part[]): string {
  return [
    "import { readFileSync } from 'node:fs';",
    "const read = (file) => JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8'));",
    'const kept = {};',
    'export default {',
    ...parts.map(({ name, file }) => {
      const key = JSON.stringify(name);
      return `  get ${key}() { return (kept[${key}] ??= read(${JSON.stringify(`./${file}`)})); },`;
    }),
    '};',
  ].join('\n');
}

function isAmong(inputs: readonly string[], path: string): boolean {
  return inputs.includes(`${namespace}:${path}`);
}
