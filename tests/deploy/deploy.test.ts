import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { findEntries } from '../../lib/support/entries.ts';
import { loadRegion } from '../../regions/load.ts';
import { account, FakeAws } from './fake-aws.ts';

const temporary = mkdtempSync(join(tmpdir(), 'ladder-deploy-'));
const reachedOutTo = join(temporary, 'reached-out-to.txt');
const { awsRegion } = loadRegion('regions/taebaek.yaml').deployment;
const functions = findEntries('functions').length;
const bucket = `cdk-hnb659fds-assets-${account}-${awsRegion}`;

/** `npm run rollout -- regions/taebaek.yaml --yes --json` into the fake AWS, and what it told line by line. */
function start(aws: FakeAws) {
  const guard = pathToFileURL(join(import.meta.dirname, 'loopback-only.mjs')).href;
  const argv = ['bin/ladder.mjs', 'rollout', 'regions/taebaek.yaml', '--yes', '--json'];
  const child = spawn(process.execPath, argv, {
    stdio: ['ignore', 'pipe', 'pipe'],
    // Nothing of whoever runs the tests: no profile, no credentials, no cache.
    env: {
      PATH: process.env['PATH'],
      HOME: temporary,
      AWS_ENDPOINT_URL: aws.endpoint,
      AWS_ACCESS_KEY_ID: 'key',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_EC2_METADATA_DISABLED: 'true',
      NODE_OPTIONS: `--import ${guard}`,
      REACHED_OUT_TO: reachedOutTo,
    },
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (printed += text));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve)).then(
    (code) => {
      const lines = printed.split('\n').filter((line) => line.startsWith('{'));
      return { code, printed, told: z.array(Line).parse(lines.map((line) => JSON.parse(line))) };
    },
  );
  return { child, ended };
}

const deploy = (aws: FakeAws) => start(aws).ended;

const Line = z.looseObject({ step: z.string(), state: z.string(), text: z.string().optional() });

