import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

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

/** The function that serves a part of a contract, by the part's name: `api` is `api.ts` (`Contract.parts`). */
export function entryOfPart(capability: string, part: string): HandlerEntry {
  return part === 'api' ? `${capability}/api` : `${capability}/${part}.api`;
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
