import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type Change,
  describe as described,
  lostIn,
  summarize,
} from '../../bin/rollout/changes.ts';
import { clientsFor } from '../../bin/rollout/clients.ts';
import { deleteStack } from '../../bin/rollout/delete-stack.ts';
import { bootstrap, compare, deploy } from '../../bin/rollout/deploy.ts';
import type { Facts } from '../../bin/rollout/teller.ts';
import { toolkitFor } from '../../bin/rollout/toolkit.ts';
import { targetOf } from '../../bin/target.ts';
import { account, FakeAws } from './fake-aws.ts';
import { xmlError } from './fake-replies.ts';
import { type Resources, writeAssembly } from './small-assembly.ts';

const folder = mkdtempSync(join(tmpdir(), 'ladder-changes-'));
afterAll(() => rmSync(folder, { recursive: true }));

const stackName = 'ladder-taebaek';
let aws: FakeAws;
beforeEach(async () => {
  aws = await FakeAws.start();
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'key');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  vi.stubEnv('AWS_ENDPOINT_URL', aws.endpoint);
  vi.stubEnv('AWS_REGION', '');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await aws.stop();
});

const table = (key: string, more: object = {}) => {
  const properties = { KeySchema: [{ AttributeName: key, KeyType: 'HASH' }], ...more };
  // As all that holds people's data in a region's stack.
  return ['AWS::DynamoDB::Table', properties, 'Retain'] as const;
};
const attributes = (...given: readonly (readonly [name: string, type: string])[]) => ({
  AttributeDefinitions: given.map(([AttributeName, AttributeType]) => ({
    AttributeName,
    AttributeType,
  })),
});
const topic = (DisplayName: string) => ['AWS::SNS::Topic', { DisplayName }] as const;
const before: Resources = { Learners: table('id'), Alarms: topic('alarms') };

/** A stack that has `deployed`, and the assembly of `wanted`. */
function given(deployed: Resources | undefined, wanted: Resources) {
  const target = targetOf('regions/taebaek.yaml', { endpoint: aws.endpoint });
  const place = { stackName: target.stackName, region: target.region.deployment.awsRegion };
  if (deployed !== undefined) {
    aws.cloudFormation.statuses.set(target.stackName, 'CREATE_COMPLETE');
    const { template } = writeAssembly(folder, place, deployed);
    aws.cloudFormation.templates.set(target.stackName, template);
  }
  const { directory } = writeAssembly(folder, place, wanted);
  return { target, tools: toolkitFor(target), directory };
}

