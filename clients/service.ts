import { randomUUID } from 'node:crypto';
import { metadataOf, type ServiceException } from './failure.ts';
import { Retries, type RetryManner } from './retry.ts';
import { queryText, sign } from './signature.ts';
import {
  type ServiceName,
  type Surroundings,
  surroundingsOf,
  UnknownToClients,
} from './surroundings.ts';
import { type Answer, exchange } from './transport.ts';

export type Fields = Record<string, unknown>;

/** A request before it has a place, a date and a signature. */
export interface Call {
  readonly method: string;
  /** Percent-encoded; after the endpoint's own. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** One thing that is asked of a service. */
export interface Command {
  readonly input: object;
  call(): Call;
  /** What an answer says, where the service has done it. */
  output(answer: Answer): Fields;
}

/** A service, and how it says what has failed. */
export interface Service extends ServiceName {
  readonly retries?: Partial<RetryManner>;
  failure(answer: Answer): ServiceException;
}

/** Of AWS's own clients' options those that functions use. */
export interface ClientOptions {
  readonly maxAttempts?: number;
}

/** Minutes by which a clock may be wrong before AWS refuses what it dates, with a margin, in milliseconds. */
const refusedSkew = 240_000;

/** How these clients name themselves; the number is theirs, raised when what they send changes. */
const userAgent = `ladder-clients/1.0 lang/js md/nodejs#${process.versions.node}`;

/**
 * A client of a service, in the place of the AWS SDK's: signs, sends, tries again, reads. What it has to know of its
 * surroundings it reads with its first request.
 */
export class ServiceClient {
  readonly #service: Service;
  readonly #maxAttempts: number | undefined;
  #retries: Retries | undefined;
  #surroundings: Surroundings | undefined;
  /** Milliseconds by which AWS's clock is ahead of ours, as its last answer says. */
  clockOffset = 0;

  /** @throws {UnknownToClients} an option that it would not follow */
  constructor(service: Service, options: ClientOptions) {
    const { maxAttempts, ...others } = options;
    const [unknown] = Object.keys(others);
    if (unknown !== undefined) throw new UnknownToClients(`the option ${unknown}`, 'add it there');
    this.#service = service;
    this.#maxAttempts = maxAttempts;
  }

  get surroundings(): Surroundings {
    this.#surroundings ??= surroundingsOf(this.#service);
    return this.#surroundings;
  }

  /**
   * Asks, and again where asking again may help.
   *
   * @throws {ServiceException} what the service refuses; errors of connections are Node's
   */
  async send(command: Command, ...options: readonly unknown[]): Promise<Fields> {
    if (options.length > 0) throw new UnknownToClients('an option of send', 'add it there');
    const call = command.call();
    const invocation = randomUUID();
    this.#retries ??= retriesOf(this.#service, this.#maxAttempts);
    const { maxAttempts } = this.#retries;
    const { value, attempts, totalRetryDelay } = await this.#retries.run(async (number) => {
      const answer = await this.#attempt(call, {
        'amz-sdk-invocation-id': invocation,
        'amz-sdk-request': `attempt=${number}; max=${maxAttempts}`,
      });
      return { answer, output: this.#read(command, answer) };
    });
    const $metadata = { ...metadataOf(value.answer), attempts, totalRetryDelay };
    return { $metadata, ...value.output };
  }

  async #attempt(call: Call, headers: Readonly<Record<string, string>>): Promise<Answer> {
    const { region, credentials, endpoint } = this.surroundings;
    const path = endpoint.path + call.path;
    const unsigned = { ...call, path, headers: { ...call.headers, host: endpoint.host } };
    const scope = { region, service: this.#service.signedAs };
    const offsetBefore = this.clockOffset;
    const signed = sign(unsigned, credentials, scope, new Date(Date.now() + offsetBefore));
    const query = queryText(call.query ?? {});
    const answer = await exchange(endpoint, {
      method: call.method,
      path: query === '' ? path : `${path}?${query}`,
      headers: { ...signed, ...headers, ...traceHeaders(), 'user-agent': userAgent },
      body: call.body,
    });
    this.#readClock(answer);
    if (answer.status < 300) return answer;
    const failure = this.#service.failure(answer);
    // Without the frames of who reads answers: a log has six, and the sixth is then that of who has asked.
    Error.captureStackTrace(failure);
    // The next attempt is dated as AWS dates it, whoever's answer told of the difference.
    if (Math.abs(this.clockOffset - offsetBefore) >= refusedSkew) {
      failure.$metadata.clockSkewCorrected = true;
    }
    throw failure;
  }

  #readClock({ headers }: Answer): void {
    const theirs = Date.parse(headers.date ?? '');
    // What some cache has kept is of another time.
    if (!Number.isNaN(theirs) && headers.age === undefined) this.clockOffset = theirs - Date.now();
  }

  #read(command: Command, answer: Answer): Fields {
    try {
      return command.output(answer);
    } catch (error) {
      if (!(error instanceof Error) || '$metadata' in error) throw error;
      // What cannot be read is of somebody in between, of whom the status tells at least.
      throw Object.assign(error, { $metadata: metadataOf(answer) });
    }
  }
}

function retriesOf({ retries }: Service, maxAttempts: number | undefined): Retries {
  const variable = Number.parseInt(process.env['AWS_MAX_ATTEMPTS'] ?? '', 10) || undefined;
  return new Retries({
    maxAttempts: maxAttempts ?? variable ?? retries?.maxAttempts ?? 3,
    baseDelay: retries?.baseDelay ?? 50,
  });
}

interface InvokeStore {
  getXRayTraceId?(): string | undefined;
}

/** Passes the trace on in Lambda, so that it notices functions that call themselves without end. */
function traceHeaders(): Readonly<Record<string, string>> {
  if (!process.env['AWS_LAMBDA_FUNCTION_NAME']) return {};
  // What Lambda's runtime puts there where it runs several invocations side by side.
  const { awslambda } = globalThis as { awslambda?: { InvokeStore?: InvokeStore } };
  const trace = awslambda?.InvokeStore?.getXRayTraceId?.() ?? process.env['_X_AMZN_TRACE_ID'] ?? '';
  return trace === '' ? {} : { 'x-amzn-trace-id': trace };
}
