import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { contracts } from '../../functions/contracts.ts';
import type { handler as canaryJob } from '../../functions/operation/canary.job.ts';
import { faultOf, probes } from '../../functions/operation/canary.rules.ts';
import { loadHandler } from '../runtime/handlers.ts';
import { captureLog } from '../runtime/log-lines.ts';
import { village } from '../runtime/village.ts';

const takeLog = captureLog();
/** What the API answers, by path; hangs up where it has nothing to say. */
let answers: Readonly<Record<string, number>>;
let server: Server;
let canary: typeof canaryJob;

beforeAll(async () => {
  server = createServer((request, response) => {
    const status = answers[request.url ?? ''];
    if (status === undefined) request.socket.destroy();
    else response.writeHead(status).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A listening TCP server has an address with a port.
  const { port } = server.address() as AddressInfo;
  process.env['API_URL'] = `http://127.0.0.1:${port}`;
  canary = await loadHandler('operation/canary.job', { '#region': village() });
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** Runs the canary; what it told, and what CloudWatch makes metrics of. */
async function sings() {
  await canary();
  const lines: unknown[] = takeLog()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const metrics = lines.flatMap((line) => Measured.safeParse(line).data ?? []);
  const told = lines.flatMap((line) => Told.safeParse(line).data ?? []);
  return { metrics, told: told.map(({ route, code, status }) => [route, code, status]) };
}

/** The embedded metric format, as its specification has it. */
const Measured = z.strictObject({
  _aws: z.strictObject({
    Timestamp: z.int().min(Date.parse('2020-01-01')),
    CloudWatchMetrics: z.tuple([
      z.strictObject({
        Namespace: z.literal('Ladder'),
        Dimensions: z.tuple([z.tuple([z.literal('Region')])]),
        Metrics: z.array(z.strictObject({ Name: z.string(), Unit: z.string() })),
      }),
    ]),
  }),
  Region: z.literal('village'),
  CanaryFailures: z.int(),
});
const Told = z.object({
  message: z.literal('canary fails'),
  route: z.string(),
  code: z.string(),
  status: z.int().optional(),
});

const working = { '/config': 200, '/openapi.json': 200, '/me': 401 };

describe('the canary', () => {
  it.each([
    ['answers as it should', working, 0, []],
    ['is down', {}, 3, probes.map(({ path }) => [path, 'no-answer', undefined])],
    [
      'answers with a fault of its own',
      { ...working, '/openapi.json': 503 },
      1,
      [['/openapi.json', 'wrong-status', 503]],
    ],
    [
      'lets anybody in at a closed route',
      { ...working, '/me': 200 },
      1,
      [['/me', 'open-to-anybody', 200]],
    ],
  ])('given an API that %s, it counts and tells that', async (_, given, failures, told) => {
    answers = given;
    const sung = await sings();
    expect(sung.told).toEqual(told);
    expect(sung.metrics).toMatchObject([{ CanaryFailures: failures }]);
    const [{ _aws }] = z.tuple([Measured]).parse(sung.metrics);
    expect(_aws.CloudWatchMetrics[0].Metrics).toEqual([{ Name: 'CanaryFailures', Unit: 'Count' }]);
  });

  it('asks for routes that there are, of which the last wants a token', () => {
    const routes = contracts.flatMap((contract) => Object.values(contract.routes));
    const access = probes.map(
      ({ path }) =>
        routes.find((route) => route.path === path && route.method === 'GET')?.access.pool,
    );
    expect(access).toEqual(['none', 'none', 'public']);
    const [, , closed] = z
      .tuple([z.any(), z.any(), z.custom<(typeof probes)[number]>()])
      .parse(probes);
    expect(faultOf(closed, 404)).toBe('wrong-status');
  });
});