describe('edge case 47: what a rollout would change', () => {
  it.each<[string, Resources, string, readonly string[]]>([
    ['nothing', before, 'no change', []],
    ['a name', { ...before, Alarms: topic('bells') }, '1 to update', []],
    ['one more', { ...before, More: topic('more') }, '1 to add', []],
    [
      'the key of a table',
      { ...before, Learners: table('name') },
      '1 to replace',
      ['replace Learners'],
    ],
    ['no table any more', { Alarms: topic('alarms') }, '1 to leave', ['leave Learners']],
    [
      'a table that a refactoring has moved',
      { Pupils: table('id'), Alarms: topic('alarms') },
      '1 to leave, 1 to add',
      ['leave Learners'],
    ],
    [
      'a table that is something else',
      { ...before, Learners: topic('id') },
      '1 to replace',
      ['replace Learners'],
    ],
    ['no topic any more', { Learners: table('id') }, '1 to destroy', []],
  ])('is told: %s', async (_, wanted, text, lost) => {
    const { tools, directory } = given(before, wanted);
    const changes = await compare(tools, directory);
    expect(summarize(changes)).toBe(text);
    expect(lostIn(changes).map(({ how, id }) => `${how} ${id}`)).toEqual(lost);
    expect(aws.cloudFormation.changeSets).toEqual([]);
  });

  it('is told to who may take on no role of the bootstrap, as a preview of a pipeline', async () => {
    aws.refuse = ({ body }) =>
      body.includes('Action=AssumeRole')
        ? { status: 403, body: xmlError('AccessDenied', 'not authorized to perform: AssumeRole') }
        : undefined;
    const { tools, directory } = given(before, { ...before, More: topic('more') });
    expect(summarize(await compare(tools, directory))).toBe('1 to add');
    expect(aws.assumed).toEqual([]);
  });

  // What may be replaced hangs on what CloudFormation finds, or on a value that nobody knows before.
  it.each<[string, Resources, Resources, string, readonly string[]]>([
    [
      'an attribute of a table with another type',
      { Learners: table('id', attributes(['id', 'S'])) },
      { Learners: table('id', attributes(['id', 'N'])) },
      '1 to may replace',
      ['may replace Learners'],
    ],
    [
      'one more attribute, for an index: harmless, whatever CloudFormation calls it',
      { Learners: table('id', attributes(['id', 'S'])) },
      { Learners: table('id', attributes(['id', 'S'], ['area', 'S'])) },
      '1 to update',
      [],
    ],
    [
      'one attribute less, of an index that is gone',
      { Learners: table('id', attributes(['id', 'S'], ['area', 'S'])) },
      { Learners: table('id', attributes(['id', 'S'])) },
      '1 to update',
      [],
    ],
  ])('is told of what may be replaced: %s', async (_, deployed, wanted, text, lost) => {
    const { tools, directory } = given(deployed, wanted);
    const changes = await compare(tools, directory);
    expect(summarize(changes)).toBe(text);
    expect(lostIn(changes).map(({ how, id }) => `${how} ${id}`)).toEqual(lost);
    expect(lostIn(changes, { mayReplace: ['Learners'] })).toEqual([]);
  });

  it('what is replaced for sure is lost, whatever somebody accepts', async () => {
    const { tools, directory } = given(before, { ...before, Learners: table('name') });
    const changes = await compare(tools, directory);
    const accepted = { mayReplace: ['Learners'], mayLeave: ['Learners'] };
    expect(lostIn(changes, accepted)).toHaveLength(1);
  });

  it.each<[Change['type'], number]>([
    ['AWS::DynamoDB::Table', 1],
    ['AWS::Cognito::UserPool', 1],
    ['AWS::S3::Bucket', 1],
    ['AWS::KMS::Key', 1],
    ['AWS::SNS::Topic', 0],
  ])('%s that may be replaced, or is left behind, counts %i', (type, lost) => {
    const changes = (how: Change['how']) =>
      ({ isEmpty: false, resources: [{ id: 'One', type, how }], permissions: 'same' }) as const;
    for (const [how, accept, other] of [
      ['may replace', 'mayReplace', 'mayLeave'],
      ['leave', 'mayLeave', 'mayReplace'],
    ] as const) {
      expect(lostIn(changes(how))).toHaveLength(lost);
      expect(lostIn(changes(how), { [accept]: ['Other'] })).toHaveLength(lost);
      expect(lostIn(changes(how), { [other]: ['One'] })).toHaveLength(lost);
      expect(lostIn(changes(how), { [accept]: ['One'] })).toHaveLength(0);
    }
  });

  it('names what is lost first, and counts the rest by kind', async () => {
    const wanted = { Learners: table('name'), A: topic('a'), B: topic('b') };
    const { tools, directory } = given(before, wanted);
    expect(described(await compare(tools, directory))).toEqual([
      '! replace: AWS::DynamoDB::Table Learners',
      '! destroy: AWS::SNS::Topic Alarms',
      '+   2 AWS::SNS::Topic',
    ]);
  });
});

