import { z } from 'zod';
import type { Cancel } from '../clock.ts';
import type { LocalContext } from '../context.ts';
import { type ResourceKind, resourceKind } from '../resource.ts';
import {
  type AwsService,
  type Need,
  ServiceError,
  type ServiceReply,
  type ServiceRequest,
} from '../service.ts';
import { Whereabouts, writesItems } from './arns.ts';
import { type Answer, Connection } from './connection.ts';
import { type Deposit, Exports, isExportOperation } from './exports.ts';
import { TableNeeds } from './needs.ts';
import { type DynamoDbProcess, DynamoDbStartError, startDynamoDbProcess } from './process.ts';
import { ensureTable } from './table.ts';
import { tableProperties } from './table-properties.ts';

/** A DynamoDB Local that runs already. */
export interface DynamoDbPlace {
  /** Where it answers, such as `http://127.0.0.1:8000`. */
  readonly endpoint: string;
  /** Letters and digits: whom its requests come from, where it keeps a database for each access key. */
  readonly accessKey?: string;
}

/** A process to start, or a DynamoDB Local that runs already. */
export type DynamoDbOptions =
  | {
      readonly endpoint?: undefined;
      /** Where tables and streams are kept; without it they are in memory. */
      readonly directory?: string;
      /** Where the process is noted, so that a later start can end it should it be left behind. */
      readonly pidDirectory: string;
    }
  | DynamoDbPlace;

/** An API of DynamoDB Local: it answers two of them on one port. */
type Api = 'DynamoDB_20120810' | 'DynamoDBStreams_20120810';

const refusal = z.object({
  __type: z.string(),
  message: z.string().optional(),
  Message: z.string().optional(),
});

/**
 * The local region's DynamoDB and DynamoDB Streams: Amazon's own DynamoDB Local in a process beside
 * this one, given the region's ARNs. What that lacks is lacking here: it never raises a transaction
 * conflict (a fault to inject), knows no tags, and of backups only exports of now (`exports.ts`), and deletes expired items by the
 * machine's time, not the region's. Streams keep records for 24 hours, as at AWS.
 */
export class DynamoDb implements AwsService {
  readonly target: Api = 'DynamoDB_20120810';
  /** The second service, `DynamoDBStreams_20120810`. */
  readonly streams: AwsService;
  /** `AWS::DynamoDB::Table`. */
  readonly kinds: readonly ResourceKind[];
  readonly #connection: Connection;
  readonly #process: DynamoDbProcess | undefined;
  readonly #whereabouts: Whereabouts;
  readonly #needs: TableNeeds;
  readonly #context: LocalContext;
  #exports: Exports | undefined;
  readonly #watched = new Set<{ readonly table: string; readonly watcher: () => void }>();

  private constructor(context: LocalContext, connection: Connection, process?: DynamoDbProcess) {
    this.#context = context;
    this.#connection = connection;
    this.#process = process;
    this.#whereabouts = new Whereabouts(context);
    this.#needs = new TableNeeds(context);
    this.streams = {
      target: 'DynamoDBStreams_20120810',
      answer: (operation, request) =>
        this.#forward('DynamoDBStreams_20120810', operation, request.body),
    };
    this.kinds = [this.#tableKind()];
  }

  /**
   * Starts DynamoDB Local, or connects to one that runs.
   * @throws DynamoDbStartError - it says what to do
   */
  static async start(context: LocalContext, options: DynamoDbOptions): Promise<DynamoDb> {
    if (options.endpoint === undefined) {
      const process = await startDynamoDbProcess(options);
      return new DynamoDb(context, new Connection(process.endpoint), process);
    }
    const dynamodb = new DynamoDb(context, new Connection(options.endpoint, options.accessKey));
    await dynamodb.ask('DynamoDB_20120810', 'ListTables', {}, z.unknown()).catch((error) => {
      dynamodb.#connection.close();
      throw new DynamoDbStartError(
        'endpoint-silent',
        `no DynamoDB answers at ${options.endpoint} (${error.message}): start it, or unset ` +
          'AWS_ENDPOINT_URL_DYNAMODB to have one started here',
      );
    });
    return dynamodb;
  }

  /** Lets tables be exported: to where S3 is, which comes later. */
  exportTo(deposit: Deposit): void {
    this.#exports = new Exports(
      this.#context,
      (operation, input, output) => this.ask('DynamoDB_20120810', operation, input, output),
      deposit,
    );
  }

