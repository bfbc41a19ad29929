import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { captureLog } from '../runtime/log-lines.ts';
import { bellKey, desk } from './desk.ts';

captureLog();
const at = desk();

/** What the provider says to each message, in their order; `lost`: it does it, and nobody hears. */
const replies: ('lost' | object)[] = [];
const server = createServer(async (request, response) => {
  await text(request);
  const reply = replies.shift() ?? 'lost';
  if (reply === 'lost') request.socket.destroy();
  else response.writeHead(200).end(JSON.stringify(reply));
});
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A listening TCP server has an address with a port.
  const { port } = server.address() as AddressInfo;
  at().cloud.secrets.putEntry('providers', 'bell', {
    url: `http://127.0.0.1:${port}/`,
    key: bellKey,
  });
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

it('given a provider that told its own id once, then a lost answer later does not lose it', async () => {
  replies.push({ state: 'done', remoteId: 'user-7' }, 'lost', { state: 'done' }, { state: 'done' });
  const learnerId = await at().chosen('bell');
  await at().work('bell');
  await at().approve(learnerId, 'suspended', '2025-07-02T00:00:00.000Z');
  for (let minutes = 0; minutes < 30; minutes += 5) {
    await at().work('bell');
    at().wait(5);
  }
  expect(replies).toEqual([]);
  const account = await at().account(learnerId, 'bell');
  expect(account).toMatchObject({ state: 'suspended', remoteId: 'user-7' });
  expect(account).not.toHaveProperty('lateUntil');
});
