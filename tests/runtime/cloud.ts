import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { z } from 'zod';
import { RegionClock } from '../../local/clock.ts';
import type { LocalContext } from '../../local/context.ts';
import { DynamoDb } from '../../local/dynamodb/service.ts';
import type { AwsService, RequestHead, ServiceReply } from '../../local/service.ts';
import { Sqs } from '../../local/sqs/service.ts';
import { openState } from '../../local/state.ts';
import { Secrets } from './secrets-manager.ts';

/** What happens to a request on its way to DynamoDB: answered by somebody else, changed, or only delayed. */
export type Disturbance = (
  operation: string,
  input: Record<string, unknown>,
) => Promise<{ readonly reply: ServiceReply } | { readonly input: object } | undefined>;

/** The sort key of an index, after its partition key. */
type Index = readonly [name: string, partition: string, sort: string];

/** AWS as a function meets it, at one address, with time and faults in the test's hands. */
export interface Cloud {
  readonly base: string;
  readonly clock: RegionClock;
  readonly context: LocalContext;
  readonly sqs: Sqs;
  readonly secrets: Secrets;
  /** DynamoDB behind the disturbance, for what is no function's request: reading a stream. */
  readonly dynamodb: DynamoDb;
  /** Disturbs every request to DynamoDB from now on; undefined ends it. */
  disturb(disturbance: Disturbance | undefined): void;
  /** How often DynamoDB was asked for an operation since the cloud opened. */
  asked(operation: string): number;
  /** Has DynamoDB do something behind the disturbance. */
  ask(operation: string, input: object): Promise<void>;
  /** Makes a table of the shape that every capability's has: text keys `pk` and `sk`. */
  createTable(name: string, ...indexes: Index[]): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens it and points this process's SDK clients there.
 *
 * @param others - services beside DynamoDB, SQS and Secrets Manager
 */
export async function openCloud(...others: AwsService[]): Promise<Cloud> {
  const services = new Map<string, AwsService>();
  // No connection is given up: on a busy machine seconds pass between two requests, and whoever asks just then is cut off.
  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    answer(services, request).then(
      ({ status, headers, body }) => response.writeHead(status, headers).end(body),
      // What a service does not expect reaches the test as the SDK's error, with its stack.
      (error: Error) => response.writeHead(500).end(JSON.stringify({ message: error.stack })),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A listening TCP server has an address with a port.
  const { port } = server.address() as AddressInfo;
  const base = `http://127.0.0.1:${port}`;
  const clock = new RegionClock();
  const state = openState(':memory:');
  const context = { account: '000000000000', region: 'ap-northeast-2', base, clock, state };
  const started = await DynamoDb.start(context, {});
  const dynamodb = new Disturbed(started);
  const sqs = new Sqs(context);
  const secrets = new Secrets();
  for (const service of [dynamodb, sqs, secrets, ...others]) services.set(service.target, service);
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: `${base}/_aws`,
    AWS_REGION: context.region,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  });
  return {
    base,
    clock,
    context,
    sqs,
    secrets,
    dynamodb: started,
    disturb: (disturbance) => {
      dynamodb.disturbance = disturbance;
    },
    asked: (operation) => dynamodb.asked.get(operation) ?? 0,
    ask: async (operation, input) => {
      await started.ask('DynamoDB_20120810', operation, input, z.unknown());
    },
    createTable: async (name, ...indexes) => {
      await started.ask('DynamoDB_20120810', 'CreateTable', tableOf(name, indexes), z.unknown());
    },
    close: async () => {
      clock.stop();
      await sqs.stop();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      await started.stop();
      state.close();
    },
  };
}

async function answer(services: ReadonlyMap<string, AwsService>, request: IncomingMessage) {
  const { method = '', url = '', headers } = request;
  const head = { method, path: url.replace(/^\/_aws/, ''), headers };
  const { service, operation } = calledOf(services, head);
  return service.answer(operation, { ...head, body: await buffer(request) });
}

/** By `X-Amz-Target`, or, of the REST services, by method and path. */
function calledOf(services: ReadonlyMap<string, AwsService>, head: RequestHead) {
  const [target = '', named = ''] = String(head.headers['x-amz-target'] ?? '').split('.');
  for (const service of services.values()) {
    const operation = service.target === target ? named : service.operationOf?.(head);
    if (operation !== undefined) return { service, operation };
  }
  throw new Error(`nobody answers ${target} ${head.method} ${head.path} in this test`);
}

/** DynamoDB, with whatever the test puts in front of it. */
class Disturbed implements AwsService {
  readonly target = 'DynamoDB_20120810';
  readonly asked = new Map<string, number>();
  readonly #service: AwsService;
  disturbance: Disturbance | undefined;

  constructor(service: AwsService) {
    this.#service = service;
  }

  async answer(operation: string, request: Parameters<AwsService['answer']>[1]) {
    this.asked.set(operation, (this.asked.get(operation) ?? 0) + 1);
    const done = await this.disturbance?.(operation, JSON.parse(request.body.toString()));
    if (done === undefined) return this.#service.answer(operation, request);
    if ('reply' in done) return done.reply;
    const body = Buffer.from(JSON.stringify(done.input));
    return this.#service.answer(operation, { ...request, body });
  }
}

function tableOf(name: string, indexes: readonly Index[]) {
  const keys = (partition: string, sort: string) => [
    { AttributeName: partition, KeyType: 'HASH' },
    { AttributeName: sort, KeyType: 'RANGE' },
  ];
  const attributes = ['pk', 'sk', ...indexes.flatMap(([, partition, sort]) => [partition, sort])];
  const shape = {
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: keys('pk', 'sk'),
    AttributeDefinitions: attributes.map((AttributeName) => ({
      AttributeName,
      AttributeType: 'S',
    })),
  };
  if (indexes.length === 0) return shape;
  return {
    ...shape,
    GlobalSecondaryIndexes: indexes.map(([IndexName, partition, sort]) => ({
      IndexName,
      KeySchema: keys(partition, sort),
      Projection: { ProjectionType: 'ALL' },
    })),
  };
}