describe('given a bootstrapped account without a region, when one is deployed', () => {
  let aws: FakeAws;
  let first: Awaited<ReturnType<typeof deploy>>;
  beforeAll(async () => {
    aws = await FakeAws.start();
    aws.cloudFormation.outputs = {
      ApiUrl: `${aws.endpoint}/api`,
      PublicPoolId: 'pool-of-the-public',
      StaffPoolId: 'pool-of-the-staff',
    };
    first = await deploy(aws);
  }, 90_000);
  afterAll(async () => {
    await aws.stop();
    rmSync(temporary, { recursive: true });
  });

  function changeSet() {
    const [first, ...others] = aws.cloudFormation.changeSets;
    expect(others).toEqual([]);
    if (first === undefined) throw new Error('no change set was created');
    return first;
  }

  function templateText() {
    const { pathname } = new URL(changeSet().templateUrl);
    const uploaded = [...aws.objects].find(([path]) => pathname.endsWith(basename(path)))?.[1];
    if (uploaded === undefined) throw new Error(`${pathname} was not uploaded`);
    return uploaded.toString();
  }

  function template() {
    const resource = z.object({ Type: z.string(), Properties: z.unknown() });
    return z
      .object({ Resources: z.record(z.string(), resource) })
      .parse(JSON.parse(templateText()));
  }

  it('then one change set is created for the stack, by the roles of the bootstrap', () => {
    expect(changeSet()).toMatchObject({
      stackName: 'ladder-taebaek',
      type: 'CREATE',
      roleArn: `arn:aws:iam::${account}:role/cdk-hnb659fds-cfn-exec-role-${account}-${awsRegion}`,
      capabilities: expect.arrayContaining(['CAPABILITY_IAM']),
    });
    expect(aws.assumed.every((role) => role.includes(`role/cdk-hnb659fds-`))).toBe(true);
    expect(aws.assumed.some((role) => role.includes('-deploy-role-'))).toBe(true);
  });

  it('then its template holds the region: pools, tables, queues, functions and routes', () => {
    const types = Object.values(template().Resources).map(({ Type }) => Type);
    const count = (type: string) => types.filter((other) => other === type).length;
    expect(count('AWS::Cognito::UserPool')).toBe(2);
    expect(count('AWS::DynamoDB::Table')).toBeGreaterThan(5);
    expect(count('AWS::Lambda::Function')).toBe(functions);
    expect(count('AWS::SQS::Queue')).toBeGreaterThan(5);
    const api = Object.values(template().Resources).find(
      ({ Type }) => Type === 'AWS::ApiGatewayV2::Api',
    );
    const body = z.object({ Body: z.object({ paths: z.record(z.string(), z.unknown()) }) });
    expect(Object.keys(body.parse(api?.Properties).Body.paths).length).toBeGreaterThan(10);
  });

  it('then the code of every function has been uploaded before', () => {
    const code = z.object({ Code: z.object({ S3Bucket: z.unknown(), S3Key: z.string() }) });
    const keys = Object.values(template().Resources)
      .filter(({ Type }) => Type === 'AWS::Lambda::Function')
      .map(({ Properties }) => code.parse(Properties).Code.S3Key);
    for (const key of keys) {
      const uploaded = aws.objects.get(`/${bucket}/${key}`);
      // A zip archive begins so.
      expect(uploaded?.subarray(0, 2).toString(), key).toBe('PK');
    }
    expect(new Set(keys).size).toBe(functions);
  });

  it('then the stack cannot be deleted by mistake', () => {
    expect(aws.cloudFormation.protectedStacks).toContain('ladder-taebaek');
  });

  it('then each step is told of in order, and the smoke test of an API that answers nonsense fails', () => {
    const done = first.told.filter(({ state }) => state === 'done').map(({ step }) => step);
    const steps = ['validate', 'preflight', 'synthesize', 'diff', 'confirm', 'deploy'];
    expect(done).toEqual([...steps, 'seed', 'invite']);
    const failure = { step: 'smoke', state: 'failed', code: 'smoke-test-failed' };
    expect(first.told.at(-1)).toMatchObject(failure);
    expect(first.code, first.printed).toBe(5);
  });

  it('then progress is told in resources', () => {
    const progress = first.told.filter(
      ({ step, state }) => step === 'deploy' && state === 'progress',
    );
    const last = { completed: 2, total: 2, type: 'AWS::SNS::Topic', status: 'CREATE_COMPLETE' };
    expect(progress.at(-1)).toMatchObject(last);
  });

  it('then nothing else was asked of AWS, and nothing reached but this machine', () => {
    // The smoke test's own first question, to what is no API.
    expect(aws.unexpected).toEqual(['GET /api/config ']);
    expect(existsSync(reachedOutTo)).toBe(false);
  });

  it('edge case 47: then deploying the same again changes nothing', async () => {
    aws.cloudFormation.templates.set('ladder-taebaek', templateText());
    const uploads = aws.objects.size;
    const { code, told } = await deploy(aws);
    const ended = told.filter(({ state }) => state === 'done');
    expect(ended).toContainEqual(expect.objectContaining({ step: 'diff', text: 'no change' }));
    expect(ended).toContainEqual(expect.objectContaining({ step: 'deploy', text: 'no change' }));
    // It is tried all the same.
    expect(code).toBe(5);
    expect(aws.cloudFormation.changeSets).toHaveLength(1);
    expect(aws.objects.size).toBe(uploads);
  });
});

it('given a stack that is still being made, a rollout waits, and Ctrl-C ends it with 130', async () => {
  const aws = await FakeAws.start();
  aws.cloudFormation.statuses.set('ladder-taebaek', 'CREATE_IN_PROGRESS');
  const { child, ended } = start(aws);
  await new Promise<void>((resolve) =>
    child.stdout.on('data', (text) => String(text).includes('waiting for') && resolve()),
  );
  child.kill('SIGINT');
  const { code, printed, told } = await ended;
  expect(code, printed).toBe(130);
  expect(printed).toMatch(/Run the same command again: it waits for that/);
  expect(told.at(-1)).toMatchObject({ step: 'preflight', state: 'failed', code: 'interrupted' });
  await aws.stop();
}, 30_000);
