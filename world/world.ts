import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import express, { type Express } from 'express';
import { z } from 'zod';
import {
  type Access,
  type ContentProvider,
  Key,
  openProvider,
  ProviderOptions,
  Secret,
  type Surroundings,
} from './content-providers.ts';
import { controlRoutes, type Parties } from './control.ts';
import { openDatabase } from './database.ts';
import { Gate } from './gate.ts';
import { People } from './people.ts';
import { answerPlainly, nobodyHere } from './plain-errors.ts';
import { Platform, PlatformAddress } from './platform.ts';
import { registryRoutes } from './registry.ts';
import { scannerRoutes } from './scanner.ts';

export interface WorldOptions {
  /** The content providers: ids are lower-case words joined by hyphens, each once. */
  readonly providers: readonly ProviderOptions[];
  /** The welfare registry, and the key that it gave out. */
  readonly registry: { readonly key: string };
  /** The scanner of files, and the key that it gave out; absent: there is none. */
  readonly scanner?: { readonly key: string } | undefined;
  /** The platform that sends learners; absent: `PUT /control/platform` tells. */
  readonly platform?: PlatformAddress | undefined;
  /** Where accounts and people are kept, made if missing; in memory when absent. */
  readonly directory?: string | undefined;
  /** The port on 127.0.0.1; a free one when absent. */
  readonly port?: number | undefined;
  /** The time by which signatures count, in milliseconds since the epoch; the machine's when absent. */
  readonly now?: (() => number) | undefined;
}

/** What stands around a region, running. Addresses hold until it closes; ids and accounts stay. */
export interface World {
  /** By id: where each is, and what opens its door. */
  readonly providers: Readonly<Record<string, Access>>;
  /** Checks go to `POST {url}/checks`, signed by the key; `README.md` says how. */
  readonly registry: { readonly url: string; readonly key: string };
  /** Files go to `POST {url}/scans` with `authorization: Bearer {key}`; absent where none was asked for. */
  readonly scanner: { readonly url: string; readonly key: string } | undefined;
  /** The origin of all; the control routes are below `{url}/control`. */
  readonly url: string;
  /** Stops at once: open connections are dropped, what was answered is kept. */
  close(): Promise<void>;
}

const Options = z.strictObject({
  providers: z
    .array(ProviderOptions)
    .refine((providers) => new Set(providers.map(({ id }) => id)).size === providers.length, {
      error: 'each id once',
    }),
  registry: z.strictObject({ key: Key }),
  scanner: z.strictObject({ key: Secret }).optional(),
  platform: PlatformAddress.optional(),
  directory: z.string().min(1).optional(),
  port: z.int().min(0).max(65_535).optional(),
});

/**
 * Starts the content providers, the welfare registry and the scanner on one port of 127.0.0.1.
 *
 * @throws ZodError for options that are not as described; the system's error when the port is taken;
 *   Error when the directory's data is from another version
 */
export async function openWorld(options: WorldOptions): Promise<World> {
  const { now = Date.now, ...rest } = options;
  const { directory, port = 0, ...parsed } = Options.parse(rest);
  const database = openDatabase(directory);
  const server = createServer();
  try {
    const url = await listen(server, port);
    const closing = new AbortController();
    const platform = new Platform(now, parsed.platform);
    const around = { database, url, platform, closing: closing.signal, now };
    const parties = gather(parsed, around);
    const { registry, scanner } = parties;
    server.on('request', appOf(parties));
    let closed: Promise<void> | undefined;
    return {
      providers: Object.fromEntries([...parties.providers].map(([id, { access }]) => [id, access])),
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

function gather(
  { providers, registry, scanner }: z.infer<typeof Options>,
  around: Surroundings,
): Parties {
  const { database, closing, now, platform } = around;
  const gate = () => new Gate(closing, now);
  return {
    providers: new Map(
      providers.map((options): [string, ContentProvider] => [
        options.id,
        openProvider(options, around),
      ]),
    ),
    registry: { ...registry, now, people: new People(database), gate: gate() },
    scanner: scanner && { ...scanner, gate: gate() },
    platform,
  };
}

function appOf(parties: Parties): Express {
  const { providers, registry, scanner } = parties;
  const app = express();
  app.disable('x-powered-by');
  // Express would answer If-None-Match by tags that the SCIM configuration says it does not have.
  app.disable('etag');
  for (const [id, { routes }] of providers) app.use(`/providers/${id}`, routes);
  app.use('/registry', registryRoutes(registry));
  if (scanner !== undefined) app.use('/scanner', scannerRoutes(scanner));
  app.use('/control', controlRoutes(parties));
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
