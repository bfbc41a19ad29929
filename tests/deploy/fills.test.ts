import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Clients, clientsFor } from '../../bin/rollout/clients.ts';
import { invite } from '../../bin/rollout/invite.ts';
import { peakOf } from '../../bin/rollout/peak.ts';
import { noValues } from '../../bin/rollout/secrets-file.ts';
import { fillingOf, seed } from '../../bin/rollout/seed.ts';
import { describeStack, findingOf, settled } from '../../bin/rollout/stack.ts';
import { targetOf } from '../../bin/target.ts';
import { loadRegion } from '../../regions/load.ts';
import { FakeAws } from './fake-aws.ts';

const region = loadRegion('regions/taebaek.yaml');
let aws: FakeAws;
let clients: Clients;
beforeEach(async () => {
  aws = await FakeAws.start();
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'key');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  vi.stubEnv('AWS_ENDPOINT_URL', '');
  vi.stubEnv('AWS_REGION', '');
  clients = clientsFor(targetOf('regions/taebaek.yaml', { endpoint: aws.endpoint }));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await aws.stop();
});

describe('secrets of other parties', () => {
  const name = 'ladder/taebaek/registry';
  const value = (key: string) => JSON.stringify({ url: 'https://registry.example', key });
  const fill = (key: string, overwrite = false) =>
    seed(clients.secrets, region, {
      values: { ...noValues, secrets: { [name]: value(key) } },
      overwrite,
    });

  it('are put once; who rolls out again with an older file changes nothing', async () => {
    await fill('new');
    expect((await fill('old')).text).toMatch(/^0 secrets put, 1 kept/);
    expect(aws.account.secrets.get(name)).toBe(value('new'));
  });

  it('are replaced only when that is asked for', async () => {
    await fill('old');
    expect((await fill('new', true)).text).toMatch(/^1 secrets put/);
    expect(aws.account.secrets.get(name)).toBe(value('new'));
  });

  it.each([
    ['a bare token', 'sk-hush'],
    ['a token in quotes', '"sk-hush"'],
    ['JSON that is broken off', '{"url":"https://registry.example","key":"sk-hush'],
    ['an address that is none', '{"url":"sk-hush","key":"sk-hush"}'],
  ])('that hold %s are named with their fields, and nothing of the value', async (_, held) => {
    aws.account.secrets.set(name, held);
    for (const ask of [() => fill('new'), () => fillingOf(clients.secrets, region)]) {
      const error: unknown = await ask().catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'secret-unusable', exitCode: 1 });
      expect(String(error)).toContain(`${name} has to hold {"url":"…","key":"…"}`);
      expect(inspect(error)).not.toMatch(/hush|registry\.example/);
    }
    await fill('new', true);
    expect(aws.account.secrets.get(name)).toBe(value('new'));
  });

  it('that nobody gave are named, for the next steps', async () => {
    const { result } = await fill('new');
    const providers = region.providers.map(({ id }) => `ladder/taebaek/providers (${id})`);
    expect(result.missing).toEqual(['ladder/taebaek/scanner', ...providers]);
  });
});

describe('edge case 49: the first administrator', () => {
  it('is in the pool of staff, by the template', async () => {
    const { result } = await invite(clients.cognito, region, 'pool');
    expect(result).toBe('FORCE_CHANGE_PASSWORD');
  });

  it.each<[string, readonly string[] | undefined]>([
    ['has no login', undefined],
    ['is none', ['officer']],
  ])('who %s is missed', async (_, groups) => {
    aws.account.administrator = groups;
    await expect(invite(clients.cognito, region, 'pool')).rejects.toMatchObject({
      code: 'first-administrator-missing',
    });
  });
});

describe('a stack that an earlier run is still making', () => {
  const name = 'ladder-taebaek';
  const patience = { most: 5000, interval: 5 };
  const names = { stackName: name, file: 'regions/taebaek.yaml' };

  it.each<[string, string | undefined]>([
    ['CREATE_COMPLETE', undefined],
    ['UPDATE_COMPLETE', undefined],
    ['ROLLBACK_COMPLETE', 'stack-broken'],
    ['UPDATE_ROLLBACK_IN_PROGRESS', 'stack-busy'],
  ])('is waited for; when it is in %s: %s', async (end, code) => {
    aws.cloudFormation.statuses.set(name, 'CREATE_IN_PROGRESS');
    const waited = vi.fn(() => {
      if (waited.mock.calls.length === 3) aws.cloudFormation.statuses.set(name, end);
    });
    const read = () => describeStack(clients.cloudFormation, name);
    const stack = await settled(read, patience, waited);
    expect(waited).toHaveBeenCalledTimes(3);
    expect(stack?.status).toBe(end);
    expect(findingOf(stack, names)?.code).toBe(code);
  });
});

describe('the busiest moment that a region file announces', () => {
  it.each([
    // Half a thousand learners never ask for more than a few sign-ups, whatever the throttle allows.
    ['taebaek', { concurrency: 75, creations: 1, authentications: 1 }],
    ['seoul', { concurrency: 399, creations: 50, authentications: 100 }],
  ])('of %s', (id, peak) => {
    expect(peakOf(loadRegion(`regions/${id}.yaml`))).toEqual(peak);
  });
});
