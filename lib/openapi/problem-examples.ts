import {
  asOauth,
  Busy,
  Conflict,
  Forbidden,
  NotFound,
  type RefusalText,
  Ruled,
  Stale,
  Unauthenticated,
  Unavailable,
  Unreadable,
} from '../../functions/runtime/errors.ts';
import { problemAnswer } from '../../functions/runtime/problems.ts';
import { readPart } from '../../functions/runtime/request.ts';
import type { RefusalStatus, Route } from '../../functions/runtime/route.ts';
import { exampleDetails } from './refusal-details.ts';

/** A contract names a refusal that nobody wrote an example for. */
export class NoExample extends Error {
  override readonly name = 'NoExample';
  readonly code = 'no-example';
}

/**
 * The problem document of a refusal as the runtime itself writes it, fitting for the route.
 *
 * @throws {NoExample} there is none for the code
 */
export function problemExample(route: Route, status: number, code: string): unknown {
  const error = errorOf(route, status, code);
  const { body } = problemAnswer(
    route.unreadable === 'as-oauth' ? asOauth(error) : error,
    '4f1c2a70-9d3e-4b6a-8c55-e2b7f0a91d36',
  );
  return JSON.parse(body ?? '');
}

function errorOf(route: Route, status: number, code: string): Error {
  if (code === 'malformed') return malformed(route);
  if (code === 'internal') return new Error('shown to callers as a fault of ours');
  if (code === 'busy') return new Busy();
  if (code === 'unavailable') return new Unavailable();
  const detail = detailOf(route, code);
  if (code === 'access-token-required' || code === 'signed-out')
    return new Unauthenticated(code, detail);
  if (status === 400 || status === 413 || status === 415)
    return new Unreadable(status, code, detail);
  const refusal = Object.entries(refusals).find(([known]) => Number(known) === status)?.[1];
  if (refusal !== undefined) return refusal({ code, detail });
  throw new NoExample(
    `${route.method} ${route.path} refuses with ${status} "${code}", a status without an example: add it here.`,
  );
}

const refusals: Readonly<Record<RefusalStatus, (text: RefusalText) => Error>> = {
  403: (text) => new Forbidden(text),
  404: (text) => new NotFound(text),
  409: (text) => new Conflict(text),
  412: (text) => new Stale(text),
  422: (text) => new Ruled(text),
};

function detailOf(route: Route, code: string): string {
  if (code === 'wrong-role' && route.access.pool === 'staff')
    return `This is for ${route.access.roles.join(', ')}. Ask an administrator for the role.`;
  if (code === 'text-required' && route.text !== undefined)
    return `Send the body with "Content-Type: ${route.text.mediaType}".`;
  const detail = Object.hasOwn(exampleDetails, code) ? exampleDetails[code] : undefined;
  if (detail !== undefined) return detail;
  throw new NoExample(
    `${route.method} ${route.path} refuses with "${code}", which has no example. Add its text to lib/openapi/refusal-details.ts.`,
  );
}

/** What the runtime says when it reads something that does not fit the route's own schema. */
function malformed(route: Route): Error {
  if (route.body !== undefined) return faultOf(() => readPart('body', route.body, {}));
  const unfit = Object.keys(route.params?.shape ?? {}).map((name) => [name, '-'.repeat(100)]);
  if (unfit.length > 0)
    return faultOf(() => readPart('path', route.params, Object.fromEntries(unfit)));
  if (route.headers?.safeParse({}).success === false)
    return faultOf(() => readPart('header', route.headers, {}));
  return faultOf(() => readPart('query', route.query, { page: '2' }));
}

function faultOf(read: () => unknown): Error {
  try {
    read();
  } catch (error) {
    if (error instanceof Unreadable) return error;
    throw error;
  }
  throw new NoExample('A request that should not fit a route does: choose another in malformed().');
}
