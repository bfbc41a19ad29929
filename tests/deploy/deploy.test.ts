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

/** `npm run deploy -- regions/taebaek.yaml` into the fake AWS. */
async function deploy(aws: FakeAws): Promise<{ code: number | null; printed: string }> {
  const guard = pathToFileURL(join(import.meta.dirname, 'loopback-only.mjs')).href;
  const argv = ['bin/ladder.mjs', 'deploy', 'regions/taebaek.yaml'];
  const options = ['--require-approval', 'never', '--method', 'change-set', '--no-notices'];
  const output = ['--output', join(temporary, 'cdk.out')];
  const child = spawn(process.execPath, [...argv, ...options, ...output], {
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
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, printed };
}

describe('given a bootstrapped account without a region, when one is deployed', () => {
  let aws: FakeAws;
  beforeAll(async () => {
    aws = await FakeAws.start();
    const { code, printed } = await deploy(aws);
    expect(code, printed).toBe(0);
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

  it('then nothing else was asked of AWS, and nothing reached but this machine', () => {
    expect(aws.unexpected).toEqual([]);
    expect(existsSync(reachedOutTo)).toBe(false);
  });

  it('then deploying the same again changes nothing', async () => {
    aws.cloudFormation.templates.set('ladder-taebaek', templateText());
    const uploads = aws.objects.size;
    const { code, printed } = await deploy(aws);
    expect(aws.unexpected).toEqual([]);
    expect(code, printed).toBe(0);
    expect(printed).toContain('no changes');
    expect(aws.cloudFormation.changeSets).toHaveLength(1);
    expect(aws.objects.size).toBe(uploads);
  });
});
