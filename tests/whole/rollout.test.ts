import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { describeStack } from '../../bin/rollout/stack.ts';
import { type Running, run } from '../bin/ladder.ts';
import { until } from '../until.ts';
import { Stores, thereOf } from './kept-stores.ts';

// Two cores that others use as well: what takes half a minute may take some.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const file = 'regions/taebaek.yaml';
const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
const environment = { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };
const Line = z.looseObject({
  step: z.string(),
  state: z.enum(['began', 'progress', 'done', 'failed']),
  text: z.string().optional(),
  code: z.string().optional(),
});
type Line = z.infer<typeof Line>;

const told = (stdout: string): readonly Line[] =>
  stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => Line.parse(JSON.parse(line)));

const done = (lines: readonly Line[], step: string) =>
  lines.find((line) => line.step === step && line.state === 'done');

/** What the command says of a region that runs elsewhere. */
async function ask(...argv: readonly string[]) {
  const [command = '', ...options] = argv;
  const argued = [command, file, '--endpoint', endpoint, '--json', ...options];
  const { code, stdout, stderr } = await run(argued, environment).ended;
  return { code, lines: told(stdout), stderr };
}

/** What a destruction lists as holding data. */
const storesIn = (said: readonly Line[]) => Stores.parse(done(said, 'confirm')?.['data']);

let first: Running;
let endpoint: string;
let lines: readonly Line[];
let stores: z.infer<typeof Stores>;
beforeAll(async () => {
  first = run(['rollout', file, '--local', '--keep', '--json']);
  let stdout = '';
  first.child.stdout?.on('data', (text) => (stdout += text));
  await first.said('"step":"summary","state":"done"');
  lines = told(stdout);
  endpoint = z.string().parse(done(lines, 'start')?.['endpoint']);
});
afterAll(async () => {
  first.child.kill('SIGINT');
  const { code, stderr } = await first.ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

describe('when a region is rolled out on this machine, by one command', () => {
  it('then every step is done, in order', () => {
    const steps = lines.filter(({ state }) => state === 'done').map(({ step }) => step);
    const before = ['validate', 'start', 'preflight', 'synthesize', 'diff', 'confirm'];
    const after = steps.slice(before.length).filter((step) => step !== 'migrate');
    expect(steps.slice(0, before.length)).toEqual(before);
    expect(after).toEqual(['deploy', 'seed', 'invite', 'smoke', 'summary']);
  });

  it('edge case 49: then the first administrator has been invited, and nobody else', () => {
    expect(done(lines, 'invite')).toMatchObject({ administrator: 'FORCE_CHANGE_PASSWORD' });
  });

  it('then its neighbours answer: no secret waits for a value', () => {
    expect(done(lines, 'seed')).toMatchObject({ missing: [] });
  });

  it('edge case 47: then a second rollout changes nothing, and tries it again', async () => {
    const { code, lines: again, stderr } = await ask('rollout', '--yes');
    expect(code, stderr).toBe(0);
    expect(done(again, 'diff')).toMatchObject({ text: 'no change', resources: [] });
    expect(done(again, 'deploy')).toMatchObject({ text: 'no change', changed: false });
    expect(done(again, 'smoke')).toBeDefined();
    expect(done(again, 'confirm')).toBeUndefined();
  });

  it('then its status says so, and is fit for pipelines', async () => {
    const { code, lines: said, stderr } = await ask('status');
    expect(code, stderr).toBe(0);
    expect(done(said, 'summary')).toMatchObject({
      outputs: { ApiUrl: expect.stringMatching(/^http:/) },
      missing: [],
    });
  });

  it('edge case 47: then it is destroyed by its name only, and people’s data is kept', async () => {
    const wrong = await ask('destroy', '--name', 'seoul');
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('"seoul" is another') });
    const { code, lines: said, stderr } = await ask('destroy', '--name', 'taebaek');
    expect(code, stderr).toBe(0);
    stores = storesIn(said);
    expect(stores.length).toBeGreaterThan(10);
    expect(done(said, 'destroy')?.text).toBe(
      `ladder-taebaek is gone; ${stores.length} stores of data kept`,
    );
    const after = await ask('status');
    expect(after).toMatchObject({ code: 4, stderr: expect.stringContaining('There is no stack') });
    expect(await thereOf(stores, endpoint)).toEqual(stores);
  });

  it('then a rollout that is killed in the middle of CloudFormation’s work is run again and ends well', async () => {
    const killed = run(['rollout', file, '--endpoint', endpoint, '--json', '--yes'], environment);
    const client = new CloudFormationClient({ endpoint, credentials, region: 'ap-northeast-2' });
    const isAtWork = async () =>
      (await describeStack(client, 'ladder-taebaek'))?.status === 'CREATE_IN_PROGRESS';
    await until(isAtWork, 90).finally(() => killed.child.kill('SIGKILL'));
    client.destroy();
    expect(await killed.ended).toMatchObject({ code: null });
    const { code, lines: again, stderr } = await ask('rollout', '--yes');
    expect(code, stderr).toBe(0);
    expect(done(again, 'smoke')).toBeDefined();
    expect(done(again, 'deploy')).toMatchObject({ changed: false });
  });

  it('then with its name typed twice nothing is left of people’s data', async () => {
    const once = await ask('destroy', '--name', 'taebaek', '--and-data');
    expect(once).toMatchObject({ code: 2, stderr: expect.stringContaining('--name-again') });
    expect(await thereOf(stores, endpoint)).toEqual(stores);
    const twice = ['--name', 'taebaek', '--and-data', '--name-again', 'taebaek'];
    const { code, lines: said, stderr } = await ask('destroy', ...twice);
    expect(code, stderr).toBe(0);
    expect(storesIn(said)).toEqual(expect.arrayContaining(stores));
    expect(await thereOf(storesIn(said), endpoint)).toEqual([]);
    // What is gone already is fine: an interrupted run is run again.
    expect(await ask('destroy', ...twice)).toMatchObject({ code: 0 });
  });
});
