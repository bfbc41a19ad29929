import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import express, { type RequestHandler } from 'express';
import { z } from 'zod';
import { Refusal } from './refusal.ts';

const limitBytes = 1024 * 1024;

/** Errors of npm `body-parser`, told apart by `type`. */
const ParserError = z.object({ type: z.string(), message: z.string() });

/**
 * Reads a JSON object or array into `request.body`. Refuses another content type and unknown charsets
 * (415), more than 1 MiB (413), bytes that are not UTF-8 and what is not JSON (400, `invalidSyntax`, the
 * word that SCIM has for it).
 *
 * @param types - the content types taken, such as `application/json`
 * @param keepBytes - is given what was read, before it is parsed
 */
export function jsonBody(
  types: string[],
  keepBytes?: (request: IncomingMessage, bytes: Buffer) => void,
): RequestHandler {
  const parse = express.json({
    type: types,
    limit: limitBytes,
    // Without this, bytes that are not UTF-8 would silently become U+FFFD in somebody's name.
    verify: (request, _response, bytes) => {
      if (!isUtf8(bytes)) throw new Error('the body is not UTF-8');
      keepBytes?.(request, bytes);
    },
  });
  return (request, response, next) => {
    if (request.is(types) === false) {
      next(new Refusal(415, 'unsupported-media-type', `send the body as ${types.join(' or ')}`));
      return;
    }
    parse(request, response, (error?: unknown) => {
      next(error === undefined ? undefined : explain(error));
    });
  };
}

/**
 * What an error of npm `body-parser` is answered as; another error is left as it is.
 *
 * @param limit - the bytes that a body may have
 */
export function explain(error: unknown, limit = limitBytes): unknown {
  const parsed = ParserError.safeParse(error);
  if (!parsed.success) return error;
  const { type, message } = parsed.data;
  switch (type) {
    case 'entity.parse.failed':
      return new Refusal(
        400,
        'invalidSyntax',
        `the body is not a JSON object or array: ${message}`,
      );
    case 'entity.verify.failed':
      return new Refusal(400, 'invalidSyntax', message);
    case 'entity.too.large':
      return new Refusal(413, 'too-large', `the body is larger than ${limit} bytes`);
    case 'charset.unsupported':
    case 'encoding.unsupported':
      return new Refusal(415, 'unsupported-media-type', `${message}; send JSON in UTF-8`);
    case 'request.aborted':
    case 'request.size.invalid':
      return new Refusal(400, 'invalidSyntax', message);
    default:
      return error;
  }
}
