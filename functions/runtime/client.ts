import { randomUUID } from 'node:crypto';
import type * as z from 'zod';
import type { Problem } from './problems.ts';
import { asksForKey, type Route, type TextBody } from './route.ts';

type Given<Part extends string, Schema> = Schema extends z.ZodType
  ? { readonly [part in Part]: z.input<Schema> }
  : { readonly [part in Part]?: undefined };

/** What a call of a route needs, by its contract. */
export type CallInput<R extends Route> = Given<'params', R['params']> &
  Given<'body', R['body']> &
  Given<'headers', R['headers']> & {
    readonly query?: R['query'] extends z.ZodType ? z.input<R['query']> : undefined;
    /** What a route takes that takes text. */
    readonly text?: R['text'] extends TextBody ? string : undefined;
    /** The version that a change was made on: the `etag` of an answer. */
    readonly ifMatch?: string | undefined;
    /** Makes a POST happen once; a new one for each call where it is left out, none where the route asks for none. */
    readonly idempotencyKey?: string | undefined;
  };

export type CallResult<R extends Route> =
  | {
      readonly ok: true;
      readonly status: number;
      readonly body: R['answers']['body'] extends z.ZodType
        ? z.output<R['answers']['body']>
        : undefined;
      readonly etag: string | undefined;
    }
  | { readonly ok: false; readonly status: number; readonly problem: Problem };

/** The API answered with something that its contract does not know. */
export class ContractBroken extends Error {
  override readonly name = 'ContractBroken';
  readonly code = 'contract-broken';
}

/**
 * A client of the API, typed by the contracts: answers are checked against them, and so are problem codes.
 *
 * @param url - where the API answers, such as `http://127.0.0.1:4000`
 * @param accessToken - of the sign-in to the pool that the routes take; absent for public routes
 */
export function apiClient(url: string, accessToken?: string) {
  return async function call<const R extends Route>(
    route: R,
    input: CallInput<R>,
  ): Promise<CallResult<R>> {
    const response = await fetch(addressOf(url, route, input), {
      method: route.method,
      headers: headersOf(route, input, accessToken),
      body: input.text ?? (input.body === undefined ? null : JSON.stringify(input.body)),
    });
    const text = await response.text();
    const { status } = response;
    if (status >= 400) return { ok: false, status, problem: readProblem(route, status, text) };
    if (status !== route.answers.status) throw broken(route, `answered ${status}`);
    const etag = response.headers.get('etag') ?? undefined;
    // The contract's own schema has just parsed the body; the conditional type cannot follow that.
    return { ok: true, status, body: readBody(route, text) as never, etag };
  };
}

function addressOf<R extends Route>(url: string, route: R, input: CallInput<R>): string {
  const params = Object.entries(input.params ?? {});
  const path = params.reduce<string>(
    (filled, [name, value]) => filled.replace(`{${name}}`, encodeURIComponent(String(value))),
    route.path,
  );
  const given = Object.entries(input.query ?? {}).filter(([, value]) => value !== undefined);
  const query = new URLSearchParams(
    given.map(([name, value]): [string, string] => [name, String(value)]),
  ).toString();
  return `${url}${path}${query === '' ? '' : `?${query}`}`;
}

function headersOf<R extends Route>(
  route: R,
  input: CallInput<R>,
  accessToken: string | undefined,
) {
  const given = Object.entries(input.headers ?? {}).filter(([, value]) => value !== undefined);
  const headers: Record<string, string> = Object.fromEntries(
    given.map(([name, value]) => [name, String(value)]),
  );
  if (accessToken !== undefined) headers['authorization'] = `Bearer ${accessToken}`;
  if (input.body !== undefined) headers['content-type'] = 'application/json';
  if (input.text !== undefined && route.text) headers['content-type'] = route.text.mediaType;
  if (input.ifMatch !== undefined) headers['if-match'] = input.ifMatch;
  if (asksForKey(route)) headers['idempotency-key'] = input.idempotencyKey ?? randomUUID();
  return headers;
}

function readBody(route: Route, text: string): unknown {
  if (route.answers.body === undefined) return undefined;
  if (route.answers.mediaType !== undefined) return text;
  const parsed = route.answers.body.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  throw broken(
    route,
    `answered with ${parsed.error.issues.map(({ path }) => path.join('.')).join(', ')} out of shape`,
  );
}

/** Codes that every route may answer with: the runtime's own, and `gateway` for what has no problem document. */
const commonCodes = [
  'malformed',
  'invalid-json',
  'invalid-utf-8',
  'json-required',
  'text-required',
  'body-too-large',
  'idempotency-key-required',
  'access-token-required',
  'signed-out',
  'wrong-role',
  'busy',
  'unavailable',
  'internal',
];

function readProblem(route: Route, status: number, text: string): Problem {
  const body: Partial<Problem> & { readonly message?: string } = JSON.parse(text);
  if (body.code === undefined) {
    const detail = body.message ?? text;
    return { type: 'about:blank', title: detail, status, detail, code: 'gateway', instance: '' };
  }
  const listed: readonly string[] = Object.values(route.refusals ?? {}).flat();
  if (!listed.includes(body.code) && !commonCodes.includes(body.code)) {
    throw broken(route, `answered ${status} ${body.code}, which its contract does not list`);
  }
  // Whatever carries a code was made by our runtime, whose type this is.
  return body as Problem;
}

function broken({ method, path }: Route, what: string): ContractBroken {
  return new ContractBroken(
    `${method} ${path} ${what}. Contract and handler differ: correct one of them.`,
  );
}
