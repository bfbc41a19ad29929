import type { z } from 'zod';

/** The groups of the staff pool; a staff token carries exactly one of them. */
export const roles = [
  'officer',
  'coordinator',
  'consultant',
  'safeguarding-lead',
  'administrator',
] as const;
export type Role = (typeof roles)[number];

/** Who may call a route: anyone, a login of the public pool, or staff in one of the named roles. */
export type Access =
  | { readonly pool: 'none' }
  | { readonly pool: 'public' }
  | { readonly pool: 'staff'; readonly roles: readonly [Role, ...Role[]] };

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** Statuses of refusals that a handler may answer with, beside those that the runtime adds for every route. */
export type RefusalStatus = 403 | 404 | 409 | 412 | 422;

/** What a route answers with when all is well; `body` absent means an empty answer (204). */
export interface Answers {
  readonly status: 200 | 201 | 202 | 204;
  readonly body?: z.ZodType;
  /** The answer carries an `ETag`, and a PUT of the same resource takes it back as `If-Match`. */
  readonly etag?: true;
  /** For what is not JSON, such as a page: the media type. */
  readonly mediaType?: string;
  /** A file that anyone who has its address gets, and that no cache may keep. */
  readonly uncached?: true;
}

/**
 * A body that a handler reads itself, from its text exactly as it was sent: a table from a spreadsheet, a form, or JSON of
 * which somebody has signed the bytes.
 */
export interface TextBody {
  readonly mediaType: 'text/csv' | 'application/json' | 'application/x-www-form-urlencoded';
  readonly largestBytes: number;
  readonly description: string;
  readonly example: string;
}

/** One route of the API: from it come gateway, validation, OpenAPI, client and authorization tests. */
export interface Route {
  readonly method: Method;
  readonly path: `/${string}`;
  readonly access: Access;
  readonly summary: string;
  readonly description?: string;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  /** Headers that its handler reads, by their names in lower case; other headers pass unread. */
  readonly headers?: z.ZodObject;
  readonly body?: z.ZodObject;
  /** In the place of `body`: the handler gets the text as it was sent. */
  readonly text?: TextBody;
  readonly answers: Answers;
  /**
   * Of a POST of machines that know of no `Idempotency-Key`: none is asked for, no answer is remembered, and what the
   * handler writes is by its own keys such that a second time changes nothing.
   */
  readonly repeats?: 'by-itself';
  /** Of a token endpoint: whatever is answered with 400 has OAuth's `error`, as JSON (RFC 6749, section 5.2). */
  readonly unreadable?: 'as-oauth';
  /** Stable problem codes by status (RFC 9457 `code`), beyond those that every route may answer with. */
  readonly refusals?: { readonly [status in RefusalStatus | 400 | 401]?: readonly string[] };
}

/** Routes by their names. */
export type Routes = Readonly<Record<string, Route>>;

/** What one capability offers over HTTP. */
export interface Contract {
  readonly name: string;
  readonly summary: string;
  readonly routes: Routes;
  /**
   * Where several functions serve it: the routes of each, by the name of its file, `<name>.api.ts`. Without, the
   * capability's `api.ts` serves all.
   */
  readonly parts?: Readonly<Record<string, Routes>>;
}

/** The key by which API Gateway names a route, such as `GET /me`. */
export function routeKey(route: Pick<Route, 'method' | 'path'>): string {
  return `${route.method} ${route.path}`;
}

/** Whether a route asks for an `Idempotency-Key`, and remembers its answer by it. */
export function asksForKey({ method, repeats }: Pick<Route, 'method' | 'repeats'>): boolean {
  return method === 'POST' && repeats === undefined;
}

/** Keeps a contract's literal types, so that handlers and clients are typed by it. */
export function contract<const C extends Contract>(declared: C): C {
  return declared;
}

/**
 * A contract that several functions serve, made of what each of them does, so that no route is left to nobody.
 *
 * @throws {Error} a route is in two parts
 */
export function divided<const P extends Readonly<Record<string, Routes>>>({
  name,
  summary,
  parts,
}: Pick<Contract, 'name' | 'summary'> & { readonly parts: P }) {
  const all = Object.values<Routes>(parts).flatMap((routes) => Object.entries(routes));
  const routes = Object.fromEntries(all);
  const twice = all.find(([route], at) => all.findIndex(([first]) => first === route) < at);
  if (twice !== undefined) throw new Error(`${twice[0]} is in two parts of ${name}`);
  // Of entries the compiler no longer knows which name has which route.
  return { name, summary, routes: routes as AllOf<P[keyof P]>, parts };
}

/** All members of a union of objects in one. */
type AllOf<Union> = (Union extends unknown ? (one: Union) => void : never) extends (
  all: infer All,
) => void
  ? All
  : never;
