import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { Provider, Region } from '../regions/schema.ts';
import { openWorld, type World, type WorldOptions } from '../world/world.ts';
import { writeWhole } from './whole-file.ts';

/** What opens the neighbours' doors; made once for each data directory. */
const Keys = z.strictObject({
  registry: z.string(),
  /** Data directories from before papers have none. */
  scanner: z.string().optional(),
  providers: z.record(z.string(), z.string()),
});

/** What stands around the region, and the secrets by which the region reaches it. */
export interface Neighbours {
  readonly world: World;
  /** Values by secret name, as an operator would put them into Secrets Manager. */
  readonly secrets: Readonly<Record<string, string>>;
}

/**
 * Opens the content providers, the welfare registry and the scanner of a region. Their addresses and tokens reach the
 * region through its secrets only, as they would in an AWS account.
 *
 * @param data - keeps their accounts; absent: in memory
 * @param now - the region's time, which theirs follows, in milliseconds since the epoch
 * @param url - where the region's API answers, or will, without a slash at its end
 */
export async function openNeighbours(
  region: Region,
  data: string | undefined,
  now: () => number,
  url: string,
): Promise<Neighbours> {
  const directory = data === undefined ? undefined : join(data, 'world');
  const keys = keysFor(region, directory);
  const world = await openWorld({
    providers: region.providers.flatMap((provider) =>
      serverOf(region, provider, keys.providers[provider.id] ?? ''),
    ),
    platform: platformAt(url),
    registry: { key: keys.registry },
    scanner: { key: keys.scanner },
    now,
    ...(directory === undefined ? {} : { directory }),
  });
  const opened = Object.entries(world.providers).map(([id, { kind: _kind, ...entry }]) => [
    id,
    entry,
  ]);
  const secrets = {
    [`ladder/${region.id}/providers`]: JSON.stringify(Object.fromEntries(opened)),
    [`ladder/${region.id}/registry`]: JSON.stringify(world.registry),
    [`ladder/${region.id}/scanner`]: JSON.stringify(world.scanner),
  };
  return { world, secrets };
}

/** The server of a provider, where there is one: codes and a person's hands need none. */
function serverOf(region: Region, { id, kind }: Provider, key: string): WorldOptions['providers'] {
  switch (kind) {
    case 'scim':
      return [{ id, kind, token: key }];
    case 'webhook':
      // The key as it is kept has the alphabet for addresses, which Standard Webhooks does not take.
      return [{ id, kind, key: `whsec_${Buffer.from(key, 'base64url').toString('base64')}` }];
    case 'lti':
      // What `functions/launch/claims.rules.ts` calls the tool, and its deployment.
      return [{ id, kind, clientId: `${region.id}.${id}`, deployments: [region.id] }];
    case 'voucher':
    case 'manual':
      return [];
  }
}

/** What a region's administrators would tell its providers of it. */
function platformAt(url: string) {
  const lti = `${url}/lti`;
  return { issuer: url, jwks: `${lti}/jwks`, authorize: `${lti}/authorize`, token: `${lti}/token` };
}

function keysFor(region: Region, directory: string | undefined) {
  const file = directory === undefined ? undefined : join(directory, 'keys.json');
  const kept =
    file !== undefined && existsSync(file)
      ? Keys.parse(JSON.parse(readFileSync(file, 'utf8')))
      : undefined;
  const keys = {
    registry: kept?.registry ?? newKey(),
    scanner: kept?.scanner ?? newKey(),
    providers: Object.fromEntries(
      region.providers.map(({ id }) => [id, kept?.providers[id] ?? newKey()]),
    ),
  };
  if (directory !== undefined && file !== undefined) {
    mkdirSync(directory, { recursive: true });
    writeWhole(file, JSON.stringify(keys), 0o600);
  }
  return keys;
}

const newKey = () => randomBytes(24).toString('base64url');
