import * as z from 'zod';

const Accounts = z.array(
  z.strictObject({
    id: z.string(),
    externalId: z.string(),
    userName: z.string(),
    active: z.boolean(),
  }),
);
const Arrivals = z.array(z.number());
const Memberships = z.object({ members: z.array(z.object({ user_id: z.string() })) });
const Requests = z.object({
  received: z.record(z.string(), z.int()),
  met: z.record(z.string(), z.int()),
  maxAtOnce: z.int(),
});

export type RemoteAccount = z.infer<typeof Accounts>[number];

/** The content providers and the registry, behind their backs: what they really hold, and faults on demand. */
export function neighboursAt(worldUrl: string) {
  const ask = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${worldUrl}/control${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
    });
    if (!response.ok)
      throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
    const text = await response.text();
    return text === '' ? undefined : JSON.parse(text);
  };
  return {
    /** Accounts at a provider that carry this id of ours: one, or something went wrong. */
    accountsOf: async (providerId: string, accountId: string): Promise<RemoteAccount[]> => {
      const all = Accounts.parse(await ask('GET', `/providers/${providerId}/accounts`));
      return all.filter(({ externalId }) => externalId === accountId);
    },
    /** Requests of a method that a provider has received since it started. */
    received: async (providerId: string, method: string): Promise<number> => {
      const counts = Requests.parse(await ask('GET', `/providers/${providerId}/requests`));
      return counts.received[method] ?? 0;
    },
    /** Accounts at a provider that can be used. */
    liveAccounts: async (providerId: string): Promise<RemoteAccount[]> => {
      const all = Accounts.parse(await ask('GET', `/providers/${providerId}/accounts`));
      return all.filter(({ active }) => active);
    },
    /** When requests came to a provider, in milliseconds since the epoch. */
    arrivals: async (providerId: string): Promise<readonly number[]> =>
      Arrivals.parse(await ask('GET', `/providers/${providerId}/arrivals`)),
    /** How many requests to a provider were under way at once, at most. */
    mostAtOnce: async (providerId: string): Promise<number> =>
      Requests.parse(await ask('GET', `/providers/${providerId}/requests`)).maxAtOnce,
    /** How a provider that takes messages tells what became of them. */
    setMode: (providerId: string, mode: 'at-once' | 'later' | 'manual') =>
      ask('PUT', `/providers/${providerId}/mode`, { mode }),
    /** Whom an LTI tool finds in its course, after a launch. */
    memberships: async (providerId: string): Promise<string[]> => {
      const { members } = Memberships.parse(
        await ask('POST', `/providers/${providerId}/memberships`, {}),
      );
      return members.map(({ user_id }) => user_id);
    },
    /** How many requests to a provider met each kind of fault since it started. */
    faultsMet: async (providerId: string): Promise<Readonly<Record<string, number>>> =>
      Requests.parse(await ask('GET', `/providers/${providerId}/requests`)).met,
    disturb: (party: string, fault: unknown) => ask('POST', `/${party}/faults`, fault),
    mend: (party: string) => ask('DELETE', `/${party}/faults`),
  };
}

export type World = ReturnType<typeof neighboursAt>;
