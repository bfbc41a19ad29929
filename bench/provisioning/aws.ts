import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { RegionClock } from '../../local/clock.ts';
import type { LocalContext } from '../../local/context.ts';
import { DynamoDb } from '../../local/dynamodb/service.ts';
import type { AwsService } from '../../local/service.ts';
import { Sqs } from '../../local/sqs/service.ts';
import { openState } from '../../local/state.ts';

/** Milliseconds that AWS takes for a request, beside what its stand-in takes here. */
export const latencies = { DynamoDB_20120810: 4, AmazonSQS: 8, secretsmanager: 10 } as const;

export const tables = { enrolment: 'enrolment', provisioning: 'provisioning' } as const;

/** AWS as far as accounts need it: two tables, a stream, a queue, and secrets, at one address. */
export interface Aws {
  readonly context: LocalContext;
  readonly dynamodb: DynamoDb;
  readonly sqs: Sqs;
  /** What every function finds in its environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Requests of functions, by service and operation. */
  readonly asked: Map<string, number>;
  readonly streamArn: string;
  /** Makes a FIFO queue; its ARN. */
  makeQueue(name: string): Promise<string>;
  close(): Promise<void>;
}

const Described = z.object({
  TableDescription: z.object({ LatestStreamArn: z.string().optional() }),
});

/**
 * @param slowMotion - so many times as long as at AWS requests take
 * @param secrets - by their names
 */
export async function openAws(
  slowMotion: number,
  secrets: Readonly<Record<string, object>>,
): Promise<Aws> {
  const server = createServer({ keepAliveTimeout: 0 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A listening TCP server has an address with a port.
  const { port } = server.address() as AddressInfo;
  const base = `http://127.0.0.1:${port}`;
  const clock = new RegionClock();
  const state = openState(':memory:');
  const context = { account: '000000000000', region: 'ap-northeast-2', base, clock, state };
  const dynamodb = await DynamoDb.start(context, {});
  const sqs = new Sqs(context);
  const asked = new Map<string, number>();
  const services: readonly AwsService[] = [dynamodb, sqs, secretsManager(secrets)];
  server.on('request', async (request, response) => {
    const { status, headers, body } = await answer(services, asked, slowMotion, request);
    response.writeHead(status, headers).end(body);
  });
  const streamArn = await makeTables(dynamodb);
  return {
    ...{ context, dynamodb, sqs, asked, streamArn },
    environment: {
      AWS_ENDPOINT_URL: `${base}/_aws`,
      AWS_REGION: context.region,
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
    },
    makeQueue: async (name) => {
      const kind = sqs.kinds.find(({ type }) => type === 'AWS::SQS::Queue');
      if (kind === undefined) throw new Error('the local SQS makes no queues');
      const properties = kind.properties.parse({
        ...{ QueueName: name, FifoQueue: true, VisibilityTimeout: 360 },
        ...{ DeduplicationScope: 'messageGroup', FifoThroughputLimit: 'perMessageGroupId' },
      });
      await kind.create({ logicalId: 'Queue', physicalName: name, properties });
      return `arn:aws:sqs:${context.region}:${context.account}:${name}`;
    },
    close: async () => {
      clock.stop();
      await sqs.stop();
      server.close();
      server.closeAllConnections();
      await dynamodb.stop();
      state.close();
    },
  };
}

async function answer(
  services: readonly AwsService[],
  asked: Map<string, number>,
  slowMotion: number,
  request: IncomingMessage,
) {
  const { method = '', url = '', headers } = request;
  const [target = '', operation = ''] = String(headers['x-amz-target'] ?? '').split('.');
  const service = services.find((one) => one.target === target);
  if (service === undefined) throw new Error(`nobody answers ${target}.${operation}`);
  asked.set(operation, (asked.get(operation) ?? 0) + 1);
  const body = await buffer(request);
  // Its keys are the services that there are.
  await sleep(slowMotion * latencies[target as keyof typeof latencies]);
  return service.answer(operation, { method, path: url.replace(/^\/_aws/, ''), headers, body });
}

function secretsManager(secrets: Readonly<Record<string, object>>): AwsService {
  const Input = z.object({ SecretId: z.string() });
  return {
    target: 'secretsmanager',
    answer: async (_operation, { body }) => {
      const { SecretId } = Input.parse(JSON.parse(body.toString()));
      const SecretString = JSON.stringify(secrets[SecretId]);
      return { status: 200, headers: {}, body: JSON.stringify({ Name: SecretId, SecretString }) };
    },
  };
}

/** The tables of the template that are used, with the indexes that are written along; the ARN of the learners' stream. */
async function makeTables(dynamodb: DynamoDb): Promise<string> {
  const make = async (
    name: string,
    index: readonly [string, string, string],
    more: object = {},
  ) => {
    const [IndexName, partition, sort] = index;
    const input = {
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['pk', 'sk', partition, sort].map((AttributeName) => ({
        AttributeName,
        AttributeType: 'S',
      })),
      KeySchema: keys('pk', 'sk'),
      GlobalSecondaryIndexes: [
        { IndexName, KeySchema: keys(partition, sort), Projection: { ProjectionType: 'ALL' } },
      ],
      ...more,
    };
    return dynamodb.ask('DynamoDB_20120810', 'CreateTable', input, Described);
  };
  await make(tables.provisioning, ['accounts', 'accountLot', 'accountId']);
  const stream = {
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
  };
  const made = await make(tables.enrolment, ['pending', 'pendingLot', 'sweepDue'], stream);
  return made.TableDescription.LatestStreamArn ?? '';
}

function keys(partition: string, sort: string) {
  return [
    { AttributeName: partition, KeyType: 'HASH' },
    { AttributeName: sort, KeyType: 'RANGE' },
  ];
}
