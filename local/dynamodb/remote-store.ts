import type { LocalContext } from '../context.ts';
import { ServiceError } from '../service.ts';
import { Whereabouts, writesItems } from './arns.ts';
import { Connection } from './connection.ts';
import { type DynamoDbProcess, DynamoDbStartError } from './process.ts';
import type { Answer, Api, TableStore } from './store.ts';

/** A DynamoDB that runs already. */
export interface DynamoDbPlace {
  /** Where it answers, such as `http://127.0.0.1:8000`. */
  readonly endpoint: string;
  /** Letters and digits: whom its requests come from, where it keeps a database for each access key. */
  readonly accessKey?: string;
}

/** Is told of the request of each write that was done. */
export type Written = (body: Buffer) => void;

/**
 * Amazon's DynamoDB Local in another process, given the region's ARNs. What that lacks is lacking here: it never raises
 * a transaction conflict (a fault to inject), and deletes expired items by the machine's time, not the region's.
 */
export class RemoteStore implements TableStore {
  readonly #connection: Connection;
  readonly #process: DynamoDbProcess | undefined;
  readonly #whereabouts: Whereabouts;
  readonly #written: Written;

  constructor(
    context: LocalContext,
    connection: Connection,
    written: Written,
    process?: DynamoDbProcess,
  ) {
    this.#connection = connection;
    this.#process = process;
    this.#whereabouts = new Whereabouts(context);
    this.#written = written;
  }

  /** @throws DynamoDbStartError - nobody answers there */
  static async connect(context: LocalContext, place: DynamoDbPlace, written: Written) {
    const { endpoint, accessKey } = place;
    const store = new RemoteStore(context, new Connection(endpoint, accessKey), written);
    await store.answer('DynamoDB_20120810', 'ListTables', Buffer.from('{}')).catch((error) => {
      store.#connection.close();
      throw new DynamoDbStartError(
        'endpoint-silent',
        `no DynamoDB answers at ${endpoint} (${error.message}): start it, or unset ` +
          'AWS_ENDPOINT_URL_DYNAMODB to have the tables kept here',
      );
    });
    return store;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  async answer(api: Api, operation: string, body: Buffer): Promise<Answer> {
    const inward = this.#whereabouts.inward(operation, body);
    // Without the check sum that it came with, which is of the body before ARNs are translated.
    const { status, body: inside } = await this.#connection
      .send(`${api}.${operation}`, inward)
      .catch((error: Error) => {
        throw this.#silence(error);
      });
    if (status === 200 && writesItems(operation)) this.#written(body);
    return { status, body: this.#whereabouts.outward(operation, inside) };
  }

  async stop(): Promise<void> {
    this.#connection.close();
    await this.#process?.stop();
  }

  #silence(error: Error): ServiceError {
    const reason = this.#process?.ended() ?? error.message;
    const message = `DynamoDB Local does not answer: ${reason}. Start the region again.`;
    return new ServiceError('InternalServerError', message, 500);
  }
}
