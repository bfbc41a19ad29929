import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { z } from 'zod';
import { describeStack } from '../../bin/rollout/stack.ts';
import { done, type Line } from '../bin/told.ts';
import { until } from '../until.ts';
import { type RolledOut, rolledOut } from '../whole/rolled-out.ts';
import { Stores, thereOf } from './kept-stores.ts';

// Two cores that others use as well: what takes half a minute may take some.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

/** What a destruction lists as holding data. */
const storesIn = (said: readonly Line[]) => Stores.parse(done(said, 'confirm')?.['data']);

let region: RolledOut;
let stores: z.infer<typeof Stores>;
beforeAll(async () => {
  region = await rolledOut('regions/taebaek.yaml');
});
afterAll(() => region.end());

// Each step goes on where the one before it ended.
describe('a region that was rolled out on this machine, to its end', { retry: 0 }, () => {
  it('tells of its status, fit for pipelines', async () => {
    const { code, lines: said, stderr } = await region.ask('status');
    expect(code, stderr).toBe(0);
    expect(done(said, 'summary')).toMatchObject({
      outputs: { ApiUrl: expect.stringMatching(/^http:/) },
      missing: [],
    });
  });

  it('edge case 47: is destroyed by its name only, and people’s data is kept', async () => {
    const wrong = await region.ask('destroy', '--name', 'seoul');
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('"seoul" is another') });
    const secrets = new SecretsManagerClient({
      ...{ endpoint: region.endpoint, credentials, region: 'ap-northeast-2' },
    });
    const carried = 'ladder/taebaek/providers-carried';
    await secrets.send(new CreateSecretCommand({ Name: carried, SecretString: '{}' }));
    const { code, lines: said, stderr } = await region.ask('destroy', '--name', 'taebaek');
    expect(code, stderr).toBe(0);
    await expect(
      secrets.send(new GetSecretValueCommand({ SecretId: carried })),
      'what an upgrade has left behind',
    ).rejects.toBeInstanceOf(ResourceNotFoundException);
    secrets.destroy();
    stores = storesIn(said);
    expect(stores.length).toBeGreaterThan(10);
    expect(done(said, 'destroy')?.text).toBe(
      `ladder-taebaek is gone; ${stores.length} stores of data kept`,
    );
    const after = await region.ask('status');
    expect(after).toMatchObject({ code: 4, stderr: expect.stringContaining('There is no stack') });
    expect(await thereOf(stores, region.endpoint)).toEqual(stores);
  });

  it('is rolled out anew, killed in the middle of CloudFormation’s work, and again: it ends well', async () => {
    const killed = region.begin('rollout', '--yes');
    const client = new CloudFormationClient({
      ...{ endpoint: region.endpoint, credentials, region: 'ap-northeast-2' },
    });
    const isAtWork = async () =>
      (await describeStack(client, 'ladder-taebaek'))?.status === 'CREATE_IN_PROGRESS';
    await until(isAtWork, 90).finally(() => killed.child.kill('SIGKILL'));
    client.destroy();
    expect(await killed.ended).toMatchObject({ code: null });
    const { code, lines: again, stderr } = await region.ask('rollout', '--yes');
    expect(code, stderr).toBe(0);
    expect(done(again, 'smoke')).toBeDefined();
    expect(done(again, 'deploy')).toMatchObject({ changed: false });
  });

  it('leaves nothing of people’s data, with its name typed twice', async () => {
    const once = await region.ask('destroy', '--name', 'taebaek', '--and-data');
    expect(once).toMatchObject({ code: 2, stderr: expect.stringContaining('--name-again') });
    expect(await thereOf(stores, region.endpoint)).toEqual(stores);
    const twice = ['--name', 'taebaek', '--and-data', '--name-again', 'taebaek'];
    const { code, lines: said, stderr } = await region.ask('destroy', ...twice);
    expect(code, stderr).toBe(0);
    expect(storesIn(said)).toEqual(expect.arrayContaining(stores));
    expect(await thereOf(storesIn(said), region.endpoint)).toEqual([]);
    // What is gone already is fine: an interrupted run is run again.
    expect(await region.ask('destroy', ...twice)).toMatchObject({ code: 0 });
  });
});
