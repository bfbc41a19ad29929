import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { z } from 'zod';
import type { LocalContext } from '../context.ts';
import { type Created, type Declared, type ResourceKind, resourceKind } from '../resource.ts';
import { ServiceError } from '../service.ts';
import type { FunctionDefinition } from './definition.ts';
import { failure, type Invoke } from './invocation.ts';
import { EnvironmentPool } from './pool.ts';
import { functionProperties, permissionProperties } from './properties.ts';
import { environmentVariables } from './variables.ts';

/** Two to three environments serve two cores best; eight were a third as fast. */
const MAX_ENVIRONMENTS = 3;

/** Bytes of an event. Source: Lambda quotas, synchronous invocation payload. */
const REQUEST_LIMIT_BYTES = 6_291_456;

export interface LambdaOptions {
  /** The directory of a bundled asset, by the key that the template gives it. */
  assetPath(s3Key: string): string;
  /** Directory that may keep what V8 compiles of bundles, as long as these do not change. */
  readonly compileCache?: string | undefined;
  /** What every function finds in its environment besides what Lambda and the template set. */
  readonly environment: Readonly<Record<string, string>>;
  /** Takes each line that a function prints. */
  log(functionName: string, line: string): void;
}

/** AWS Lambda on one machine: the template's functions, each run in worker threads of its own. */
export class Lambda {
  readonly kinds: readonly ResourceKind[];
  readonly #context: LocalContext;
  readonly #options: LambdaOptions;
  readonly #pools = new Map<string, EnvironmentPool>();
  readonly #roles = new Map<string, string>();

  constructor(context: LocalContext, options: LambdaOptions) {
    this.#context = context;
    this.#options = options;
    this.kinds = [
      resourceKind({
        type: 'AWS::Lambda::Function',
        properties: functionProperties,
        create: (declared) => this.#createFunction(declared),
      }),
      resourceKind({
        type: 'AWS::Lambda::Permission',
        properties: permissionProperties,
        create: (declared) => this.#createPermission(declared),
      }),
    ];
  }

  /**
   * Invokes a function by name or ARN and waits for its result.
   *
   * @throws ServiceError `ResourceNotFoundException` when the template has no such function; all that
   *   happens in a function is an {@link Invocation}
   */
  readonly invoke: Invoke = async (functionName, event) => {
    const pool = this.#find(this.#nameOf(functionName));
    const json = JSON.stringify(event) ?? 'null';
    const size = Buffer.byteLength(json);
    if (size > REQUEST_LIMIT_BYTES) {
      const message = `${size} byte payload is too large for the RequestResponse invocation type (limit ${REQUEST_LIMIT_BYTES} bytes)`;
      return failure('RequestEntityTooLargeException', message);
    }
    return pool.run(json);
  };

  /** A function's ARN, by its name or ARN; undefined when the template has none such. */
  arnOf(nameOrArn: string): string | undefined {
    const name = this.#nameOf(nameOrArn);
    return this.#pools.has(name) ? this.#arn(name) : undefined;
  }

  /** The ARN of the role that a function has; undefined when the template has no function of that name. */
  roleOf(functionName: string): string | undefined {
    return this.#roles.get(functionName);
  }

  /** Ends all threads. What is running or waiting settles as a failed invocation. */
  async stop(): Promise<void> {
    await Promise.all([...this.#pools.values()].map((pool) => pool.stop()));
  }

  #createFunction({ logicalId, physicalName, properties }: DeclaredFunction): Created {
    const name = properties.FunctionName ?? physicalName;
    if (this.#pools.has(name)) throw new Error(`${logicalId}: a function ${name} exists already`);
    const { clock } = this.#context;
    const arn = this.#arn(name);
    const definition = {
      name,
      arn,
      bundle: this.#bundle(logicalId, properties.Code.S3Key),
      compileCache: this.#options.compileCache,
      timeoutMs: properties.Timeout * 1000,
      memoryMb: properties.MemorySize,
      maxEnvironments: Math.min(
        properties.ReservedConcurrentExecutions ?? MAX_ENVIRONMENTS,
        MAX_ENVIRONMENTS,
      ),
      logGroup: properties.LoggingConfig?.LogGroup ?? `/aws/lambda/${name}`,
      logStream: `local/[$LATEST]${randomBytes(16).toString('hex')}`,
    };
    const template = properties.Environment?.Variables ?? {};
    const { environment } = this.#options;
    const complete: FunctionDefinition = {
      ...definition,
      variables: environmentVariables(this.#context, definition, environment, template),
    };
    this.#roles.set(name, properties.Role);
    this.#pools.set(
      name,
      new EnvironmentPool(complete, clock, (line) => this.#options.log(name, line)),
    );
    return { ref: name, attributes: { Arn: arn } };
  }

  #arn(name: string): string {
    const { region, account } = this.#context;
    return `arn:aws:lambda:${region}:${account}:function:${name}`;
  }

  #createPermission({ physicalName, properties }: DeclaredPermission): Created {
    this.#find(this.#nameOf(properties.FunctionName));
    return { ref: physicalName, attributes: { Id: physicalName } };
  }

  #bundle(logicalId: string, s3Key: string): string {
    const file = join(this.#options.assetPath(s3Key), 'index.mjs');
    if (!existsSync(file)) {
      throw new Error(
        `${logicalId}.Code: no ${file}; a function's asset is a directory with an ES module index.mjs`,
      );
    }
    return pathToFileURL(file).href;
  }

  #nameOf(nameOrArn: string): string {
    if (!nameOrArn.startsWith('arn:')) return nameOrArn;
    // arn:aws:lambda:<region>:<account>:function:<name>[:<qualifier>]
    const [, , , , , , name = '', qualifier = '$LATEST'] = nameOrArn.split(':');
    if (qualifier === '$LATEST') return name;
    throw notFound(`${nameOrArn}: the local region has no versions or aliases of functions`);
  }

  #find(name: string): EnvironmentPool {
    const pool = this.#pools.get(name);
    if (pool) return pool;
    const known = [...this.#pools.keys()].join(', ') || 'none';
    throw notFound(`Function not found: ${name}; the template has ${known}`);
  }
}

type DeclaredFunction = Declared<z.output<typeof functionProperties>>;
type DeclaredPermission = Declared<z.output<typeof permissionProperties>>;

function notFound(message: string): ServiceError {
  return new ServiceError('ResourceNotFoundException', message, 404);
}
