import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Contract, Routes } from '../../functions/runtime/route.ts';

/**
 * A Lambda function by its place below `functions/`, without `.ts`: `identity/api`, `identity/invitation.trigger`.
 * The kinds of handler: what answers requests, reads a queue, runs by the clock, follows a stream.
 */
export type HandlerEntry =
  | `${string}/api`
  | `${string}/${string}.api`
  | `${string}/${string}.worker`
  | `${string}/${string}.job`
  | `${string}/${string}.trigger`;

/** The functions that serve a contract, and the routes of each. */
export function apisOf({ name, routes, parts }: Contract): readonly Api[] {
  if (parts === undefined) return [{ entry: `${name}/api`, routes }];
  return Object.entries(parts).map(([part, some]) => ({
    entry: `${name}/${part}.api`,
    part,
    routes: some,
  }));
}

interface Api {
  readonly entry: HandlerEntry;
  /** Undefined where there is but one. */
  readonly part?: string;
  readonly routes: Routes;
}

/** Every handler that stands below a directory of capabilities, in alphabetical order. */
export function findEntries(functionsDirectory: string): readonly HandlerEntry[] {
  return readdirSync(functionsDirectory, { withFileTypes: true })
    .filter((capability) => capability.isDirectory())
    .flatMap(({ name }) => entriesOf(functionsDirectory, name))
    .sort();
}

function entriesOf(functionsDirectory: string, capability: string): HandlerEntry[] {
  const directory = join(functionsDirectory, capability);
  return readdirSync(directory)
    .filter(
      (file) => file.endsWith('.ts') && exportsHandler(readFileSync(join(directory, file), 'utf8')),
    )
    .map((file) => `${capability}/${file.slice(0, -'.ts'.length)}`)
    .filter(isEntry);
}

/** A job or a trigger may leave some of its work to another beside it, as an api leaves routes: that has no handler. */
export function exportsHandler(source: string): boolean {
  return /^export [^;=(]*\bhandler\b/m.test(source);
}

function isEntry(text: string): text is HandlerEntry {
  return /^[^/]+\/(api|[a-z][a-z-]*\.(api|worker|job|trigger))$/.test(text);
}
