import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { carryOut } from '../../bin/rollout/carry-out.ts';
import { clientsFor } from '../../bin/rollout/clients.ts';
import { recordOf } from '../../bin/rollout/name.ts';
import { noValues } from '../../bin/rollout/secrets-file.ts';
import { tellerFor } from '../../bin/rollout/teller.ts';
import { toolkitFor } from '../../bin/rollout/toolkit.ts';
import { type Target, targetOf } from '../../bin/target.ts';
import { account, FakeAws } from './fake-aws.ts';
import { jsonError, xmlError } from './fake-replies.ts';
import { writeAssembly } from './small-assembly.ts';

const folder = mkdtempSync(join(tmpdir(), 'ladder-carry-out-'));
afterAll(() => rmSync(folder, { recursive: true }));

let aws: FakeAws;
beforeEach(async () => {
  aws = await FakeAws.start();
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'key');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  vi.stubEnv('AWS_ENDPOINT_URL', '');
  vi.stubEnv('AWS_REGION', '');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await aws.stop();
});

/** A name in a domain that never has any (RFC 6761), whose DNS somebody else keeps. */
const domain = {
  name: 'api.taebaek.invalid',
  certificate: 'arn:aws:acm:ap-northeast-2:123456789012:certificate/one',
};
const apiTarget = 'd-1.execute-api.ap-northeast-2.amazonaws.com';

/** What was agreed to, carried out: the error that it ended with, and what it told. */
async function carriedOut(change: (target: Target) => Target = (target) => target) {
  const target = change(targetOf('regions/taebaek.yaml', { endpoint: aws.endpoint }));
  const region = target.region.deployment.awsRegion;
  const topic = { Alarms: ['AWS::SNS::Topic', {}] } as const;
  const { directory } = writeAssembly(folder, { stackName: target.stackName, region }, topic);
  const plan = {
    place: { target, interval: 10, stop: async () => {} },
    clients: clientsFor(target),
    ground: { account, stack: undefined },
    assembly: { directory, free: () => {} },
    tools: toolkitFor(target),
    changes: { isEmpty: false, resources: [], permissions: 'same' } as const,
    secrets: noValues,
  };
  const words: string[] = [];
  const out = { write: (text: string) => words.push(text) };
  await using opened = new AsyncDisposableStack();
  const run = { teller: tellerFor(false, out), interrupted: AbortSignal.abort(), opened };
  const error: unknown = await carryOut(plan, { wait: 0 }, run).catch((reason: unknown) => reason);
  return { error, told: words.join('') };
}

describe('once a deployment has begun, exit code 3 would say that nothing was changed', () => {
  it.each([
    ['while CloudFormation is asked', 'Action=ExecuteChangeSet'],
    ['after it', 'SecretId'],
  ])(
    'credentials that end %s end the rollout with 1, and say that it goes on',
    async (_, asked) => {
      aws.refuse = ({ headers, body }) => {
        if (!body.includes(asked)) return undefined;
        return 'x-amz-target' in headers
          ? jsonError('ExpiredTokenException', 'The security token has expired', 400)
          : { status: 403, body: xmlError('ExpiredToken', 'The security token has expired') };
      };
      const { error } = await carriedOut();
      expect(error).toMatchObject({
        name: 'RolloutStopped',
        code: 'credentials-expired',
        exitCode: 1,
      });
      expect(String(error)).toContain('goes on where it stopped');
      expect(aws.cloudFormation.changeSets).toHaveLength(1);
    },
  );
});

describe('a name whose DNS is elsewhere', () => {
  const outputs = { ApiUrl: `https://${domain.name}`, ApiTarget: apiTarget };

  it.each<[string, object, Readonly<Record<string, string>>, boolean]>([
    ['has to be made by hand', domain, outputs, true],
    ['is made by the rollout in its zone', { ...domain, hostedZone: 'Z1' }, outputs, false],
    ['is of no use to a local region', domain, { ...outputs, ApiUrl: 'http://127.0.0.1:1' }, false],
  ])('has a record that %s', (_, its, put, byHand) => {
    const { region } = targetOf('regions/taebaek.yaml', {});
    const deployment = { ...region.deployment, domain: { ...domain, ...its } };
    const record = byHand ? `${domain.name} CNAME ${apiTarget}` : undefined;
    expect(recordOf({ ...region, deployment }, put)).toBe(record);
  });

  const elsewhere = (target: Target): Target => {
    const { region } = target;
    return { ...target, region: { ...region, deployment: { ...region.deployment, domain } } };
  };

  it('that does not lead anywhere yet: the record is told, and the rollout stops with 5', async () => {
    aws.cloudFormation.outputs = {
      ApiUrl: `https://${domain.name}`,
      ApiTarget: apiTarget,
      StaffPoolId: 'staff',
      PublicPoolId: 'public',
    };
    const began = performance.now();
    const { error, told } = await carriedOut(elsewhere);
    expect(error).toMatchObject({ code: 'name-unresolved', exitCode: 5 });
    const record = `${domain.name} CNAME ${apiTarget}`;
    expect(String(error)).toContain(record);
    expect(told).toMatch(new RegExp(`✓ deploy .*\\n.*${record}`));
    // The smoke test would wait for a minute.
    expect(performance.now() - began).toBeLessThan(20_000);
  });
});
