import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { DatabaseSync } from 'node:sqlite';
import express, { type Express } from 'express';
import { z } from 'zod';
import { Accounts } from './accounts.ts';
import { controlRoutes } from './control.ts';
import { openDatabase } from './database.ts';
import { Gate } from './gate.ts';
import { People } from './people.ts';
import { answerPlainly, nobodyHere } from './plain-errors.ts';
import { type Provider, providerRoutes } from './provider.ts';
import { type Registry, registryRoutes } from './registry.ts';
import { type Scanner, scannerRoutes } from './scanner.ts';

export interface WorldOptions {
  /** The content providers: ids are lower-case words joined by hyphens, each once. */
  readonly providers: readonly { readonly id: string; readonly token: string }[];
  /** The welfare registry, and the key that it gave out. */
  readonly registry: { readonly key: string };
  /** The scanner of files, and the key that it gave out; absent: there is none. */
  readonly scanner?: { readonly key: string } | undefined;
  /** Where accounts and people are kept, made if missing; in memory when absent. */
  readonly directory?: string | undefined;
  /** The port on 127.0.0.1; a free one when absent. */
  readonly port?: number | undefined;
  /** The time by which signatures count, in milliseconds since the epoch; the machine's when absent. */
  readonly now?: (() => number) | undefined;
}

/** What stands around a region, running. Addresses hold until it closes; ids and accounts stay. */
export interface World {
  /** By id: where the SCIM endpoints begin (no slash at the end), and the bearer token. */
  readonly providers: Readonly<
    Record<string, { readonly baseUrl: string; readonly token: string }>
  >;
  /** Checks go to `POST {url}/checks`, signed by the key; `README.md` says how. */
  readonly registry: { readonly url: string; readonly key: string };
  /** Files go to `POST {url}/scans` with `authorization: Bearer {key}`; absent where none was asked for. */
  readonly scanner: { readonly url: string; readonly key: string } | undefined;
  /** The origin of all; the control routes are below `{url}/control`. */
  readonly url: string;
  /** Stops at once: open connections are dropped, what was answered is kept. */
  close(): Promise<void>;
}

const Secret = z.string().regex(/^\S+$/, 'a secret without spaces');
const Key = z.string().regex(/^(whsec_)?[\w+/-]+={0,2}$/, 'a key in base 64');
const Options = z.strictObject({
  providers: z
    .array(
      z.strictObject({
        id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'lower-case words joined by hyphens'),
        token: Secret,
      }),
    )
    .refine((providers) => new Set(providers.map(({ id }) => id)).size === providers.length, {
      error: 'each id once',
    }),
  registry: z.strictObject({ key: Key }),
  scanner: z.strictObject({ key: Secret }).optional(),
  directory: z.string().min(1).optional(),
  port: z.int().min(0).max(65_535).optional(),
});

/**
 * Starts the content providers — SCIM 2.0 servers —, the welfare registry and the scanner on one port of 127.0.0.1.
 *
 * @throws ZodError for options that are not as described; the system's error when the port is taken;
 *   Error when the directory's data is from another version
 */
export async function openWorld(options: WorldOptions): Promise<World> {
  const { now = Date.now, ...rest } = options;
  const { providers, registry, scanner, directory, port = 0 } = Options.parse(rest);
  const database = openDatabase(directory);
  const server = createServer();
  try {
    const url = await listen(server, port);
    const closing = new AbortController();
    const keys = { registry: { key: registry.key, now }, scanner };
    const parties = gather(database, url, providers, keys, closing.signal);
    server.on('request', appOf(parties));
    let closed: Promise<void> | undefined;
    return {
      providers: Object.fromEntries(
        [...parties.providers].map(([id, { baseUrl, token }]) => [id, { baseUrl, token }]),
      ),
      registry: { url: `${url}/registry`, key: registry.key },
      scanner: scanner && { url: `${url}/scanner`, key: scanner.key },
      url,
      close: () => {
        closing.abort();
        closed ??= stop(server).finally(() => database.close());
        return closed;
      },
    };
  } catch (error) {
    server.close();
    database.close();
    throw error;
  }
}

interface Parties {
  readonly providers: ReadonlyMap<string, Provider>;
  readonly registry: Registry;
  readonly scanner: Scanner | undefined;
}

function gather(
  database: DatabaseSync,
  url: string,
  providers: readonly { id: string; token: string }[],
  keys: {
    readonly registry: Pick<Registry, 'key' | 'now'>;
    readonly scanner: Pick<Scanner, 'key'> | undefined;
  },
  closing: AbortSignal,
): Parties {
  return {
    providers: new Map(
      providers.map(({ id, token }) => {
        const baseUrl = `${url}/providers/${id}/scim/v2`;
        const accounts = new Accounts(database, id);
        return [id, { accounts, baseUrl, token, gate: new Gate(closing) }];
      }),
    ),
    registry: { ...keys.registry, people: new People(database), gate: new Gate(closing) },
    scanner: keys.scanner && { ...keys.scanner, gate: new Gate(closing) },
  };
}

function appOf({ providers, registry, scanner }: Parties): Express {
  const app = express();
  app.disable('x-powered-by');
  // Express would answer If-None-Match by tags that the SCIM configuration says it does not have.
  app.disable('etag');
  for (const [id, provider] of providers) {
    app.use(`/providers/${id}/scim/v2`, providerRoutes(provider));
  }
  app.use('/registry', registryRoutes(registry));
  if (scanner !== undefined) app.use('/scanner', scannerRoutes(scanner));
  app.use('/control', controlRoutes(providers, registry, scanner));
  app.use(nobodyHere, answerPlainly);
  return app;
}

async function listen(server: Server, port: number): Promise<string> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = z.object({ port: z.int() }).parse(server.address());
  return `http://127.0.0.1:${address.port}`;
}

async function stop(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
