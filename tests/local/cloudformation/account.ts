import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CloudFormationClient,
  CreateChangeSetCommand,
  type CreateChangeSetCommandInput,
  DescribeChangeSetCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
  ListStackResourcesCommand,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { zipSync } from 'fflate';
import { z } from 'zod';
import { prepareRegion } from '../../../local/region.ts';
import { writeMiniAssembly } from '../mini-assembly.ts';

export const assetBucket = 'cdk-hnb659fds-assets-000000000000-ap-northeast-2';

const Resource = z.looseObject({ Type: z.string(), Properties: z.record(z.string(), z.unknown()) });
const Template = z.looseObject({ Resources: z.record(z.string(), Resource) });
/** A template that a test may change before it is deployed. */
export type SmallTemplate = z.output<typeof Template>;

export type Given = Partial<CreateChangeSetCommandInput>;

/**
 * The small stack's template as a deployment would upload it: things are retained, and the parameter `Serving` says
 * whether its functions may run.
 */
function smallTemplate(assembly: string): SmallTemplate {
  const text = readFileSync(join(assembly, 'small.template.json'), 'utf8');
  const template = Template.parse(JSON.parse(text));
  for (const resource of Object.values(template.Resources)) {
    if (resource.Type !== 'AWS::Lambda::Function') continue;
    const reserved = { 'Fn::If': ['Serves', { Ref: 'AWS::NoValue' }, 0] };
    resource.Properties['ReservedConcurrentExecutions'] = reserved;
  }
  Object.assign(template.Resources['Things'] ?? {}, { DeletionPolicy: 'Retain' });
  const Conditions = { Serves: { 'Fn::Equals': [{ Ref: 'Serving' }, 'yes'] } };
  return { ...template, Parameters: { Serving: { Type: 'String', Default: 'yes' } }, Conditions };
}

/** A local region without a stack, and the code of the small stack in its asset bucket. */
export async function openAccount({ data }: { readonly data?: string } = {}) {
  const root = mkdtempSync(join(tmpdir(), 'account-'));
  const assembly = writeMiniAssembly(join(root, 'cdk.out'));
  const open = async () => {
    const prepared = await prepareRegion({
      port: 0,
      region: 'ap-northeast-2',
      data: data === undefined ? undefined : join(root, data),
    });
    await prepared.serve({ secrets: { 'small/token': 'given' } });
    return prepared;
  };
  let region = await open();
  const sdk = () => ({
    region: 'ap-northeast-2',
    endpoint: `${region.url}/_aws`,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  let cloudFormation = new CloudFormationClient(sdk());
  const s3 = new S3Client({ ...sdk(), forcePathStyle: true });
  for (const name of ['api', 'dispatch', 'work', 'sweep']) {
    const index = readFileSync(join(assembly, name, 'index.mjs'));
    const Body = zipSync({ 'index.mjs': index, 'nested/other.txt': new Uint8Array([1]) });
    await s3.send(new PutObjectCommand({ Bucket: assetBucket, Key: `${name}.zip`, Body }));
  }

  async function stack(StackName = 'small'): Promise<Stack> {
    const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName }));
    const [found] = Stacks ?? [];
    if (found === undefined) throw new Error(`no stack ${StackName}`);
    return found;
  }

  /** Plans a change, and tells what it came to. */
  async function plan(template: object, more: Given = {}) {
    const command = new CreateChangeSetCommand({
      StackName: 'small',
      ChangeSetName: 'change',
      TemplateBody: JSON.stringify(template),
      ...more,
    });
    const { Id: ChangeSetName } = await cloudFormation.send(command);
    return cloudFormation.send(new DescribeChangeSetCommand({ ChangeSetName }));
  }

  /** Waits until the stack is at no operation any more; its status then. */
  async function settled(): Promise<string | undefined> {
    for (;;) {
      const { StackStatus } = await stack();
      if (!StackStatus?.endsWith('_IN_PROGRESS')) return StackStatus;
      await sleep(20);
    }
  }

  return {
    root,
    s3,
    sdk,
    stack,
    plan,
    settled,
    template: () => smallTemplate(assembly),
    get url() {
      return region.url;
    },
    get cloudFormation() {
      return cloudFormation;
    },
    /** Plans and does it. @returns the status that the stack has come to */
    async deploy(template: object, more: Given = {}) {
      const { ChangeSetId: ChangeSetName, StatusReason } = await plan(template, more);
      const execute = new ExecuteChangeSetCommand({ ChangeSetName });
      await cloudFormation.send(execute).catch((error: Error) => {
        throw new Error(`${error.message}: ${StatusReason}`);
      });
      return settled();
    },
    async physicalId(logicalId: string) {
      const command = new ListStackResourcesCommand({ StackName: 'small' });
      const { StackResourceSummaries: all = [] } = await cloudFormation.send(command);
      return all.find((one) => one.LogicalResourceId === logicalId)?.PhysicalResourceId;
    },
    /** `Id STATUS` of what happened since the stack was last told to be at something, the oldest first. */
    async events(since: string) {
      const command = new DescribeStackEventsCommand({ StackName: 'small' });
      const { StackEvents = [] } = await cloudFormation.send(command);
      const begin = StackEvents.findIndex(
        (one) => one.LogicalResourceId === 'small' && one.ResourceStatus === since,
      );
      const recent = StackEvents.slice(0, begin + 1).toReversed();
      return recent.map((one) => `${one.LogicalResourceId} ${one.ResourceStatus}`);
    },
    async reasons() {
      const command = new DescribeStackEventsCommand({ StackName: 'small' });
      const { StackEvents = [] } = await cloudFormation.send(command);
      return StackEvents.flatMap(({ ResourceStatusReason }) => ResourceStatusReason ?? []);
    },
    async put(id: string) {
      const answer = await fetch(`${region.url}/things/${id}`, { method: 'PUT' });
      return answer.status;
    },
    async thing(id: string): Promise<unknown> {
      return (await fetch(`${region.url}/things/${id}`)).json();
    },
    async restart() {
      await region.stop();
      region = await open();
      cloudFormation = new CloudFormationClient(sdk());
    },
    async close() {
      await region.stop();
      rmSync(root, { recursive: true });
    },
  };
}

export type Account = Awaited<ReturnType<typeof openAccount>>;
