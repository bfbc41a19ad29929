import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { serve } from '../../functions/runtime/http.ts';
import { contract } from '../../functions/runtime/route.ts';
import { beginInvocation, endInvocation } from '../../functions/runtime/waits.ts';
import { captureLog } from './log-lines.ts';
import { invoke } from './requests.ts';

/** Answers after as many milliseconds as the path says: `/<until the head>/<until the end>`. */
const server = createServer(({ url = '', socket }, response) => {
  if (url === '/broken') return void socket.destroy();
  const [, head, end = 0] = url.split('/');
  setTimeout(() => {
    response.flushHeaders();
    setTimeout(() => response.end(), Number(end));
  }, Number(head));
});
let host = '';

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A listening TCP server has an address with a port.
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

/** Asks as the clients of AWS do. */
function askAws(milliseconds: number | string, target: string): Promise<unknown> {
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
  it('the one is named for which it waited most, all calls together', async () => {
    beginInvocation();
    await askAws(60, 'AmazonSQS.SendMessage');
    for (let call = 0; call < 4; call += 1) await askAws(25, 'DynamoDB_20120810.Query');
    expect(endInvocation(0)).toMatchObject({ waitedFor: 'DynamoDB_20120810.Query' });
  });

  it.each([
    ['of AWS', () => askAws('1/80', 'DynamoDB_20120810.Query'), 'DynamoDB_20120810.Query'],
    ['of another', async () => (await fetch(`http://${host}/1/80`)).text(), undefined],
  ])('the answer %s counts until its end', async (_, ask, named = host) => {
    beginInvocation();
    await ask();
    await askAws(30, 'AmazonSQS.SendMessage');
    expect(endInvocation(0)).toMatchObject({ waitedFor: named });
  });

  it('one that is given up counts as long as it was waited for', async () => {
    beginInvocation();
    const gone = fetch(`http://${host}/5000`, { signal: AbortSignal.timeout(60) });
    await expect(gone).rejects.toThrow('timeout');
    await askAws(1, 'AmazonSQS.SendMessage');
    expect(endInvocation(0)).toMatchObject({ waitedFor: host });
  });

  it('one whose connection breaks counts, too', async () => {
    beginInvocation();
    const headers = { 'x-amz-target': 'DynamoDB_20120810.PutItem' };
    const broken = new Promise((_, reject) => {
      get(`http://${host}/broken`, { headers }).on('error', reject);
    });
    await expect(broken).rejects.toThrow('socket hang up');
    expect(endInvocation(0)).toMatchObject({ waitedFor: 'DynamoDB_20120810.PutItem' });
  });

  it('one that is not answered yet counts as far as it was waited for', async () => {
    beginInvocation();
    const late = askAws(80, 'DynamoDB_20120810.Query');
    await askAws(30, 'AmazonSQS.SendMessage');
    expect(endInvocation(0)).toMatchObject({ waitedFor: 'DynamoDB_20120810.Query' });
    await late;
  });

  it('what an earlier invocation has left behind is no wait of this one', async () => {
    beginInvocation();
    const left = askAws(60, 'DynamoDB_20120810.Scan');
    await askAws(20, 'AmazonSQS.SendMessage');
    beginInvocation();
    await left;
    await askAws(1, 'AmazonSQS.SendMessage');
    expect(endInvocation(0)).toMatchObject({ waitedFor: 'AmazonSQS.SendMessage' });
  });

  it('what is sent between two invocations is nobody’s wait, and nothing listens to it', async () => {
    beginInvocation();
    endInvocation(0);
    const listeners = await new Promise((resolve, reject) => {
      get(`http://${host}/1`, (response) => {
        resolve(response.resume().listenerCount('close'));
      }).on('error', reject);
    });
    expect(listeners).toBe(0);
    expect(endInvocation(0)).toEqual({ milliseconds: expect.any(Number) });
  });

  it('none is named where it asked nobody', () => {
    beginInvocation();
    expect(endInvocation(0)).toEqual({ milliseconds: expect.any(Number) });
  });
});
