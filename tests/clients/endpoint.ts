import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { vi } from 'vitest';

/** What an endpoint says, or that it breaks the connection. */
export type Reply =
  | {
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    }
  | 'breaks'
  | 'breaks within the answer';

export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** An endpoint of any service, which says what it is told to. */
export interface FakeEndpoint {
  readonly url: string;
  /** All that it was asked, in order. */
  readonly asked: Asked[];
  /** What it says next, one after the other; the last again and again. */
  says(...replies: Reply[]): void;
  close(): Promise<void>;
}

/** Starts it, and points clients of this process there. */
export async function fakeEndpoint(): Promise<FakeEndpoint> {
  const asked: Asked[] = [];
  let replies: readonly Reply[] = [];
  const server = createServer(async (request, response) => {
    const { method = '', url = '', headers } = request;
    asked.push({ method, url, headers, body: await text(request) });
    const [reply = {}, ...others] = replies;
    if (others.length > 0) replies = others;
    if (reply === 'breaks') return void request.socket.destroy();
    if (reply === 'breaks within the answer') {
      response.writeHead(200, { 'content-length': '1000' }).write('{');
      return void setTimeout(() => request.socket.destroy(), 5);
    }
    const { status = 200, body = '{}' } = reply;
    response.writeHead(status, { 'x-amzn-requestid': 'request-1', ...reply.headers });
    response.end(method === 'HEAD' ? undefined : body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A listening TCP server has an address with a port.
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/_aws`;
  vi.stubEnv('AWS_ENDPOINT_URL', url);
  vi.stubEnv('AWS_REGION', 'ap-northeast-2');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'local');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  vi.stubEnv('AWS_SESSION_TOKEN', 'session/token+');
  return {
    url,
    asked,
    says: (...next) => {
      asked.length = 0;
      replies = next;
    },
    close: async () => {
      vi.unstubAllEnvs();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
