import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { AccountId } from '../../functions/enrolment/contract.ts';
import type { ProviderAdapter } from '../../functions/provisioning/adapter.ts';
import { scimAdapter } from '../../functions/provisioning/scim.adapter.ts';
import { known as asKnown } from './known-accounts.ts';

describe('given something else in the place of a provider', () => {
  /** An adapter to a server that gives each request the next of these answers. */
  async function withAnswers(
    answers: readonly { status: number; body?: string; headers?: Record<string, string> }[],
    work: (adapter: ProviderAdapter) => Promise<void>,
  ) {
    let next = 0;
    const server = createServer((request, response) => {
      request.resume();
      const { status, body = '', headers = {} } = answers[next] ?? { status: 500 };
      next += 1;
      response.writeHead(status, headers).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    // A listening TCP server has an address with a port.
    const { port } = server.address() as AddressInfo;
    try {
      await work(scimAdapter({ baseUrl: `http://127.0.0.1:${port}/`, token: 'a' }));
    } finally {
      server.closeAllConnections();
      server.close();
    }
  }
  const accountId = AccountId.parse('acc_00000000000000000000000000');
  const page = '<html>Too many requests</html>';
  const users = (...Resources: object[]) =>
    JSON.stringify({ totalResults: Resources.length, Resources });

  it.each([
    ['a page', page],
    ['nothing', ''],
    ['JSON of another shape', '{"ok":true}'],
    ['a user without an id', '{"userName":"x"}'],
  ])('that says 201 with %s: nobody knows what it did', async (_what, body) => {
    await withAnswers([{ status: 201, body }], async (odd) => {
      expect(await odd.create(asKnown(accountId), false)).toEqual({
        kind: 'retry',
        reason: 'not-scim',
      });
    });
  });

  it('edge case 18: a server that gives our id back in capitals has our account', async () => {
    const externalId = 'ACC_00000000000000000000000000';
    const body = users({ id: 'r1', externalId, active: true });
    await withAnswers(
      [
        { status: 200, body },
        { status: 200, body },
      ],
      async (odd) => {
        expect(await odd.create(asKnown(accountId), true)).toEqual({
          kind: 'done',
          remoteId: 'r1',
        });
        expect(await odd.list?.(undefined)).toEqual({
          kind: 'listed',
          accounts: [{ remoteId: 'r1', externalId: accountId, active: true }],
        });
      },
    );
  });

  it('edge case 20: a gateway before it that asks for seconds with a page of its own is heard', async () => {
    const headers = { 'retry-after': '30', 'content-type': 'text/html' };
    await withAnswers([{ status: 429, body: page, headers }], async (odd) => {
      expect(await odd.create(asKnown(accountId), false)).toEqual({
        kind: 'retry',
        reason: 'status-429',
        afterSeconds: 30,
      });
    });
  });

  it('edge case 22: "404 Not Found" as a page is still gone', async () => {
    await withAnswers([{ status: 404, body: page }], async (odd) => {
      expect(await odd.end(asKnown(accountId, 'remote'))).toEqual({ kind: 'done' });
    });
  });

  it('edge case 18: "409 Conflict" as a page is still a conflict', async () => {
    await withAnswers(
      [
        { status: 409, body: page },
        { status: 200, body: users() },
      ],
      async (odd) => {
        expect(await odd.create(asKnown(accountId), false)).toEqual({
          kind: 'person',
          reason: 'account-of-another',
        });
      },
    );
  });

  it('edge case 18: that answers a search with everyone it has, is searched for ours', async () => {
    const everyone = users(
      { id: '1', externalId: 'other' },
      { id: '2' },
      { id: '3', externalId: accountId },
    );
    await withAnswers([{ status: 200, body: everyone }], async (odd) => {
      expect(await odd.create(asKnown(accountId), true)).toEqual({ kind: 'done', remoteId: '3' });
    });
    const others = users({ id: '1', externalId: 'other' });
    await withAnswers([{ status: 200, body: others }], async (odd) => {
      expect(await odd.end(asKnown(accountId))).toEqual({ kind: 'done' });
    });
  });

  it('edge case 21: that switches ours on no more, for it is gone by then: it is asked again, and made', async () => {
    const ours = { id: '3', externalId: accountId, active: false };
    const made = JSON.stringify({ id: '4', externalId: accountId });
    const answers = [
      { status: 200, body: users(ours) },
      { status: 404, body: page },
      { status: 200, body: users() },
      { status: 201, body: made },
    ];
    await withAnswers(answers, async (odd) => {
      const create = () => odd.create(asKnown(accountId), true);
      expect(await create()).toEqual({ kind: 'retry', reason: 'gone-meanwhile' });
      expect(await create()).toEqual({ kind: 'done', remoteId: '4' });
    });
  });

  it('that answers a search without a list (RFC 7644: none found) has no account', async () => {
    const empty = '{"totalResults":0}';
    const made = JSON.stringify({ id: '7', externalId: accountId });
    await withAnswers(
      [
        { status: 200, body: empty },
        { status: 201, body: made },
      ],
      async (odd) => {
        expect(await odd.create(asKnown(accountId), true)).toEqual({ kind: 'done', remoteId: '7' });
      },
    );
  });

  it.each([['soon'], ['-1'], ['1.5'], ['']])(
    'that asks to come back in "%s", which is no time, is given the usual',
    async (retryAfter) => {
      await withAnswers([{ status: 503, headers: { 'retry-after': retryAfter } }], async (odd) => {
        expect(await odd.create(asKnown(accountId), false)).toEqual({
          kind: 'retry',
          reason: 'status-503',
          afterSeconds: undefined,
        });
      });
    },
  );
});
