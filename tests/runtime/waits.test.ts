import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { serve } from '../../functions/runtime/http.ts';
import { contract } from '../../functions/runtime/route.ts';
import { beginInvocation, slowness } from '../../functions/runtime/waits.ts';
import { captureLog } from './log-lines.ts';
import { invoke } from './requests.ts';

/** Answers after as many milliseconds as the path says. */
const server = createServer(({ url = '' }, response) => {
  setTimeout(() => response.end(), Number(url.slice(1)));
});
let host = '';

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A listening TCP server has an address with a port.
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

/** Asks as the clients of AWS do. */
function askAws(milliseconds: number, target: string): Promise<unknown> {
  const headers = { 'x-amz-target': target };
  return new Promise((resolve, reject) => {
    get(`http://${host}/${milliseconds}`, { headers }, (response) => {
      response.resume().on('end', resolve);
    }).on('error', reject);
  });
}

const pauses = contract({
  name: 'pauses',
  summary: 'Pauses, for this specification only',
  routes: {
    pause: {
      method: 'GET',
      path: '/pauses/{length}',
      access: { pool: 'none' },
      summary: 'A pause',
      params: z.strictObject({ length: z.coerce.number().int() }),
      answers: { status: 204 },
    },
  },
});
const handler = serve(pauses, {
  pause: async ({ params }) => {
    await askAws(params.length, 'DynamoDB_20120810.Query');
    return { body: undefined };
  },
});
const takeLog = captureLog();

describe('given a request that waits for another service', () => {
  it.each([
    ['longer than a second, then its line says for which, and for how long', 1_050, true],
    ['not so long, then its line says nothing of it', 1, false],
  ])('%s', async (_, length, isSlow) => {
    await invoke(handler, pauses.routes.pause, { params: { length: String(length) } });
    const line = JSON.parse(takeLog());
    expect(line.message).toBe('answered');
    expect(line.waitedFor).toBe(isSlow ? 'DynamoDB_20120810.Query' : undefined);
    if (isSlow) expect(line.milliseconds).toBeGreaterThanOrEqual(1_000);
    else expect(line.milliseconds).toBeUndefined();
  });
});

describe('of several for which an invocation waits', () => {
  it('the one is named that took longest: of AWS what was asked, of others the host, answered or not', async () => {
    beginInvocation();
    await askAws(30, 'AmazonSQS.SendMessage');
    await askAws(5, 'DynamoDB_20120810.GetItem');
    expect(slowness(0)).toMatchObject({ waitedFor: 'AmazonSQS.SendMessage' });
    await fetch(`http://${host}/60`);
    expect(slowness(0)).toMatchObject({ waitedFor: host });

    beginInvocation();
    const gone = fetch(`http://${host}/5000`, { signal: AbortSignal.timeout(60) });
    await expect(gone).rejects.toThrow('timeout');
    await askAws(5, 'DynamoDB_20120810.GetItem');
    expect(slowness(0)).toMatchObject({ waitedFor: host });
  });

  it('none is named where it asked nobody', () => {
    beginInvocation();
    expect(slowness(0)).toEqual({ milliseconds: expect.any(Number) });
  });
});
