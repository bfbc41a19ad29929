import { afterAll, beforeAll, beforeEach } from 'vitest';
import { z } from 'zod';
import { openWorld, type World } from '../../world/world.ts';
import { scimOf } from '../world/parties.ts';

const Accounts = z.array(
  z.strictObject({
    id: z.string(),
    externalId: z.string().optional(),
    userName: z.string(),
    active: z.boolean(),
  }),
);
const Requests = z.object({ received: z.record(z.string(), z.int()), maxAtOnce: z.int() });

/** A real SCIM server, and what a test does behind its back. */
export interface Provider {
  readonly secret: { readonly baseUrl: string; readonly token: string };
  /** What it holds, asked of itself. */
  accounts(): Promise<z.infer<typeof Accounts>>;
  /** Makes the next requests meet a fault; world/README.md lists them. */
  fault(fault: object): Promise<void>;
  recover(): Promise<void>;
  /** Requests that it has received since the file began, by method. */
  received(method: string): Promise<number>;
  /** How many were under way at once, at most, since the file began. */
  mostAtOnce(): Promise<number>;
  /** Makes an account as somebody else would. */
  create(user: object): Promise<string>;
  remove(id: string): Promise<void>;
}

/** A world with one provider, `mill`, empty and well before each test of a file. */
export function provider(): () => Provider {
  let world: World;
  let opened: Provider;
  beforeAll(async () => {
    world = await openWorld({
      providers: [{ id: 'mill', kind: 'scim', token: 'token-of-the-mill' }],
      registry: { key: 'key' },
    });
    opened = open(world);
  });
  beforeEach(async () => {
    await opened.recover();
    for (const { id } of await opened.accounts()) await opened.remove(id);
  });
  afterAll(() => world.close());
  return () => opened;
}

function open(world: World): Provider {
  const secret = scimOf(world, 'mill');
  const ask = async (url: string, method: string, body?: object) => {
    const response = await fetch(url, {
      method,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${secret.token}` },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await response.text();
    return text === '' ? undefined : JSON.parse(text);
  };
  const control = (path: string, method = 'GET', body?: object) =>
    ask(`${world.url}/control/providers/mill/${path}`, method, body);
  return {
    secret,
    accounts: async () => Accounts.parse(await control('accounts')),
    fault: (fault) => control('faults', 'POST', fault),
    recover: () => control('faults', 'DELETE'),
    received: async (method) => Requests.parse(await control('requests')).received[method] ?? 0,
    mostAtOnce: async () => Requests.parse(await control('requests')).maxAtOnce,
    create: async (user) => {
      const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User'];
      const made = await ask(`${secret.baseUrl}/Users`, 'POST', { schemas, ...user });
      return z.object({ id: z.string() }).parse(made).id;
    },
    remove: (id) => ask(`${secret.baseUrl}/Users/${id}`, 'DELETE'),
  };
}