  async answer(operation: string, request: ServiceRequest): Promise<ServiceReply> {
    if (this.#exports !== undefined && isExportOperation(operation)) {
      const told = await this.#exports.answer(operation, JSON.parse(request.body.toString()));
      return { status: 200, body: JSON.stringify(told) };
    }
    return this.#forward('DynamoDB_20120810', operation, request.body);
  }

  needs(operation: string, { body }: ServiceRequest): readonly Need[] {
    return this.#needs.of(operation, body);
  }

  /**
   * Asks for one operation, from within the region.
   * @throws ServiceError - DynamoDB's refusal, or that it does not answer
   * @throws ZodError - the answer is not what `output` says
   */
  async ask<Schema extends z.ZodType>(
    api: Api,
    operation: string,
    input: unknown,
    output: Schema,
  ): Promise<z.output<Schema>> {
    const reply = await this.#forward(api, operation, Buffer.from(JSON.stringify(input)));
    const body: unknown = JSON.parse(reply.body.toString());
    if (reply.status === 200) return output.parse(body);
    const { __type, message, Message } = refusal.parse(body);
    const code = __type.slice(__type.lastIndexOf('#') + 1);
    throw new ServiceError(code, `${operation}: ${message ?? Message ?? code}`, reply.status);
  }

  /**
   * Calls `watcher`, synchronously, after each write that may have changed a table; now and then also
   * after one that has not, when the table's name is met in it.
   */
  watch(table: string, watcher: () => void): Cancel {
    const watched = { table, watcher };
    this.#watched.add(watched);
    return () => this.#watched.delete(watched);
  }

  /** The process that {@link start} started; undefined when there was an endpoint already. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** Ends the process that {@link start} started; what was acknowledged is kept. */
  async stop(): Promise<void> {
    this.#connection.close();
    await this.#process?.stop();
  }

  async #forward(api: Api, operation: string, body: Buffer): Promise<Answer> {
    const inward = this.#whereabouts.inward(operation, body);
    // Without the check sum that it came with, which is of the body before ARNs are translated.
    const { status, body: inside } = await this.#connection
      .send(`${api}.${operation}`, inward)
      .catch((error: Error) => {
        throw this.#silence(error);
      });
    if (status === 200 && writesItems(operation)) {
      for (const { table, watcher } of this.#watched) if (body.includes(table)) watcher();
    }
    return { status, body: this.#whereabouts.outward(operation, inside) };
  }

  #silence(error: Error): ServiceError {
    const reason = this.#process?.ended() ?? error.message;
    const message = `DynamoDB Local does not answer: ${reason}. Start the region again.`;
    return new ServiceError('InternalServerError', message, 500);
  }

  #tableKind(): ResourceKind {
    return resourceKind({
      type: 'AWS::DynamoDB::Table',
      properties: tableProperties,
      create: async ({ physicalName, properties }) => {
        const name = properties.TableName ?? physicalName;
        const table = await ensureTable(
          (operation, input, output) => this.ask('DynamoDB_20120810', operation, input, output),
          name,
          properties,
        );
        const attributes: Record<string, string> = { Arn: table.TableArn };
        if (properties.StreamSpecification && table.LatestStreamArn) {
          attributes['StreamArn'] = table.LatestStreamArn;
        }
        return { ref: name, attributes };
      },
      remove: async (TableName) => {
        await this.ask('DynamoDB_20120810', 'DeleteTable', { TableName }, z.unknown());
      },
    });
  }
}