describe('a deployment', () => {
  const failing = { id: 'Learners', type: 'AWS::DynamoDB::Table', why: 'Rate exceeded' };

  it('tells how many resources are done, and which is at work', async () => {
    const { tools, target, directory } = given(undefined, before);
    const told: (Facts | undefined)[] = [];
    const tell = (_: string, facts?: Facts) => void told.push(facts);
    const settings = { interval: 10 };
    await expect(deploy(tools, target, directory, settings, tell)).resolves.toMatchObject({
      changed: true,
    });
    expect(told.at(-1)).toMatchObject({ completed: 2, total: 2, type: 'AWS::SNS::Topic' });
    expect(aws.cloudFormation.protectedStacks).toEqual([target.stackName]);
  });

  it('that fails names the resource, why, and what to do next', async () => {
    aws.cloudFormation.failing = failing;
    const { tools, target, directory } = given(undefined, before);
    const error: unknown = await deploy(tools, target, directory, { interval: 10 }, () => {}).catch(
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ code: 'deployment-failed', exitCode: 1 });
    expect(String(error)).toContain('AWS::DynamoDB::Table Learners: Rate exceeded');
    expect(String(error)).toContain('npx ladder status regions/taebaek.yaml');
  });

  it('into an account whose bootstrap has gone since says how to get one', async () => {
    aws.account.bootstrapVersion = undefined;
    const { tools, target, directory } = given(undefined, before);
    const deploying = deploy(tools, target, directory, { interval: 10 }, () => {});
    await expect(deploying).rejects.toMatchObject({ code: 'not-bootstrapped', exitCode: 3 });
    expect(aws.cloudFormation.changeSets).toEqual([]);
  });
});

describe('a deletion', () => {
  it('takes the protection away that a deployment gave, and nothing before that', async () => {
    const { target, directory } = given(before, before);
    await deleteStack({ target, clients: clientsFor(target) }, directory, () => {}, 10);
    expect(aws.cloudFormation.unprotectedStacks).toEqual([target.stackName]);
    expect(aws.cloudFormation.statuses.get(target.stackName)).toBe('DELETE_COMPLETE');
  });

  it('that fails names the resource, why, and what to do next', async () => {
    const why = 'The bucket you tried to delete is not empty';
    aws.cloudFormation.failing = { id: 'Mails', type: 'AWS::S3::Bucket', why };
    const { target, directory } = given(before, before);
    const deleting = deleteStack({ target, clients: clientsFor(target) }, directory, () => {}, 10);
    const error: unknown = await deleting.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'deletion-failed', exitCode: 1 });
    expect(String(error)).toContain(`AWS::S3::Bucket Mails: ${why}`);
    expect(String(error)).toContain('run the same command again');
    // A stack that is half gone takes none.
    expect(aws.cloudFormation.protectedStacks).toEqual([]);
  });

  it.each([
    ['is put back', 'never', [stackName], 'not authorized'],
    [
      'cannot be put back either, says how',
      'EnableTerminationProtection=true',
      [],
      `aws cloudformation update-termination-protection --stack-name ${stackName} --enable-termination-protection`,
    ],
  ])('that does not begin: the protection %s', async (_, refused, protectedAgain, says) => {
    const { target, directory } = given(before, before);
    const denied = { status: 403, body: xmlError('AccessDenied', 'not authorized') };
    aws.refuse = ({ body }) =>
      body.includes('Action=DeleteStack') || body.includes(refused) ? denied : undefined;
    const deleting = deleteStack({ target, clients: clientsFor(target) }, directory, () => {}, 10);
    const error: unknown = await deleting.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'deletion-failed' });
    expect(String(error)).toContain(says);
    expect(aws.cloudFormation.unprotectedStacks).toEqual([stackName]);
    expect(aws.cloudFormation.protectedStacks).toEqual(protectedAgain);
    expect(aws.cloudFormation.statuses.get(stackName)).toBe('CREATE_COMPLETE');
  });
});

it('an account is bootstrapped by a stack of the CDK', async () => {
  aws.account.bootstrapVersion = undefined;
  const { tools, target } = given(undefined, before);
  const { awsRegion } = target.region.deployment;
  await bootstrap(tools, { account, awsRegion }, () => {});
  expect(aws.cloudFormation.changeSets).toMatchObject([
    { stackName: 'CDKToolkit', type: 'CREATE' },
  ]);
  expect(aws.unexpected).toEqual([]);
});
