import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';

/** The one form in which a server takes each thing; whatever else it is asked, it refuses. */
export interface Peculiarity {
  /** A user as it is made and given back. */
  readonly user: (ours: string, active: boolean) => object;
  readonly filter: (ours: string) => string;
  /** The one operation of a PATCH. */
  readonly patch: (active: boolean) => object;
  readonly deletes: boolean;
}

/** The plainest reading of the standard. */
export const plain: Peculiarity = {
  user: (ours, active) => ({
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    ...{ userName: ours, externalId: ours, active },
  }),
  filter: (ours) => `externalId eq "${ours}"`,
  patch: (value) => ({ op: 'replace', path: 'active', value }),
  deletes: true,
};

export interface Peculiar {
  readonly url: string;
  /** Whom it has, in the order of their making. */
  users(): readonly { readonly active: boolean }[];
  /** What it was asked and did not take: a method and a status, such as `PATCH 400`. */
  refused(): readonly string[];
  /** Closes the connection in the place of the next answer, after the work. */
  loseAnswer(): void;
  close(): Promise<void>;
}

const NewUser = z.looseObject({ userName: z.string() });
const Patch = z.strictObject({
  schemas: z.tuple([z.literal('urn:ietf:params:scim:api:messages:2.0:PatchOp')]),
  Operations: z.tuple([z.unknown()]),
});
interface Answer {
  readonly status: number;
  readonly body?: object;
}

/** Opens a SCIM server that takes one form of each thing only. */
export async function openPeculiar(takes: Peculiarity): Promise<Peculiar> {
  const users = new Map<string, { readonly ours: string; active: boolean }>();
  const refused: string[] = [];
  let made = 0;
  let losing = false;

  const shown = (id: string, { ours, active }: { ours: string; active: boolean }) => ({
    ...takes.user(ours, active),
    id,
  });

  function create(body: unknown): Answer {
    const { userName } = NewUser.parse(body);
    if (!isDeepStrictEqual(body, takes.user(userName, true))) return { status: 400 };
    if ([...users.values()].some(({ ours }) => ours === userName)) return { status: 409 };
    made += 1;
    const user = { ours: userName, active: true };
    users.set(`user-${made}`, user);
    return { status: 201, body: shown(`user-${made}`, user) };
  }

  function find(filter: string | null): Answer {
    const form = takes.filter('\n').split('\n');
    const [before = '', after = ''] = form;
    if (filter !== null && !(filter.startsWith(before) && filter.endsWith(after)))
      return { status: 400 };
    const Resources = [...users]
      .filter(([, { ours }]) => filter === null || takes.filter(ours) === filter)
      .map(([id, user]) => shown(id, user));
    return { status: 200, body: { totalResults: Resources.length, Resources } };
  }

  function change(id: string, body: unknown): Answer {
    const user = users.get(id);
    if (user === undefined) return { status: 404 };
    const [operation] = Patch.parse(body).Operations;
    const active = [true, false].find((wish) => isDeepStrictEqual(operation, takes.patch(wish)));
    if (active === undefined) return { status: 400 };
    user.active = active;
    return { status: 204 };
  }

  function remove(id: string): Answer {
    if (!takes.deletes) return { status: 405 };
    return { status: users.delete(id) ? 204 : 404 };
  }

  function answerTo(method: string, url: URL, body: unknown): Answer {
    const id = url.pathname.split('/')[2] ?? '';
    if (method === 'POST') return create(body);
    if (method === 'GET') return find(url.searchParams.get('filter'));
    return method === 'PATCH' ? change(id, body) : remove(id);
  }

  const server = createServer(async (request, response) => {
    const { method = '', url = '' } = request;
    const sent = await text(request);
    const { status, body } = answerTo(
      method,
      new URL(url, 'http://localhost'),
      sent === '' ? undefined : JSON.parse(sent),
    );
    // That there is one already, or none, is no refusal of a form.
    if (status === 400 || status === 405) refused.push(`${method} ${status}`);
    if (losing) {
      losing = false;
      request.socket.destroy();
      return;
    }
    response.writeHead(status, { 'content-type': 'application/scim+json' });
    response.end(body === undefined ? undefined : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    // A listening TCP server has an address with a port.
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    users: () => [...users.values()].map(({ active }) => ({ active })),
    refused: () => refused,
    loseAnswer: () => {
      losing = true;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
