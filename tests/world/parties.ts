import type { World } from '../../world/world.ts';

/** What an operator is told by a provider that makes accounts by SCIM. */
export function scimOf(world: World | undefined, id: string) {
  const access = world?.providers[id];
  if (access?.kind !== 'scim') throw new Error(`the world has no SCIM provider ${id}`);
  const { baseUrl, token, launch } = access;
  return { baseUrl, token, launch };
}

/** By a provider that takes signed messages. */
export function webhookOf(world: World, id: string) {
  const access = world.providers[id];
  if (access?.kind !== 'webhook') throw new Error(`the world has no webhook provider ${id}`);
  const { url, key, launch } = access;
  return { url, key, launch };
}

/** By an LTI tool. */
export function ltiOf(world: World, id: string) {
  const access = world.providers[id];
  if (access?.kind !== 'lti') throw new Error(`the world has no LTI tool ${id}`);
  const { kind: _kind, ...tool } = access;
  return tool;
}
