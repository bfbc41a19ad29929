import { AwsFront } from './aws-front.ts';
import { type CreatedStack, type CreationWatch, createStack } from './cloudformation/create.ts';
import { localHosts } from './cloudformation/hosts.ts';
import { planStack, type StackPlan } from './cloudformation/plan.ts';
import type { Revision, StackRunner } from './cloudformation/runner.ts';
import { CloudFormation } from './cloudformation/service.ts';
import { controlApi } from './control/control.ts';
import type { DynamoDb } from './dynamodb/service.ts';
import type { Handle } from './edge.ts';
import { Faults } from './faults/faults.ts';
import type { Ground } from './ground.ts';
import { UnpackedCode } from './lambda/code.ts';
import { Mailbox } from './mailbox/mailbox.ts';
import type { Observer } from './observer.ts';
import { Blobs } from './s3/blobs.ts';
import type { AwsService } from './service.ts';
import { Services } from './services.ts';
import { parameterStore } from './ssm.ts';
import { Sts } from './sts.ts';

/** Milliseconds that functions have to end what they are at before their services are replaced. */
const grace = 5_000;

export interface HostOptions {
  /** Values of secrets by name; what runs beside the region puts its addresses and tokens here. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Domains and addresses that the account has verified at SES without the template's doing. */
  readonly identities?: readonly string[] | undefined;
  /** What every function finds in its environment besides what Lambda and the template set. */
  readonly environment?: Readonly<Record<string, string>> | undefined;
  /** Directory that may keep what V8 compiles of the assembly's code, for the next start of the same. */
  readonly compileCache?: string | undefined;
  /** Counts what the region does. */
  readonly observer?: Observer | undefined;
  /** The directory of an asset of an assembly; undefined: it is none of that's. */
  readonly assetPath?: ((s3Key: string) => string | undefined) | undefined;
}

/**
 * Runs one stack of services over a region's ground, and can replace them by those of another template: state, tables,
 * clock, mailbox and faults stay, and requests meanwhile are told to come back.
 */
export class StackHost implements StackRunner {
  readonly cloudFormation: CloudFormation;
  readonly #ground: Ground;
  readonly #dynamodb: DynamoDb;
  readonly #options: HostOptions;
  readonly #secrets: Map<string, string>;
  readonly #mailbox: Mailbox;
  readonly #faults = new Faults();
  readonly #blobs: Blobs;
  readonly #code: UnpackedCode;
  /** What answers whether a stack runs or not. */
  readonly #account: readonly AwsService[];
  #services: Services;
  #front: AwsFront | undefined;
  #isPristine = true;
  #stopping: Promise<void> | undefined;

  constructor(ground: Ground, dynamodb: DynamoDb, options: HostOptions) {
    const { context, report } = ground;
    this.#ground = ground;
    this.#dynamodb = dynamodb;
    this.#options = options;
    this.#secrets = new Map(Object.entries(options.secrets));
    this.#mailbox = new Mailbox(context.state);
    this.#blobs = Blobs.of(context);
    this.#code = new UnpackedCode(context.data);
    this.cloudFormation = new CloudFormation(context, {
      runner: this,
      read: (bucket, key) => this.#services.s3.withdraw(bucket, key),
      report,
    });
    const { region, account } = context;
    this.#account = [new Sts(context), parameterStore(region, account), this.cloudFormation];
    this.#services = this.#newServices();
  }

  plan(revision: Revision): StackPlan {
    const { account, region, base } = this.#ground.context;
    const { kinds } = this.#services;
    return planStack({ ...revision, account, region, kinds, rewrite: localHosts(region, base) });
  }

  async run(revision: Revision, watch?: CreationWatch): Promise<CreatedStack> {
    await this.#renew();
    const created = await createStack(this.plan(revision), watch).finally(() =>
      // What fails because the region stops has not failed.
      this.#requireWanted(),
    );
    this.#code.forgetOthers();
    this.#open(revision.stackName, created.outputs);
    return created;
  }

  async clear(): Promise<void> {
    await this.#renew();
    this.#open('', {});
  }

  async leave(type: string, physicalId: string, isRetained: boolean): Promise<void> {
    const kind = this.#services.kinds.find((one) => one.type === type);
    if (isRetained) kind?.retain?.(physicalId);
    else await kind?.remove?.(physicalId);
  }

  /** Ends what runs; a second call waits for the first. DynamoDB and the ground are others' to end. */
  stop(): Promise<void> {
    this.#stopping ??= this.#end();
    return this.#stopping;
  }

  async #end(): Promise<void> {
    const ended = this.cloudFormation.stop();
    await this.#services.stop();
    await ended;
    this.#code.stop();
  }

  /** Replaces the services by such as have nothing of a template yet. */
  async #renew(): Promise<void> {
    this.#requireWanted();
    if (this.#isPristine) {
      this.#isPristine = false;
      return;
    }
    const { edge, report } = this.#ground;
    // Functions that end what they are at still need the services; nobody else begins anything.
    if (this.#front !== undefined) edge.hold(this.#front);
    await this.#services.stop(grace);
    edge.hold(new AwsFront(this.#account, this.#faults, report, { partial: true }));
    this.#requireWanted();
    this.#services = this.#newServices();
  }

  #requireWanted(): void {
    if (this.#stopping) throw new Error('the region was stopped while it was booting');
  }

  #newServices(): Services {
    const { context, logs, report } = this.#ground;
    const { identities = [], environment, compileCache, assetPath, observer } = this.#options;
    return new Services(context, {
      dynamodb: this.#dynamodb,
      observer,
      secrets: this.#secrets,
      identities,
      deliver: (mail) => this.#mailbox.deliver(mail),
      assetPath: assetPath ?? (() => undefined),
      code: this.#code,
      blobs: this.#blobs,
      compileCache: compileCache ?? this.#code.compileCache,
      environment: { AWS_ENDPOINT_URL: `${context.base}/_aws`, ...environment },
      log: (functionName, line) => logs.write(functionName, line),
      report,
    });
  }

  /** Lets requests in, then starts what works in the background: its functions need the services. */
  #open(stackName: string, outputs: Readonly<Record<string, string>>): void {
    const { edge, report } = this.#ground;
    const services = this.#services;
    const { aws, authority } = services;
    this.#front = new AwsFront([...this.#account, ...aws], this.#faults, report, {
      authority,
      observer: this.#options.observer,
    });
    edge.open({
      aws: this.#front,
      control: this.#control(services, stackName, outputs),
      api: (request, response) => services.api.handle(request, response),
    });
    services.start();
  }

  #control(
    services: Services,
    stackName: string,
    outputs: Readonly<Record<string, string>>,
  ): Handle {
    const { clock, logs } = this.#ground;
    const { scheduler, sqs, invocations } = services;
    return controlApi({
      clock: clock.clock,
      advance: clock.advance,
      mailbox: this.#mailbox,
      faults: this.#faults,
      logs,
      outputs: { stackName, outputs },
      sources: () => services.sources,
      activity: () => invocations.now(),
      schedules: () => scheduler.list(),
      fire: (name) => scheduler.fire(name),
      queues: () => sqs.allStats(),
      targets: () => [...this.#account, ...services.aws].map(({ target }) => target),
    });
  }
}
