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
import { type Deposit, Exports, isExportOperation } from './exports.ts';
import { TableNeeds } from './needs.ts';
import { type DynamoDbOptions, openStore } from './open-store.ts';
import type { Api, TableStore } from './store.ts';
import { ensureTable } from './table.ts';
import { tableProperties } from './table-properties.ts';
import { Watchers } from './watchers.ts';

export type { DynamoDbOptions } from './open-store.ts';
export type { DynamoDbPlace } from './remote-store.ts';

const refusal = z.object({
  __type: z.string(),
  message: z.string().optional(),
  Message: z.string().optional(),
});

/**
 * The local region's DynamoDB and DynamoDB Streams: its own engine within this process (ADR 42). Data that DynamoDB Local
 * began go on with that (`process.ts`), which needs Java; and an endpoint is asked where there is one. It knows no tags,
 * and of backups only exports of now (`exports.ts`). Streams keep records for 24 hours, as at AWS.
 */
export class DynamoDb implements AwsService {
  readonly target: Api = 'DynamoDB_20120810';
  /** The second service, `DynamoDBStreams_20120810`. */
  readonly streams: AwsService;
  /** `AWS::DynamoDB::Table`. */
  readonly kinds: readonly ResourceKind[];
  readonly #needs: TableNeeds;
  readonly #context: LocalContext;
  readonly #store: TableStore;
  readonly #watchers: Watchers;
  #exports: Exports | undefined;

  private constructor(context: LocalContext, store: TableStore, watchers: Watchers) {
    this.#context = context;
    this.#store = store;
    this.#watchers = watchers;
    this.#needs = new TableNeeds(context);
    this.streams = {
      target: 'DynamoDBStreams_20120810',
      answer: (operation, request) =>
        this.#store.answer('DynamoDBStreams_20120810', operation, request.body),
    };
    this.kinds = [this.#tableKind()];
  }

  /**
   * Opens the tables, or connects to a DynamoDB that runs.
   * @throws DynamoDbStartError - it says what to do
   */
  static async start(context: LocalContext, options: DynamoDbOptions): Promise<DynamoDb> {
    const watchers = new Watchers();
    return new DynamoDb(context, await openStore(context, options, watchers), watchers);
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
    return this.#store.answer('DynamoDB_20120810', operation, request.body);
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
    const reply = await this.#store.answer(api, operation, Buffer.from(JSON.stringify(input)));
    const body: unknown = JSON.parse(reply.body.toString());
    if (reply.status === 200) return output.parse(body);
    const { __type, message, Message } = refusal.parse(body);
    const code = __type.slice(__type.lastIndexOf('#') + 1);
    throw new ServiceError(code, `${operation}: ${message ?? Message ?? code}`, reply.status);
  }

  /**
   * Calls `watcher`, synchronously, after each write that may have changed a table.
   */
  watch(table: string, watcher: () => void): Cancel {
    return this.#watchers.add(table, watcher);
  }

  /** The process that {@link start} started; undefined when the tables are in this one, or somewhere else. */
  get pid(): number | undefined {
    return this.#store.pid;
  }

  /** Ends what {@link start} started; what was acknowledged is kept. */
  async stop(): Promise<void> {
    await this.#store.stop();
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
