import { createServer, request } from 'node:http';
import {
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  ListUsersCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import * as z from 'zod';
import {
  type SmokeStep,
  SmokeTestFailed,
  smokeSteps,
  smokeTable,
  smokeTest,
} from '../../bin/smoke.ts';
import { smoke } from '../../bin/smoke-alone.ts';
import { addressOf } from '../../bin/smoke-learner.ts';
import { about } from '../../functions/about/contract.ts';
import { apiClient } from '../../functions/runtime/client.ts';
import { loadRegion } from '../../regions/load.ts';
import { taebaek } from '../lib/template.ts';

const url = inject('url');
const endpoint = `${url}/_aws`;
const region = loadRegion('regions/seoul.yaml');
const target = { region, endpoint };
const cognito = new CognitoIdentityProviderClient({
  endpoint,
  region: region.deployment.awsRegion,
});

async function outputs() {
  const { configuration } = about.routes;
  const answer = await apiClient(url)(configuration, {});
  if (!answer.ok) throw new Error(answer.problem.code);
  return { ApiUrl: `${url}/`, PublicPoolId: answer.body.publicPool.poolId };
}

async function logins(): Promise<number> {
  const { PublicPoolId } = await outputs();
  const Filter = `email = "${addressOf(region.id)}"`;
  const { Users = [] } = await cognito.send(
    new ListUsersCommand({ UserPoolId: PublicPoolId, Filter }),
  );
  return Users.length;
}

// Whoever deploys has credentials in the environment; the local region takes any.
beforeAll(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'local');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
});
afterAll(() => vi.unstubAllEnvs());

/** The region's API with one route broken: a proxy that answers it with 500. */
async function withBroken<T>(path: string, use: (url: string) => Promise<T>): Promise<T> {
  const server = createServer((asked, reply) => {
    if (asked.url === path) return void reply.writeHead(500).end('{"message":"broken"}');
    const { method, headers } = asked;
    const onward = request(`${url}${asked.url}`, { method, headers }, (answer) => {
      reply.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(reply);
    });
    asked.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  try {
    return await use(`http://127.0.0.1:${address.port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** The last line of the command. */
const Told = z.object({
  step: z.literal('smoke'),
  state: z.literal('done'),
  checks: z.array(z.unknown()),
});

describe('the smoke test of a region that runs', () => {
  it('passes each step, tells of each as it ends, and leaves no login', async () => {
    const told: SmokeStep[] = [];
    const tell = (step: SmokeStep) => void told.push(step);
    const report = await smokeTest({ target, outputs: await outputs(), tell });
    expect(report.steps.filter(({ state }) => state !== 'passed')).toEqual([]);
    expect(report.state).toBe('passed');
    expect(told.map(({ step }) => step)).toEqual(Object.keys(smokeSteps));
    expect(await logins()).toBe(0);
    for (const title of Object.values(smokeSteps)) expect(smokeTable(report)).toContain(title);
  });

  it('takes away what a killed run left, whose password nobody knows', async () => {
    const user = { UserPoolId: (await outputs()).PublicPoolId, Username: addressOf(region.id) };
    await cognito.send(new AdminCreateUserCommand({ ...user, MessageAction: 'SUPPRESS' }));
    await cognito.send(
      new AdminSetUserPasswordCommand({ ...user, Password: 'forgotten-by-all-1', Permanent: true }),
    );
    const report = await smokeTest({ target, outputs: await outputs() });
    expect(report.state).toBe('passed');
    const leftovers = report.steps.find(({ step }) => step === 'leftovers');
    expect(leftovers?.answer).toMatch(/^removed of an earlier run: /);
    expect(await logins()).toBe(0);
  });

  it('when it is interrupted, ends the journey and still takes the login away', async () => {
    const interruption = new AbortController();
    const tell = ({ step }: SmokeStep) => step === 'profile' && interruption.abort();
    const { signal: interrupted } = interruption;
    const report = await smokeTest({ target, outputs: await outputs(), tell, interrupted });
    expect(report.state).toBe('interrupted');
    const states = Object.fromEntries(report.steps.map(({ step, state }) => [step, state]));
    expect(states).toMatchObject({
      profile: 'passed',
      'read-back': 'skipped',
      erase: 'passed',
      gone: 'passed',
    });
    expect(await logins()).toBe(0);
  });

  it('when a route fails, says which, and still takes the login away', async () => {
    const { PublicPoolId } = await outputs();
    const report = await withBroken('/providers', (ApiUrl) =>
      smokeTest({ target, outputs: { ApiUrl, PublicPoolId } }),
    );
    expect(report.state).toBe('failed');
    const states = Object.fromEntries(report.steps.map(({ step, state }) => [step, state]));
    expect(states).toMatchObject({ offers: 'failed', 'no-place': 'skipped', gone: 'passed' });
    const { message, exitCode } = new SmokeTestFailed(report);
    expect(message).toContain('GET /providers answered 500 gateway: broken');
    expect(exitCode).toBe(5);
    expect(await logins()).toBe(0);
  });

  it('refuses the address of another region, and makes nothing there', async () => {
    const other = { region: taebaek, endpoint };
    const report = await smokeTest({ target: other, outputs: await outputs() });
    expect(report.state).toBe('failed');
    const [first, ...others] = report.steps;
    expect(first).toMatchObject({ step: 'reach', state: 'failed', code: 'smoke-differs' });
    expect(first?.detail).toContain('is the region "seoul"');
    expect(new Set(others.map(({ state }) => state))).toEqual(new Set(['skipped']));
  });

  it('is a command of its own, which finds the region by its stack', async () => {
    const written: string[] = [];
    const out = { write: (text: string) => written.push(text) > 0, isTTY: false, columns: 80 };
    // The command sets both for its process.
    for (const name of ['AWS_ENDPOINT_URL', 'AWS_REGION']) vi.stubEnv(name, undefined);
    await smoke('regions/seoul.yaml', { endpoint, json: true }, out);
    const last = written.join('').trim().split('\n').at(-1) ?? '';
    const { checks } = Told.parse(JSON.parse(last));
    expect(checks).toHaveLength(Object.keys(smokeSteps).length);
    expect(await logins()).toBe(0);
  });
});
