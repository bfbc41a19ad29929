import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accountIdOf } from '../../functions/enrolment/contract.ts';
import { LearnerId } from '../../functions/identity/contract.ts';
import type { ProviderResult } from '../../functions/provisioning/contract.ts';
import { webhookAdapter } from '../../functions/provisioning/webhook.adapter.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { ProviderId } from '../../regions/schema.ts';

const key = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const accountId = accountIdOf(newId(LearnerId, 'lrn'), ProviderId.parse('bell'));

interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}
let reply: Reply;
let received: { headers: IncomingHttpHeaders; body: string };
let server: Server;
let url: string;
beforeAll(async () => {
  server = createServer(async (request, response) => {
    received = { headers: request.headers, body: await text(request) };
    const { status, body, headers = {} } = reply;
    response.writeHead(status, headers).end(body === undefined ? '' : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A listening TCP server has an address with a port.
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`;
});
afterAll(() => server.close());

const adapter = () => webhookAdapter({ url, key });
const known = { accountId, fence: 7, remoteId: undefined };

describe('given an account that is wanted otherwise', () => {
  it.each([
    ['active', () => adapter().create(known, false)],
    ['suspended', () => adapter().suspend(known)],
    ['active', () => adapter().resume(known)],
    ['none', () => adapter().end(known)],
  ] as const)(
    'then a message says "%s", signed, and nothing of the learner',
    async (wanted, ask) => {
      reply = { status: 202 };
      await ask();
      const { headers, body } = received;
      const named = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map(
        (name) => [name, String(headers[name])] as const,
      );
      // The package checks the time as well.
      expect(new Webhook(key).verify(body, Object.fromEntries(named))).toEqual({
        type: 'account.wanted',
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
        data: { accountId, fence: 7, wanted },
      });
      expect(headers['content-type']).toBe('application/json');
      // The same request again has the same id, so that whoever got it knows it.
      expect(headers['webhook-id']).toBe(`msg_${accountId}_7`);
    },
  );
});

it('given a provider that tells its own id once, then "done" is of the account by that id', async () => {
  reply = { status: 200, body: { state: 'done' } };
  // What a lost answer has made doubtful is still what the account was called.
  const doubtful = { ...known, lastRemoteId: 'user-7' };
  for (const ask of ['create', 'suspend', 'resume'] as const)
    expect(await adapter()[ask](doubtful, true)).toEqual({ kind: 'done', remoteId: 'user-7' });
  expect(await adapter().end(doubtful)).toEqual({ kind: 'done' });
});

const rejected: ProviderResult = { kind: 'rejected', failure: 'provider-rejected' };
const retry = (reason: string, afterSeconds?: number): ProviderResult => ({
  ...{ kind: 'retry', reason },
  ...(reason.startsWith('status') && { afterSeconds }),
});

describe('given the answer of a provider', () => {
  it.each<[string, Reply, ProviderResult, ProviderResult]>([
    [
      'done, with an id of its own',
      { status: 200, body: { state: 'done', remoteId: 'user-7' } },
      { kind: 'done', remoteId: 'user-7' },
      { kind: 'done', remoteId: 'user-7' },
    ],
    [
      'done, by our id',
      { status: 200, body: { state: 'done' } },
      { kind: 'done', remoteId: accountId },
      { kind: 'done', remoteId: accountId },
    ],
    [
      'accepted',
      { status: 200, body: { state: 'accepted' } },
      { kind: 'accepted' },
      { kind: 'accepted' },
    ],
    ['202', { status: 202 }, { kind: 'accepted' }, { kind: 'accepted' }],
    ['204', { status: 204 }, { kind: 'accepted' }, { kind: 'accepted' }],
    [
      'more than is known',
      { status: 200, body: { state: 'done', more: true } },
      retry('not-understood'),
      retry('not-understood'),
    ],
    [
      'edge case 18: the name is another’s',
      { status: 409, body: { code: 'account-of-another' } },
      { kind: 'person', reason: 'account-of-another' },
      { kind: 'person', reason: 'account-of-another' },
    ],
    [
      'another 409',
      { status: 409, body: { code: 'busy' } },
      retry('status-409'),
      retry('status-409'),
    ],
    [
      'refused, and why',
      { status: 422, body: { code: 'too-young' } },
      rejected,
      retry('status-422'),
    ],
    ['400, and why', { status: 400, body: { code: 'unreadable' } }, rejected, retry('status-400')],
    [
      '400 of whoever',
      { status: 400, body: 'Bad Request' },
      retry('status-400'),
      retry('status-400'),
    ],
    [
      'edge case 20: too many, in seconds',
      { status: 429, headers: { 'retry-after': '7' } },
      retry('status-429', 7),
      retry('status-429', 7),
    ],
    [
      'edge case 20: busy, until a date that has passed',
      { status: 503, headers: { 'retry-after': 'Sun, 06 Nov 1994 08:49:37 GMT' } },
      retry('status-503', 0),
      retry('status-503', 0),
    ],
    [
      'elsewhere',
      { status: 302, headers: { location: '/x' } },
      retry('status-302'),
      retry('status-302'),
    ],
  ])('%s', async (_what, given, created, suspended) => {
    reply = given;
    expect(await adapter().create(known, false)).toEqual(created);
    expect(await adapter().suspend(known)).toEqual(suspended);
  });
});
