import { setTimeout as sleep } from 'node:timers/promises';
import { InvocationCount } from './activity.ts';
import { ApiGateway } from './apigateway/service.ts';
import { inertKinds } from './cloudformation/inert.ts';
import { CloudWatch } from './cloudwatch/service.ts';
import { Cognito } from './cognito/service.ts';
import type { LocalContext, Source } from './context.ts';
import type { DynamoDb } from './dynamodb/service.ts';
import { EventSources } from './event-sources/service.ts';
import { Authority } from './iam/authority.ts';
import { Roles } from './iam/roles.ts';
import { LambdaApi } from './lambda/api.ts';
import type { UnpackedCode } from './lambda/code.ts';
import { Lambda, type LambdaOptions } from './lambda/service.ts';
import type { Deliver } from './mailbox/mail.ts';
import type { Observer } from './observer.ts';
import { ServiceQuotas } from './quotas/service.ts';
import type { ResourceKind } from './resource.ts';
import type { Blobs } from './s3/blobs.ts';
import { assetBucket } from './s3/own-buckets.ts';
import { S3 } from './s3/service.ts';
import { Scheduler } from './scheduler/service.ts';
import { Secrets } from './secrets/service.ts';
import type { AwsService } from './service.ts';
import { Ses } from './ses/service.ts';
import { Sqs } from './sqs/service.ts';

export interface ServiceOptions extends Omit<LambdaOptions, 'assetPath'> {
  /** The directory of a bundled asset that the assembly has; undefined: it is in the asset bucket. */
  assetPath(s3Key: string): string | undefined;
  /** What came into the asset bucket, unpacked. */
  readonly code: UnpackedCode;
  /** The bytes of S3's objects. */
  readonly blobs: Blobs;
  readonly dynamodb: DynamoDb;
  /** Values of secrets, by name, that are not in the template; each is taken out when its secret has it. */
  readonly secrets: Map<string, string>;
  readonly deliver: Deliver;
  /** Senders that SES has verified besides those in the template. */
  readonly identities: readonly string[];
  readonly observer?: Observer | undefined;
  /** Takes a line for the region's log. */
  report(message: string): void;
}

/** Milliseconds between two looks at whether functions still run. */
const drainPause = 10;

/** Every emulated part of AWS, made and wired to each other; nothing in the background runs yet. */
export class Services {
  readonly sqs: Sqs;
  readonly api: ApiGateway;
  readonly eventSources: EventSources;
  readonly scheduler: Scheduler;
  readonly s3: S3;
  readonly invocations = new InvocationCount();
  /** Holds what functions ask below `/_aws` against their roles. */
  readonly authority: Authority;
  /** What answers below `/_aws`. */
  readonly aws: readonly AwsService[];
  /** What a template may contain. */
  readonly kinds: readonly ResourceKind[];
  readonly #lambda: Lambda;
  readonly #others: readonly AwsService[];

  constructor(context: LocalContext, options: ServiceOptions) {
    const { dynamodb, secrets, deliver, identities } = options;
    const { assetPath, code, blobs } = options;
    this.#lambda = new Lambda(context, {
      ...options,
      assetPath: (key) =>
        assetPath(key) ?? code.directoryOf(this.s3.withdraw(assetBucket(context), key)),
    });
    const roles = new Roles(context);
    this.authority = new Authority({
      roles,
      roleOf: (functionName) => this.#lambda.roleOf(functionName),
      report: options.report,
    });
    const invoke = this.invocations.counted(this.#lambda.invoke, options.observer);
    const cognito = new Cognito(context, deliver);
    const secretsManager = new Secrets(context, secrets);
    const ses = new Ses(context, deliver, identities);
    this.sqs = new Sqs(context);
    this.api = new ApiGateway(context, invoke);
    this.eventSources = new EventSources(context, { sqs: this.sqs, dynamodb, invoke });
    this.scheduler = new Scheduler(context, invoke);
    this.s3 = new S3(context, { sqs: this.sqs, invoke, authority: this.authority, blobs });
    dynamodb.exportTo((...object) => this.s3.deposit(...object));
    const lambdaApi = new LambdaApi(invoke, (name) => this.#lambda.arnOf(name));
    const quotas = new ServiceQuotas();
    const cloudWatch = new CloudWatch(context, () => this.sqs.allStats());
    this.#others = [this.sqs, cognito, secretsManager, ses, lambdaApi, quotas, cloudWatch];
    this.aws = [...this.#others, this.s3, dynamodb, dynamodb.streams];
    const parts = [roles, cognito, secretsManager, ses, dynamodb, this.#lambda, this.sqs, this.api];
    this.kinds = [...parts, this.s3, this.eventSources, this.scheduler]
      .flatMap(({ kinds }) => kinds)
      .concat(inertKinds(context));
  }

  /** What can be asked whether it is quiet. */
  get sources(): readonly Source[] {
    return [...this.eventSources.sources, this.s3.notifier];
  }

  /** Begins what works in the background. */
  start(): void {
    this.eventSources.start();
    this.s3.start();
    this.scheduler.start();
  }

  /**
   * Ends everything but DynamoDB, which the others may still be asking.
   * @param grace - milliseconds for which functions that run may still go on; nothing new begins
   */
  async stop(grace = 0): Promise<void> {
    // The sources wait for the functions that they have called, and those end with their threads.
    this.scheduler.stop();
    const sources = Promise.all([this.eventSources.stop(), this.s3.stop()]);
    const deadline = Date.now() + grace;
    while (this.invocations.now().running > 0 && Date.now() < deadline) await sleep(drainPause);
    await this.#lambda.stop();
    await sources;
    for (const service of this.#others) await service.stop?.();
  }
}
