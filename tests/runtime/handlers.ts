import { hash, randomUUID } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { inject } from 'vitest';
import { contracts } from '../../functions/contracts.ts';
import type { serve } from '../../functions/runtime/http.ts';
import { type Routes, routeKey } from '../../functions/runtime/route.ts';
import { identityModule } from '../../lib/identity-module.ts';
import { launchModule } from '../../lib/launch-module.ts';
import { mentoringModule } from '../../lib/mentoring-module.ts';
import { apisOf } from '../../lib/support/entries.ts';
import { ownClients } from '../../lib/support/own-clients.ts';
import type { Region } from '../../regions/schema.ts';

/** What every `api.ts` exports. */
export type ApiHandler = ReturnType<typeof serve>;

/** What a bundle reads as `#region` and, in some capabilities, as other generated modules. */
interface Modules {
  readonly '#region': Region;
  readonly '#about'?: object;
  readonly '#notices'?: object;
}

/** A capability's API as its functions run it; see `loadHandler`. */
export function loadApi(capability: string, modules: Modules): Promise<ApiHandler> {
  return loadHandler<ApiHandler>(`${capability}/api`, modules);
}

/**
 * A handler as a function runs it: bundled for a region, with clients of AWS of our own, and loaded with the environment
 * that this process has now.
 *
 * @param entry - such as `notices/mail.trigger`
 */
export async function loadHandler<Handler>(entry: string, modules: Modules): Promise<Handler> {
  const { [entry]: handler } = await loadHandlers<Record<string, Handler>>([entry], modules);
  if (handler === undefined) throw new Error(`${entry} exports no handler`);
  return handler;
}

/**
 * As `loadHandler`, of several in one go; what they have in common is loaded once, and once is its state. An `api` is the
 * whole capability's: where several functions serve it, each request goes to the one that the gateway would ask.
 */
export async function loadHandlers<Handlers extends object>(
  entries: readonly (keyof Handlers & string)[],
  modules: Modules,
): Promise<Handlers> {
  const files = entries.flatMap((entry) => filesOf(entry).map((one) => one.entry));
  const loaded = await loadEach<Record<string, ApiHandler>>(files, modules);
  const handlers = entries.map((entry) => [entry, loaded[entry] ?? wholeOf(entry, loaded)]);
  // Whoever names the entries says what they export.
  return Object.fromEntries(handlers) as Handlers;
}

/** Of an entry the functions that it stands for. */
function filesOf(entry: string): readonly { readonly entry: string; readonly routes?: Routes }[] {
  const contract = contracts.find(({ name }) => entry === `${name}/api`);
  return contract === undefined ? [{ entry }] : apisOf(contract);
}

/** Asks the function that has the route; what no contract has is asked of the first. */
function wholeOf(entry: string, loaded: Readonly<Record<string, ApiHandler>>) {
  const byRoute = new Map(
    filesOf(entry).flatMap(({ entry: file, routes = {} }) =>
      Object.values(routes).map((route) => [routeKey(route), loaded[file]]),
    ),
  );
  const [first] = byRoute.values();
  return (...[event, context]: Parameters<ApiHandler>) =>
    (byRoute.get(event.routeKey) ?? first)?.(event, context);
}

/** Each function by its own file. */
export async function loadEach<Handlers extends object>(
  entries: readonly (keyof Handlers & string)[],
  modules: Modules,
): Promise<Handlers> {
  // A copy of its own, for what is imported from one place is loaded once and keeps its state.
  const own = mkdtempSync(join(tmpdir(), 'api-'));
  try {
    cpSync(await bundled(entries, modules), own, { recursive: true });
    const loaded = await Promise.all(
      entries.map(async (entry) => {
        const { handler } = await import(pathToFileURL(join(own, `${entry}.mjs`)).href);
        return [entry, handler];
      }),
    );
    // Whoever names the entries says what they export.
    return Object.fromEntries(loaded) as Handlers;
  } finally {
    rmSync(own, { recursive: true });
  }
}

/** The directory in which entries are bundled with modules, once for all workers of a run. */
async function bundled(entries: readonly string[], modules: Modules): Promise<string> {
  const whole = join(inject('bundles'), hash('sha256', JSON.stringify([entries, modules])));
  if (existsSync(whole)) return whole;
  const half = `${whole}.${randomUUID()}`;
  await bundle(entries, modules, half);
  try {
    renameSync(half, whole);
  } catch (error) {
    // Another worker was quicker with the same.
    if (!existsSync(whole)) throw error;
    rmSync(half, { recursive: true });
  }
  return whole;
}

async function bundle(entries: readonly string[], modules: Modules, outdir: string) {
  await build({
    entryPoints: entries.map((entry) => ({ in: `functions/${entry}.ts`, out: entry })),
    outdir,
    outExtension: { '.js': '.mjs' },
    splitting: entries.length > 1,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    plugins: [
      generated({
        '#identity': identityModule(modules['#region']),
        '#launch': launchModule(modules['#region']),
        '#mentoring': mentoringModule(modules['#region']),
        ...modules,
      }),
      ownClients,
      outside,
    ],
    logLevel: 'silent',
  });
}

/** Packages stay where they are: a worker loads them once, for all files of tests and for what those bundle. */
const outside: Plugin = {
  name: 'outside',
  setup(bundle) {
    bundle.onResolve({ filter: /^[^.#/]/ }, ({ path, kind }) =>
      kind === 'entry-point' || path.startsWith('node:')
        ? undefined
        : { path: import.meta.resolve(path), external: true },
    );
  },
};

function generated(modules: object): Plugin {
  const contents = new Map(Object.entries(modules));
  return {
    name: 'generated',
    setup(bundle) {
      bundle.onResolve({ filter: /^#/ }, ({ path }) => ({ path, namespace: 'generated' }));
      bundle.onLoad({ filter: /^#/, namespace: 'generated' }, ({ path }) => ({
        contents: JSON.stringify(contents.get(path)),
        loader: 'json',
      }));
    },
  };
}
