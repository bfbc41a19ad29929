import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AwsFront } from './aws-front.ts';
import { type Assembly, readAssembly } from './cloudformation/assembly.ts';
import { type CreatedStack, createStack } from './cloudformation/create.ts';
import { localHosts } from './cloudformation/hosts.ts';
import { planStack } from './cloudformation/plan.ts';
import { TemplateError } from './cloudformation/problems.ts';
import type { LocalContext } from './context.ts';
import { controlApi } from './control/control.ts';
import { DynamoDb, type DynamoDbPlace } from './dynamodb/service.ts';
import type { Handle } from './edge.ts';
import { Faults } from './faults/faults.ts';
import { type Ground, layGround } from './ground.ts';
import { Mailbox } from './mailbox/mailbox.ts';
import { Services } from './services.ts';

export interface RegionOptions {
  /** Where the region answers, on 127.0.0.1; 0 takes any port that is free. */
  readonly port: number;
  /** The AWS region that the template is for, such as `ap-northeast-2`. */
  readonly region: string;
  /** Directory that keeps everything; without it the region forgets when it stops. */
  readonly data?: string | undefined;
  /** A DynamoDB Local that runs already; without it one is started. */
  readonly dynamodb?: DynamoDbPlace | undefined;
  /** Is told what boot is at. */
  readonly progress?: (step: string) => void;
  /** Is told of errors that are the local region's own, with their stack. */
  readonly report?: (message: string) => void;
}

export interface StackOptions {
  /** The cloud assembly that the CDK wrote, such as `cdk.out`. */
  readonly assembly: string;
  /** Values of secrets by name; what runs beside the region puts its addresses and tokens here. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Domains and addresses that the account has verified at SES without the template's doing. */
  readonly identities?: readonly string[];
  /** What every function finds in its environment besides what Lambda and the template set. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Directory that may keep what V8 compiles of the assembly's code, for the next start of the same. */
  readonly compileCache?: string | undefined;
}

/** A region that has its port, its data and a DynamoDB on the way, but no stack yet. */
export interface PreparedRegion {
  /** Where it answers, without a slash at its end. */
  readonly url: string;
  /** The region's time, which its control API moves, in milliseconds since the epoch. */
  now(): number;
  /**
   * Brings up a stack; once. When it fails, the region has stopped.
   * @throws TemplateError with everything in the template that the local region cannot run
   * @throws DynamoDbStartError when there is no DynamoDB, saying how to get one
   */
  deploy(stack: StackOptions): Promise<LocalRegion>;
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
 * Takes the port and the data directory and starts DynamoDB, which needs most of a boot's time, so that a
 * template can be synthesized meanwhile. Requests are told to come back until a stack is deployed.
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
  const deploy = async (stack: StackOptions): Promise<LocalRegion> => {
    try {
      const assembly = readAssembly(stack.assembly);
      requireRegion(assembly, ground.context.region);
      progress('Starting DynamoDB');
      const running = await dynamodb;
      stillWanted();
      const boot = new Boot(ground, assembly, running, stack);
      opened.defer(() => boot.services.stop());
      progress(`Creating ${Object.keys(assembly.template.Resources).length} resources`);
      const { outputs } = await boot.createStack();
      stillWanted();
      boot.open(outputs);
      return { ...boot.place(), outputs, stop };
    } catch (error) {
      await stop();
      throw error;
    }
  };
  return { url: ground.context.base, now: () => ground.clock.clock.now(), deploy, stop };
}

/** The way from the ground to a region that runs. */
class Boot {
  readonly services: Services;
  readonly #ground: Ground;
  readonly #assembly: Assembly;
  readonly #mailbox: Mailbox;
  readonly #faults = new Faults();

  constructor(
    ground: Ground,
    assembly: Assembly,
    dynamodb: DynamoDb,
    { secrets, identities = [], environment, compileCache }: StackOptions,
  ) {
    const { context, logs, report } = ground;
    this.#ground = ground;
    this.#assembly = assembly;
    this.#mailbox = new Mailbox(context.state);
    this.services = new Services(context, {
      dynamodb,
      secrets,
      identities,
      deliver: (mail) => this.#mailbox.deliver(mail),
      assetPath: (key) => assembly.assetPath(key),
      compileCache,
      environment: { AWS_ENDPOINT_URL: `${context.base}/_aws`, ...environment },
      log: (functionName, line) => logs.write(functionName, line),
      report,
    });
  }

  /** @throws TemplateError */
  createStack(): Promise<CreatedStack> {
    const { account, region, base } = this.#ground.context;
    const { kinds } = this.services;
    const rewrite = localHosts(region, base);
    return createStack(planStack({ ...this.#assembly, account, region, kinds, rewrite }));
  }

  /** Lets requests in, then starts what works in the background: its functions need the services. */
  open(outputs: Readonly<Record<string, string>>): void {
    const { edge, report } = this.#ground;
    edge.open({
      aws: new AwsFront(this.services.aws, this.#faults, report, this.services.authority),
      control: this.#control(outputs),
      api: (request, response) => this.services.api.handle(request, response),
    });
    this.services.start();
  }

  place(): Pick<LocalRegion, 'url' | 'stackName' | 'pages'> {
    const { base: url } = this.#ground.context;
    const pages = { control: `${url}/_local`, mailbox: `${url}/_local/mailbox` };
    return { url, stackName: this.#assembly.stackName, pages };
  }

  #control(outputs: Readonly<Record<string, string>>): Handle {
    const { clock, logs } = this.#ground;
    const { scheduler, sqs, invocations, aws } = this.services;
    return controlApi({
      clock: clock.clock,
      advance: clock.advance,
      mailbox: this.#mailbox,
      faults: this.#faults,
      logs,
      outputs: { stackName: this.#assembly.stackName, outputs },
      sources: () => this.services.sources,
      activity: () => invocations.now(),
      schedules: () => scheduler.list(),
      fire: (name) => scheduler.fire(name),
      queues: () => sqs.allStats(),
      targets: () => aws.map(({ target }) => target),
    });
  }
}

/** Starts DynamoDB Local; without a data directory its process is noted where the next start finds it. */
function startDynamoDb(context: LocalContext, options: RegionOptions): Promise<DynamoDb> {
  const { data, dynamodb } = options;
  if (dynamodb !== undefined) return DynamoDb.start(context, dynamodb);
  return DynamoDb.start(context, {
    pidDirectory: join(tmpdir(), `local-region-${process.getuid?.() ?? 'user'}`),
    ...(data !== undefined && { directory: join(data, 'dynamodb') }),
  });
}

function requireRegion({ region, source }: Assembly, expected: string): void {
  if (region === undefined || region === expected) return;
  const message = `the stack is bound to ${region}, but this local region is ${expected}`;
  throw new TemplateError(source, [{ path: 'environment', message }]);
}
