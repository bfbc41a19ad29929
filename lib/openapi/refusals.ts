import { asksForKey, type Route } from '../../functions/runtime/route.ts';

/** Why a request can be refused with a status: by the gateway, and by handlers with these problem codes. */
export interface Refused {
  readonly gateway: boolean;
  readonly codes: readonly string[];
}

/**
 * Codes that the runtime adds to what a contract says, each for the routes that can meet it. A test looks
 * for every one of them in `functions/runtime/`.
 */
export const runtimeCodes = {
  malformed: { status: 400, meets: readsSomething },
  'invalid-json': { status: 400, meets: hasBody },
  'invalid-utf-8': { status: 400, meets: isSentBody },
  'idempotency-key-required': { status: 400, meets: asksForKey },
  'access-token-required': { status: 401, meets: needsLogin },
  'signed-out': { status: 401, meets: needsLogin },
  'wrong-role': { status: 403, meets: isForStaff },
  'body-too-large': { status: 413, meets: isSentBody },
  'json-required': { status: 415, meets: hasBody },
  'text-required': { status: 415, meets: hasText },
  internal: { status: 500, meets: () => true },
  busy: { status: 503, meets: changesSomething },
  unavailable: { status: 503, meets: () => true },
} as const satisfies Record<string, { status: number; meets: (route: Route) => boolean }>;

/** What the gateway refuses before a handler sees it (AWS, "Troubleshooting HTTP APIs"). */
const gatewayStatuses: readonly {
  readonly status: number;
  readonly meets: (route: Route) => boolean;
}[] = [
  { status: 401, meets: needsLogin },
  { status: 403, meets: needsLogin },
  { status: 413, meets: isSentBody },
  { status: 429, meets: () => true },
  { status: 500, meets: () => true },
  { status: 503, meets: () => true },
];

/** Every refusal that a caller of a route may meet, by status in rising order. */
export function refusalsOf(route: Route): ReadonlyMap<number, Refused> {
  const found = new Map<number, Refused>();
  const add = (status: number, codes: readonly string[], gateway = false): void => {
    const known = found.get(status) ?? { gateway: false, codes: [] };
    found.set(status, {
      gateway: known.gateway || gateway,
      codes: [...new Set([...known.codes, ...codes])],
    });
  };
  for (const [code, { status, meets }] of Object.entries(runtimeCodes)) {
    if (meets(route)) add(status, [code]);
  }
  for (const [status, codes] of Object.entries(route.refusals ?? {})) add(Number(status), codes);
  for (const { status, meets } of gatewayStatuses) if (meets(route)) add(status, [], true);
  return new Map([...found].sort(([a], [b]) => a - b));
}

/** Whether the route takes the ETag of what it changes. */
export function takesIfMatch(route: Route): boolean {
  return route.refusals?.[412] !== undefined;
}

function readsSomething(route: Route): boolean {
  const isAsked = Boolean(route.params ?? route.query ?? route.headers);
  return isSentBody(route) || isAsked || takesIfMatch(route);
}

function hasBody(route: Route): boolean {
  return route.body !== undefined;
}

function hasText(route: Route): boolean {
  return route.text !== undefined;
}

function isSentBody(route: Route): boolean {
  return hasBody(route) || hasText(route);
}

function needsLogin(route: Route): boolean {
  return route.access.pool !== 'none';
}

function isForStaff(route: Route): boolean {
  return route.access.pool === 'staff';
}

function changesSomething(route: Route): boolean {
  return route.method !== 'GET';
}
