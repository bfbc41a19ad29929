import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http';

/** What came back: 200 with the operation's output, or else with the error. */
interface Reply {
  readonly status: number;
  readonly body: Buffer;
}

/** Nobody checks the signature, but without one DynamoDB Local refuses the request. */
const signedWith = (accessKey: string) =>
  `AWS4-HMAC-SHA256 Credential=${accessKey}/20260101/local/dynamodb/aws4_request, SignedHeaders=host, Signature=0`;

/** DynamoDB Local gives up idle connections after 30 seconds; ours go first, so that none is used in between. */
const idle = 20_000;

/** A connection that was kept has ended before the answer began. */
class GivenUp extends Error {
  override readonly name = 'GivenUp';

  constructor(cause: Error) {
    super(cause.message, { cause });
  }
}

const isRead = (target: string) =>
  /\.(BatchGet|Describe|Get|List|Query|Scan|TransactGet)/.test(target);

/** Kept-alive connections to a DynamoDB Local. */
export class Connection {
  readonly #endpoint: URL;
  readonly #authorization: string;
  readonly #agent = new Agent({ keepAlive: true, timeout: idle });
  #closed = false;

  /**
   * @param endpoint - such as `http://127.0.0.1:43211`
   * @param accessKey - letters and digits; where it keeps a database for each key, the one that is asked
   */
  constructor(endpoint: string, accessKey = 'local') {
    this.#endpoint = new URL(endpoint);
    this.#authorization = signedWith(accessKey);
  }

  /**
   * @param target - service and operation, such as `DynamoDB_20120810.GetItem`
   * @throws Error - nobody answers
   */
  async send(target: string, body: Buffer): Promise<Reply> {
    for (;;) {
      try {
        return await this.#ask(target, body);
      } catch (error) {
        // On a busy machine a kept connection may be given up before ours goes. Whether what was sent into it was done
        // nobody knows: only what changes nothing is asked again.
        if (!(error instanceof GivenUp) || this.#closed || !isRead(target)) throw error;
      }
    }
  }

  async #ask(target: string, body: Buffer): Promise<Reply> {
    const headers = {
      'content-type': 'application/x-amz-json-1.0',
      'content-length': body.length,
      'x-amz-target': target,
      authorization: this.#authorization,
    };
    const reply = await new Promise<IncomingMessage>((resolve, reject) => {
      const options = { method: 'POST', agent: this.#agent, headers };
      const asked: ClientRequest = request(this.#endpoint, options, resolve);
      asked.once('error', (error) => reject(asked.reusedSocket ? new GivenUp(error) : error));
      asked.end(body);
    });
    const chunks: Buffer[] = [];
    for await (const chunk of reply) chunks.push(chunk);
    return { status: reply.statusCode ?? 500, body: Buffer.concat(chunks) };
  }

  close(): void {
    this.#closed = true;
    this.#agent.destroy();
  }
}
