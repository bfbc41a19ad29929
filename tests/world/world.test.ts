import { describe, expect, it } from 'vitest';
import { openWorld } from '../../world/world.ts';
import { scimOf } from './parties.ts';
import { scimClient } from './scim-client.ts';

const registry = { key: 'key' };
const one = [{ id: 'math-house', kind: 'scim', token: 'token' } as const];

describe('opening a world', () => {
  it.each([
    [
      'an id with a slash',
      { providers: [{ id: 'a/b', kind: 'scim', token: 't' } as const], registry },
    ],
    ['an id twice', { providers: [...one, ...one], registry }],
    ['an empty token', { providers: [{ id: 'a', kind: 'scim', token: '' } as const], registry }],
    ['a key with a space', { providers: [], registry: { key: 'a b' } }],
    ['a port that is none', { providers: [], registry, port: 70_000 }],
    ['an empty directory', { providers: [], registry, directory: '' }],
  ])('is refused for %s', async (_what, options) => {
    await expect(openWorld(options)).rejects.toThrow();
  });

  it('takes the port that it is told, and refuses one that is taken', async () => {
    const first = await openWorld({ providers: one, registry });
    const port = Number(new URL(first.url).port);
    await expect(openWorld({ providers: one, registry, port })).rejects.toThrow('EADDRINUSE');
    await first.close();
    const second = await openWorld({ providers: one, registry, port });
    expect(second.url).toBe(first.url);
    await second.close();
  });

  it('keeps two worlds of one process apart, under concurrent requests too', async () => {
    const worlds = await Promise.all([1, 2].map(() => openWorld({ providers: one, registry })));
    const created = await Promise.all(
      Array.from({ length: 40 }, async (_, n) => {
        const party = scimOf(worlds[n % 2], 'math-house');
        const { meta } = await scimClient(party).have({ userName: `u${n >> 1}` });
        return meta.location.startsWith(`${party.baseUrl}/Users/`);
      }),
    );
    expect(created).toEqual(created.map(() => true));
    for (const world of worlds) await world.close();
  });

  it('forgets all at the end when it was given no directory', async () => {
    for (const _ of [1, 2]) {
      const world = await openWorld({ providers: one, registry });
      await scimClient(scimOf(world, 'math-house')).have({ userName: 'a' });
      await world.close();
    }
  });
});

describe('closing a world', () => {
  it('may be asked for twice, and afterwards nobody answers', async () => {
    const world = await openWorld({ providers: one, registry });
    await Promise.all([world.close(), world.close()]);
    await expect(fetch(world.url)).rejects.toThrow();
  });
});
