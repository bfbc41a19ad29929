import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { RegionClock } from '../../../local/clock.ts';
import { Cognito } from '../../../local/cognito/service.ts';
import type { Mail } from '../../../local/mailbox/mail.ts';
import type { Created } from '../../../local/resource.ts';
import type { ServiceReply, ServiceRequest } from '../../../local/service.ts';
import { openState } from '../../../local/state.ts';

/** User pools behind a port, a mailbox that keeps what they send, and a client that speaks to them. */
export interface TestRegion {
  readonly base: string;
  readonly clock: RegionClock;
  readonly mails: readonly Mail[];
  readonly client: CognitoIdentityProviderClient;
  readonly cognito: Cognito;
  /** What is to happen before an operation is answered, once, by the operation's name. */
  readonly interjections: Map<string, () => Promise<unknown>>;
  /** Creates a resource as the template's engine would. */
  create(type: string, name: string, properties: object): Promise<Created>;
  close(): Promise<void>;
}

/**
 * @param file - database to start on; without one the region forgets everything when it is closed
 * @param refuse - says whether the mailbox refuses a mail
 */
export async function startRegion(
  file = ':memory:',
  refuse: (mail: Mail) => boolean = () => false,
): Promise<TestRegion> {
  const clock = new RegionClock();
  const mails: Mail[] = [];
  const deliver = (mail: Mail) => {
    if (refuse(mail)) throw new Error('the mailbox is full');
    mails.push(mail);
  };
  const state = openState(file);
  // No connection is given up: on a busy machine seconds pass between two requests, and a client that asks just then is cut off.
  const server = createServer({ keepAliveTimeout: 0 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server that listens on a port has an address of this shape.
  const { port } = server.address() as AddressInfo;
  const base = `http://127.0.0.1:${port}`;
  const context = { account: '000000000000', region: 'ap-northeast-2', base, clock, state };
  const cognito = new Cognito(context, deliver);
  const interjections = new Map<string, () => Promise<unknown>>();
  server.on('request', async (request, response) => {
    const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
    const interjection = interjections.get(operation);
    interjections.delete(operation);
    await interjection?.();
    const reply = await answer(cognito, request).catch(failure);
    response.writeHead(reply.status, reply.headers).end(reply.body);
  });
  const client = new CognitoIdentityProviderClient({
    endpoint: `${base}/_aws`,
    region: context.region,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    // What is refused for being too much is to be seen, not tried again.
    maxAttempts: 1,
  });
  return {
    base,
    clock,
    mails,
    client,
    cognito,
    interjections,
    async create(type, name, properties) {
      const kind = cognito.kinds.find((known) => known.type === type);
      if (kind === undefined) throw new Error(`no kind ${type}`);
      return kind.create({
        logicalId: name,
        physicalName: `stack-${name}`,
        properties: kind.properties.parse(properties),
      });
    },
    async close() {
      client.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      clock.stop();
      await cognito.stop();
      state.close();
    },
  };
}

async function answer(cognito: Cognito, message: IncomingMessage): Promise<ServiceReply> {
  const request: ServiceRequest = {
    method: message.method ?? '',
    path: (message.url ?? '').slice('/_aws'.length),
    headers: message.headers,
    body: await buffer(message),
  };
  const target = message.headers['x-amz-target'];
  if (typeof target !== 'string') {
    return cognito.answerPath(request) ?? { status: 404, body: '{}' };
  }
  const [service = '', operation = ''] = target.split('.');
  if (service !== cognito.target) return { status: 404, body: '{}' };
  return cognito.answer(operation, request);
}

/** What the region's front answers when a service fails otherwise than by refusing. */
function failure(error: unknown): ServiceReply {
  const message = error instanceof Error ? error.message : String(error);
  return { status: 500, body: JSON.stringify({ __type: 'InternalFailure', message }) };
}
