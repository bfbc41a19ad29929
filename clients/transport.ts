import type { Agent, IncomingHttpHeaders } from 'node:http';
import type { Endpoint } from './surroundings.ts';

/** A request with everything that it is sent with. */
export interface Sent {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

export interface Answer {
  readonly status: number;
  /** In lower case. */
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** As many connections to one place, and as long a silence on one, as the AWS SDK allows. */
const connections = 50;
const silence = 300_000;

/** What Node reports of a connection that is gone: to whoever asked, no answer came in time. */
const lost: readonly unknown[] = ['ECONNRESET', 'EPIPE', 'ETIMEDOUT'];

const agents: { 'https:'?: Agent; 'http:'?: Agent } = {};

/**
 * Asks, and reads the answer whole. Connections stay open for the next request. Node's HTTP is loaded with the first
 * request: `import` would load it with the function, and make a module of each of its names.
 *
 * @throws {Error} of Node: the connection was not made, or ended before the answer; `TimeoutError`
 */
export function exchange(endpoint: Endpoint, { body, ...sent }: Sent): Promise<Answer> {
  const { protocol, hostname, port } = endpoint;
  const http = process.getBuiltinModule(protocol === 'https:' ? 'node:https' : 'node:http');
  agents[protocol] ??= new http.Agent({ keepAlive: true, maxSockets: connections });
  const place = { host: hostname, port, agent: agents[protocol], timeout: silence };
  return new Promise((resolve, reject) => {
    const request = http.request({ ...place, ...sent }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', reject);
      response.on('end', () => {
        const { statusCode: status = 0, headers } = response;
        resolve({ status, headers, body: Buffer.concat(parts) });
      });
    });
    request.on('error', (error: NodeJS.ErrnoException) => {
      reject(lost.includes(error.code) ? Object.assign(error, { name: 'TimeoutError' }) : error);
    });
    request.on('timeout', () => {
      const error = new Error(`nothing came from ${hostname} for ${silence} ms`);
      request.destroy(Object.assign(error, { name: 'TimeoutError' }));
    });
    request.end(body);
  });
}
