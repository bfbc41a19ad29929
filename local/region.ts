import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Assembly, readAssembly } from './cloudformation/assembly.ts';
import { TemplateError } from './cloudformation/problems.ts';
import type { ResourceRecord } from './cloudformation/records.ts';
import type { LocalContext } from './context.ts';
import type { ConflictOptions } from './dynamodb/engine/conflicts.ts';
import { isOfDynamoDbLocal } from './dynamodb/own-store.ts';
import { DynamoDb, type DynamoDbPlace } from './dynamodb/service.ts';
import { layGround } from './ground.ts';
import { type HostOptions, StackHost } from './stack-host.ts';

export interface RegionOptions {
  /** Where the region answers, on 127.0.0.1; 0 takes any port that is free. */
  readonly port: number;
  /** The AWS region that the template is for, such as `ap-northeast-2`. */
  readonly region: string;
  /** Directory that keeps everything; without it the region forgets when it stops. */
  readonly data?: string | undefined;
  /** A DynamoDB that runs already and is to keep the tables. */
  readonly dynamodb?: DynamoDbPlace | undefined;
  /** Whether transactions on one item meet, as at AWS; without it they never do. */
  readonly conflicts?: ConflictOptions | undefined;
  /** Is told what boot is at. */
  readonly progress?: (step: string) => void;
  /** Is told of errors that are the local region's own, with their stack. */
  readonly report?: (message: string) => void;
}

export interface StackOptions extends Omit<HostOptions, 'assetPath'> {
  /** The cloud assembly that the CDK wrote, such as `cdk.out`. */
  readonly assembly: string;
}

/** A region that has its port, its data and a DynamoDB on the way, but no stack yet. */
export interface PreparedRegion {
  /** Where it answers, without a slash at its end. */
  readonly url: string;
  /** The region's time, which its control API moves, in milliseconds since the epoch. */
  now(): number;
  /**
   * Ends when DynamoDB answers, so that whoever prepares what to deploy need not finish when there is none.
   * @throws DynamoDbStartError as `deploy`
   */
  dynamodb(): Promise<void>;
  /**
   * Brings up a stack; once. When it fails, the region has stopped.
   * @throws TemplateError with everything in the template that the local region cannot run
   * @throws DynamoDbStartError when there is no DynamoDB, saying how to get one
   */
  deploy(stack: StackOptions): Promise<LocalRegion>;
  /**
   * Opens the region without a stack, in the place of `deploy`: whoever has tools for AWS deploys one through
   * CloudFormation. One that was deployed so before on the same data runs again. When it fails, the region has stopped.
   * @throws TemplateError, DynamoDbStartError as `deploy`
   */
  serve(host: Omit<HostOptions, 'assetPath'>): Promise<void>;
  stop(): Promise<void>;
}

/** A region that runs. */
export interface LocalRegion {
  readonly url: string;
  readonly stackName: string;
  readonly outputs: Readonly<Record<string, string>>;
  /** Pages for people. */
  readonly pages: { readonly control: string; readonly mailbox: string };
  /** Ends everything, within a second; a second call waits for the first. */
  stop(): Promise<void>;
}

/**
 * Boots a local region whose assembly is there already.
 * @throws as `prepareRegion` and `PreparedRegion.deploy` do
 */
export async function bootRegion(options: RegionOptions & StackOptions): Promise<LocalRegion> {
  const prepared = await prepareRegion(options);
  return prepared.deploy(options);
}

/**
 * Takes the port and the data directory and opens the tables, so that a template can be synthesized meanwhile. Requests are told to come back until a stack is deployed.
 * @throws DataInUse when another local region uses the data directory
 * @throws Error when the port is taken
 */
export async function prepareRegion(options: RegionOptions): Promise<PreparedRegion> {
  const { report = () => undefined, progress = () => undefined } = options;
  const opened = new AsyncDisposableStack();
  const ground = await layGround({ ...options, report }, opened).catch(async (error: unknown) => {
    await opened.disposeAsync();
    throw error;
  });
  const dynamodb = startDynamoDb(ground.context, options);
  // Should it not start, that is for `deploy` to say; here it only means that there is nothing to stop.
  const started = dynamodb.catch(() => undefined);
  opened.defer(async () => (await started)?.stop());

  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= ground.edge.close().then(() => opened.disposeAsync());
    return stopping;
  };
  const stillWanted = () => {
    if (stopping) throw new Error('the region was stopped while it was booting');
  };
  const host = async (hostOptions: HostOptions): Promise<StackHost> => {
    progress('Starting DynamoDB');
    const running = await dynamodb;
    stillWanted();
    const made = new StackHost(ground, running, hostOptions);
    opened.defer(() => made.stop());
    return made;
  };
  const orStop = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      await stop();
      throw error;
    }
  };
  const { base: url } = ground.context;
  const deploy = ({ assembly: directory, ...hostOptions }: StackOptions): Promise<LocalRegion> =>
    orStop(async () => {
      const assembly = readAssembly(directory);
      requireRegion(assembly, ground.context.region);
      const { assetPath } = assembly;
      const runner = await host({ ...hostOptions, assetPath });
      progress(`Creating ${Object.keys(assembly.template.Resources).length} resources`);
      const outputs = await runAssembly(runner, assembly);
      stillWanted();
      const pages = { control: `${url}/_local`, mailbox: `${url}/_local/mailbox` };
      return { url, stackName: assembly.stackName, pages, outputs, stop };
    });
  const serve = (hostOptions: HostOptions): Promise<void> =>
    orStop(async () => {
      const runner = await host(hostOptions);
      await runner.cloudFormation.resume();
      stillWanted();
    });
  const now = () => ground.clock.clock.now();
  return { url, now, dynamodb: async () => void (await dynamodb), deploy, serve, stop };
}

/**
 * Runs the stack of an assembly, and notes it where tools ask for stacks.
 * @throws TemplateError
 */
async function runAssembly(host: StackHost, assembly: Assembly) {
  const resources: ResourceRecord[] = [];
  const { outputs } = await host.run(assembly, {
    begun: () => undefined,
    created: ({ logicalId, kind: { type } }, { ref: physicalId }) => {
      resources.push({ logicalId, physicalId, type, status: 'CREATE_COMPLETE', at: Date.now() });
    },
  });
  const { stackName: name, parameters } = assembly;
  const template = readFileSync(assembly.source, 'utf8');
  host.cloudFormation.note({ name, template, parameters, outputs, resources });
  return outputs;
}

/** Opens the tables, or connects to those that are kept somewhere else. */
function startDynamoDb(context: LocalContext, options: RegionOptions): Promise<DynamoDb> {
  const { data, dynamodb, conflicts, progress } = options;
  if (dynamodb !== undefined) return DynamoDb.start(context, dynamodb);
  const directory = data === undefined ? undefined : join(data, 'dynamodb');
  if (directory !== undefined && isOfDynamoDbLocal(directory)) {
    progress?.(
      'Its tables were begun by an earlier release: they stay in DynamoDB Local, which needs Java',
    );
  }
  return DynamoDb.start(context, {
    ...(directory !== undefined && { directory }),
    ...(conflicts && { conflicts }),
  });
}

function requireRegion({ region, source }: Assembly, expected: string): void {
  if (region === undefined || region === expected) return;
  const message = `the stack is bound to ${region}, but this local region is ${expected}`;
  throw new TemplateError(source, [{ path: 'environment', message }]);
}
