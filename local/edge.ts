import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AwsFront } from './aws-front.ts';
import { corsHeaders, isBelow, isInternal, refusal } from './guard.ts';
import { send, sendJson } from './http.ts';

/** What answers a request. */
export type Handle = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** What stands behind the edge once the region is up. */
export interface Behind {
  readonly aws: AwsFront;
  /** Answers `/_local` and what is below it. */
  readonly control: Handle;
  /** Answers everything else. */
  readonly api: Handle;
}

/** The port cannot be had; the message says what to do. */
export class PortRefused extends Error {
  override readonly name = 'PortRefused';
  readonly code: 'port-taken' | 'port-forbidden';

  constructor(code: PortRefused['code'], message: string, cause: Error) {
    super(message, { cause });
    this.code = code;
  }
}

/** How long connections may take to finish what they are at when the edge closes, in milliseconds. */
const grace = 150;

/** Longer than clients keep idle connections: the one to close must not be the one that is asked next. */
const idle = 65_000;

/**
 * The one port of a local region, on loopback only: `/_aws` leads to the emulated services, `/_local` to
 * the control API, everything else to the HTTP API. From listening until `open`, and from `hold`
 * until then, whoever asks is told to come back (503), except for `/_local/health`.
 */
export class Edge {
  readonly #server: Server;
  readonly #report: (message: string) => void;
  #behind: Behind | undefined;

  /** @param report - is told of errors that are the local region's own */
  constructor(report: (message: string) => void) {
    this.#report = report;
    const answer = (request: IncomingMessage, response: ServerResponse) =>
      void this.#answer(request, response);
    this.#server = createServer({ keepAliveTimeout: idle }, answer);
  }

  /**
   * @param port - 0 takes any that is free
   * @returns where the region answers, without a slash at its end
   * @throws PortRefused when the port is taken, or not for this user
   */
  async listen(port: number): Promise<string> {
    this.#server.listen(port, '127.0.0.1');
    await once(this.#server, 'listening').catch((error: unknown) => {
      throw portRefused(port, error);
    });
    const address = this.#server.address();
    if (typeof address !== 'object' || address === null) {
      throw new Error('a server that listens on a port has no address');
    }
    return `http://127.0.0.1:${address.port}`;
  }

  /** Lets requests through from now on, in place of what was behind before. */
  open(behind: Behind): void {
    this.#replace(behind);
  }

  /**
   * Tells whoever asks for something else than the services to come back, until `open`.
   * @param aws - the services meanwhile
   */
  hold(aws: AwsFront): void {
    const later: Handle = async (_, response) => laterAnswer(response, 'replacing');
    this.#replace({ aws, control: later, api: later });
  }

  #replace(behind: Behind): void {
    if (this.#behind?.aws !== behind.aws) this.#behind?.aws.stop();
    this.#behind = behind;
  }

  /** Takes no more requests; those under way get a moment, then their connections are closed. */
  async close(): Promise<void> {
    this.#behind?.aws.stop();
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeIdleConnections();
    const impatient = setTimeout(() => this.#server.closeAllConnections(), grace);
    await closed;
    clearTimeout(impatient);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { url = '/' } = request;
    try {
      const refused = refusal(request, url);
      if (refused !== undefined) return sendProblem(response, 403, 'not-from-here', refused);
      if (url === '/_local/health') return this.#health(response);
      if (this.#behind === undefined) return laterAnswer(response, 'booting');
      await route(this.#behind, request, response, url);
    } catch (error) {
      if (request.socket.destroyed) return;
      this.#report(`${request.method} ${url}: ${stackOf(error)}`);
      sendProblem(response, 500, 'failed', 'the local region failed; its log says more');
    }
  }

  #health(response: ServerResponse): void {
    sendJson(response, 200, { status: this.#behind === undefined ? 'booting' : 'ready' });
  }
}

async function route(
  behind: Behind,
  request: IncomingMessage,
  response: ServerResponse,
  url: string,
): Promise<void> {
  if (!isInternal(url)) return behind.api(request, response);
  const below = isBelow(url, '/_aws') ? url.slice('/_aws'.length) : undefined;
  const path = below?.startsWith('/') ? below : `/${below ?? ''}`;
  const cors = below === undefined ? corsHeaders(request) : behind.aws.corsHeaders(request, path);
  for (const [name, value] of Object.entries(cors ?? {})) response.setHeader(name, value);
  if (request.method === 'OPTIONS') return send(response, cors === undefined ? 403 : 204, {}, '');
  if (below === undefined) return behind.control(request, response);
  return behind.aws.handle(request, response, path);
}

/** @param why - `booting`, or `replacing`: another template is being deployed */
function laterAnswer(response: ServerResponse, why: 'booting' | 'replacing'): void {
  response.setHeader('retry-after', '1');
  const at = why === 'booting' ? 'is booting' : 'is replacing its services';
  sendProblem(response, 503, why, `the local region ${at}; try again in a moment`);
}

/** An answer of the edge itself, in the shape of RFC 9457 that the control API uses too. */
function sendProblem(response: ServerResponse, status: number, code: string, detail: string): void {
  const type = { 'content-type': 'application/problem+json' };
  sendJson(response, status, { status, code, detail }, type);
}

/** Says what the operating system's error means for whoever chose the port; any other stays as it is. */
function portRefused(port: number, error: unknown): unknown {
  if (!(error instanceof Error && 'code' in error)) return error;
  if (error.code === 'EADDRINUSE') {
    const message = `port ${port} is taken; stop what listens there, or choose another with --port`;
    return new PortRefused('port-taken', message, error);
  }
  if (error.code === 'EACCES') {
    const message = `port ${port} is not for this user; choose one above 1023 with --port`;
    return new PortRefused('port-forbidden', message, error);
  }
  return error;
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
