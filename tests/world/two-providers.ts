import { afterAll, beforeAll, beforeEach } from 'vitest';
import { openWorld, type World } from '../../world/world.ts';
import { scimOf } from './parties.ts';
import { type ScimClient, scimClient } from './scim-client.ts';

export interface TwoProviders {
  provider: ScimClient;
  other: ScimClient;
  baseUrl: string;
  /** The header that `provider` wants. */
  bearer: Record<string, string>;
}

/** A world with the providers `math-house` and `reading-house` for one test file, both empty before each test. */
export function twoProviders(): () => TwoProviders {
  let world: World;
  let two: TwoProviders;

  beforeAll(async () => {
    world = await openWorld({
      providers: [
        { id: 'math-house', kind: 'scim', token: 'token-of-math-house' },
        { id: 'reading-house', kind: 'scim', token: 'token-of-reading-house' },
      ],
      registry: { key: 'key' },
    });
    const [first, second] = [scimOf(world, 'math-house'), scimOf(world, 'reading-house')];
    two = {
      provider: scimClient(first),
      other: scimClient(second),
      baseUrl: first.baseUrl,
      bearer: { authorization: `Bearer ${first.token}` },
    };
  });
  beforeEach(async () => {
    for (const client of [two.provider, two.other]) {
      for (const { id } of (await client.find({ count: '200' })).Resources) await client.remove(id);
    }
  });
  afterAll(() => world.close());
  return () => two;
}
