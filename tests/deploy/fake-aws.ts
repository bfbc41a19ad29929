import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FakeAccount } from './fake-account.ts';
import { FakeCloudFormation } from './fake-cloudformation.ts';
import { type Reply, xmlError, xmlResult } from './fake-replies.ts';

/** One request as it arrived. */
export interface Received {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

export const account = '123456789012';

/**
 * As much of AWS as a rollout talks to, behind one address: STS, S3, CloudFormation and an account. What it is asked
 * beyond that it refuses, and remembers in `unexpected`.
 */
export class FakeAws {
  readonly cloudFormation = new FakeCloudFormation();
  readonly account = new FakeAccount();
  /** How many requests have come. */
  asked = 0;
  /** What a test refuses before anything else is looked at. */
  refuse: (received: Received) => Reply | undefined = () => undefined;
  /** S3 objects, by `/bucket/key`. */
  readonly objects = new Map<string, Buffer>();
  /** Roles that were assumed, in order. */
  readonly assumed: string[] = [];
  readonly unexpected: string[] = [];
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<FakeAws> {
    const server = createServer();
    const aws = new FakeAws(server);
    server.on('request', async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const { method = '', url = '', headers } = request;
      const {
        status,
        body,
        headers: more,
      } = aws.#answer({
        method,
        url,
        headers,
        body: Buffer.concat(chunks),
      });
      response.writeHead(status, { 'x-amzn-requestid': 'request', ...more }).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return aws;
  }

  get endpoint(): string {
    // A server that listens on a port has such an address.
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer(received: Received): Reply {
    this.asked += 1;
    const refused = this.refuse(received);
    if (refused !== undefined) return refused;
    const target = received.headers['x-amz-target'];
    const form = new URLSearchParams(received.body.toString('utf8'));
    const action = form.get('Action');
    const answer =
      action === null || target !== undefined
        ? (this.account.answer(received) ?? this.#objectStore(received))
        : (this.#sts(action, form) ?? this.cloudFormation.answer(action, form));
    if (answer !== undefined) return answer;
    this.unexpected.push(`${received.method} ${received.url} ${target ?? action ?? ''}`);
    return { status: 400, body: xmlError('NotFaked', 'the fake AWS does not answer this') };
  }

  #sts(action: string, form: URLSearchParams): Reply | undefined {
    if (action === 'GetCallerIdentity') {
      const arn = `arn:aws:iam::${account}:user/deployer`;
      return xmlResult(
        action,
        `<Arn>${arn}</Arn><UserId>AIDA</UserId><Account>${account}</Account>`,
      );
    }
    if (action !== 'AssumeRole') return undefined;
    const role = form.get('RoleArn') ?? '';
    this.assumed.push(role);
    return xmlResult(
      action,
      `<Credentials><AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken><Expiration>2100-01-01T00:00:00Z</Expiration></Credentials><AssumedRoleUser><AssumedRoleId>AROA:cdk</AssumedRoleId><Arn>${role}</Arn></AssumedRoleUser>`,
    );
  }

  #objectStore({ method, url, body }: Received): Reply | undefined {
    const { pathname, searchParams } = new URL(url, this.endpoint);
    if (method === 'HEAD')
      return { status: this.account.bootstrapVersion === undefined ? 404 : 200 };
    if (method === 'PUT') {
      this.objects.set(pathname, body);
      return { status: 200, headers: { etag: '"etag"' } };
    }
    // The CLI lists an asset's key to see whether it is there, and uploads it if not.
    if (method === 'GET' && searchParams.has('list-type')) {
      const key = searchParams.get('prefix') ?? '';
      const there = this.objects.has(`${pathname}${key}`);
      const contents = there ? `<Contents><Key>${key}</Key></Contents>` : '';
      return { status: 200, body: `<ListBucketResult>${contents}</ListBucketResult>` };
    }
    if (method === 'GET' && searchParams.has('location')) {
      return { status: 200, body: '<LocationConstraint>ap-northeast-2</LocationConstraint>' };
    }
    if (method === 'GET' && searchParams.has('encryption')) {
      const rule =
        '<ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault>';
      const body = `<ServerSideEncryptionConfiguration><Rule>${rule}</Rule></ServerSideEncryptionConfiguration>`;
      return { status: 200, body };
    }
    return undefined;
  }
}
