import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { z } from 'zod';
import { dataActions } from '../key-policy.ts';
import { Keys } from '../keys.ts';
import { acknowledge } from './acknowledge.ts';
import type { StackContext } from './context.ts';
import type { HandlerEntry } from './entries.ts';
import { acknowledgeFunction } from './function-findings.ts';
import { acknowledgeKeysOfAws } from './keys-of-aws.ts';

/**
 * Seconds that a function behind the API has: as long as API Gateway waits for an answer at most. One that is ended sooner is
 * a fault (500) to whoever waits; the gateway's own 503 says that the request may be sent again.
 */
export const apiSeconds = 30;

export interface HandlerFunctionProps {
  readonly entry: HandlerEntry;
  /** Names only; checked where it is written, with `satisfies z.input<…>` of the contract's schema. */
  readonly environment: Readonly<Record<string, string>>;
  /** Seconds until Lambda ends an invocation. */
  readonly seconds: number;
  /** Memory in MB, which also decides the share of a processor. */
  readonly memory?: number;
}

/**
 * One of our handlers as a Lambda function: Node 24 on arm64, a role of its own that may do nothing until
 * `allow` says so, and a log group of its own. What it may do stands in the role itself: one resource, and no function that
 * runs before its policy is attached. The alarm that tells of its failures is with what invokes it (ADR 52).
 */
export class HandlerFunction extends Construct {
  readonly entry: HandlerEntry;
  readonly function: LambdaFunction;
  readonly logs: LogGroup;
  /** Seconds until Lambda ends an invocation; queues that feed it derive their visibility from it. */
  readonly seconds: number;
  /** Memory in MB. */
  readonly memory: number;
  readonly #role: Role;
  /** What the role may do; written when the template is. */
  readonly #policy = new PolicyDocument();

  constructor(scope: Construct, id: string, context: StackContext, props: HandlerFunctionProps) {
    super(scope, id);
    this.entry = props.entry;
    this.seconds = props.seconds;
    this.memory = props.memory ?? 512;
    this.logs = new LogGroup(this, 'Logs', {
      retention: context.region.deployment.logDays.application,
      // Logs hold ids and codes, no one's data; a region that was removed has nobody to read them.
      removalPolicy: RemovalPolicy.DESTROY,
      ...Keys.of(this).ofOthers,
    });
    acknowledgeKeysOfAws(this.logs, 'NIST.800.53.R5-CloudWatchLogGroupEncrypted');
    this.#role = new Role(this, 'Role', {
      description: `What ${props.entry} may do`,
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: { Policy: this.#policy },
    });
    this.function = new LambdaFunction(this, 'Function', {
      description: `functions/${props.entry}.ts of ${context.region.id}`,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: context.codeOf(props.entry),
      handler: 'index.handler',
      environment: props.environment,
      memorySize: this.memory,
      timeout: Duration.seconds(props.seconds),
      // Whatever the CDK would add to it would be a policy beside the role.
      role: this.#role.withoutPolicyUpdates(),
      logGroup: this.logs,
      // Lambda's own lines and uncaught errors become JSON too. Handlers write their lines to stdout, past the
      // console that this format wraps, so those stay as they are.
      loggingFormat: LoggingFormat.JSON,
    });
    this.allow(['logs:CreateLogStream', 'logs:PutLogEvents'], [this.logs.logGroupArn]);
    const { own } = Keys.of(this);
    if (own !== undefined) this.allow(dataActions, [own.keyArn]);
    acknowledgeFunction(props.entry, this.#role, this.function);
    context.serving.bind(props.entry, this.function);
  }

  /**
   * Lets the function do exactly this.
   *
   * @param actions - without wildcards
   * @param resources - ARNs without wildcards
   */
  allow(actions: readonly string[], resources: readonly string[]): void {
    this.#policy.addStatements(
      new PolicyStatement({ actions: [...actions], resources: [...resources] }),
    );
  }

  /**
   * As `allow`, for an action whose documentation asks for a wildcard.
   *
   * @param reason - why no narrower resource will do
   */
  allowWide(actions: readonly string[], resource: string, reason: string): void {
    this.allow(actions, [resource]);
    const finding = spelledOut(Stack.of(this).resolve(resource));
    acknowledge(this.#role, { id: `AwsSolutions-IAM5[Resource::${finding}]`, reason });
    if (resource === '*')
      acknowledge(this.#role, { id: 'Serverless-LambdaStarPermissions', reason });
  }
}

/** A resolved ARN as cdk-nag writes it in a finding: `<Table.Arn>/stream/*`. */
function spelledOut(resolved: unknown): string {
  const join = z.object({ 'Fn::Join': z.tuple([z.literal(''), z.array(z.unknown())]) });
  const attribute = z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) });
  const reference = z.object({ Ref: z.string() }).safeParse(resolved);
  if (reference.success) return `<${reference.data.Ref}>`;
  const joined = join.safeParse(resolved);
  if (joined.success) return joined.data['Fn::Join'][1].map(spelledOut).join('');
  const read = attribute.safeParse(resolved);
  return read.success ? `<${read.data['Fn::GetAtt'].join('.')}>` : z.string().parse(resolved);
}
