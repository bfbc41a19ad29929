import type { IncomingMessage, ServerResponse } from 'node:http';

/** A body that is longer than whoever reads it allows. */
export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge';
  readonly limit: number;

  /** @param limit - bytes */
  constructor(limit: number) {
    super(`the body is longer than ${limit} bytes`);
    this.limit = limit;
  }
}

/**
 * Reads a request's body whole.
 * @param limit - bytes
 * @throws BodyTooLarge as soon as more than that has come
 */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  // Left undestroyed when the limit is passed, so that the caller can still be told.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > limit) throw new BodyTooLarge(limit);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

/**
 * Answers once and whole; does nothing when the answer has begun or the caller has gone.
 * @param headers - a `content-length` among them is for an answer to HEAD, which has no body
 */
export function send(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string | Buffer,
): void {
  if (response.headersSent || response.destroyed) return;
  const bytes = Buffer.from(body);
  response.writeHead(status, { 'content-length': String(bytes.length), ...headers });
  response.end(bytes);
}

/** Answers with JSON that no cache keeps. */
export function sendJson(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  const fixed = { 'content-type': 'application/json', 'cache-control': 'no-store' };
  send(response, status, { ...fixed, ...headers }, JSON.stringify(value));
}
