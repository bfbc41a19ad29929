import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canBeAsked } from '../../bin/account.ts';
import { tourChoice } from '../../bin/tour-choice.ts';
import { catalogue, type ProviderView } from '../../functions/catalogue/contract.ts';
import { ProviderId } from '../../regions/schema.ts';
import { Secrets } from '../runtime/secrets-manager.ts';

const secrets = new Secrets();
const server = createServer(async (request, response) => {
  const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
  const query = new URLSearchParams();
  const head = { method: 'POST', path: '/', query, headers: {}, body: await buffer(request) };
  const { status, headers, body } = await secrets.answer(operation, head);
  response.writeHead(status, headers).end(body);
});
let url: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // of a server that listens on a port
  const put = (id: string, value: object) =>
    secrets.putEntry('ladder/village/providers', id, value);
  put('webhook', { url: 'https://webhook.example', key: 'whsec_' });
  put('lti', { login: 'https://lti.example', jwks: 'https://lti.example/jwks' });
  put('scim', { baseUrl: 'https://scim.example/v2', token: 'token' });
  put('other-scim', {
    baseUrl: 'https://other.example/v2',
    token: 'token',
    launch: 'https://x.example',
  });
});
afterAll(() => server.close());
const { providers } = catalogue.routes.listProviders.answers.body.shape;
const offered = (...ids: readonly string[]): readonly ProviderView[] =>
  providers.parse(
    ids.map((providerId) => ({
      ...{ providerId, name: providerId, description: providerId, categories: ['subject'] },
    })),
  );

describe('given a place of the tour', () => {
  it.each([
    ['the first is a webhook', ['webhook', 'scim'], [], 'scim'],
    ['people or codes make the accounts of the first', ['by-hand', 'scim'], [], 'scim'],
    ['the first is a tool', ['lti', 'other-scim'], [], 'other-scim'],
    ['the first has a place already', ['scim', 'other-scim'], ['scim'], 'other-scim'],
    ['all that can be asked have one', ['webhook', 'scim'], ['scim'], 'scim'],
    ['none can be asked', ['webhook', 'lti', 'by-hand'], [], undefined],
  ])('when %s, of %j with %j chosen the tour takes %s', async (_, ids, chosen, taken) => {
    const before = new Set(chosen.map((id) => ProviderId.parse(id)));
    const choice = await tourChoice(offered(...ids), before, (id) =>
      canBeAsked(url, 'village', id),
    );
    expect(choice?.providerId).toBe(taken);
  });
});
