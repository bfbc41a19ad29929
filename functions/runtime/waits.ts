import type { LogFields } from './logger.ts';

/** A request to another service, as Node's HTTP client has it, or as `fetch` does. */
interface Asked {
  readonly host?: string;
  readonly origin?: string | URL;
  getHeader?(name: string): unknown;
}

/** What a channel tells of a request; of Node's HTTP client with the answer, once there is one. */
interface Told {
  readonly request: Asked;
  readonly response?: { once?(event: 'close', listener: () => void): unknown };
}

/** Milliseconds from which on a request is slow enough to be told of. */
const slow = 1_000;

let begun = 0;
/** Whether an invocation is under way; nobody waits for what is sent between two. */
let isUnderWay = false;
/** When each was sent that this invocation waits for; what an earlier one left behind is not among them. */
const underWay = new Map<Asked, number>();
/** Milliseconds that were waited for each, all its calls together. */
const waited = new Map<string, number>();

/** Begins an invocation; an instance has one at a time. */
export function beginInvocation(): void {
  begun = performance.now();
  isUnderWay = true;
  underWay.clear();
  waited.clear();
}

/**
 * Ends an invocation; of one that took long it says how long, and for whom it waited most, until the ends of all their
 * answers together: by what is asked of AWS (`DynamoDB_20120810.Query`), or by the host.
 *
 * @param from - milliseconds
 */
export function endInvocation(from = slow): Pick<LogFields, 'milliseconds' | 'waitedFor'> {
  const milliseconds = Math.round(performance.now() - begun);
  isUnderWay = false;
  if (milliseconds < from) return {};
  // What has not come counts as far as it was waited for.
  for (const asked of underWay.keys()) ended(asked);
  const [most] = [...waited].sort(([, one], [, other]) => other - one);
  return { milliseconds, ...(most !== undefined && { waitedFor: most[0] }) };
}

function sent(asked: Asked): void {
  if (isUnderWay) underWay.set(asked, performance.now());
}

function ended(asked: Asked): void {
  const since = underWay.get(asked);
  if (since === undefined) return;
  underWay.delete(asked);
  const name = nameOf(asked);
  waited.set(name, (waited.get(name) ?? 0) + performance.now() - since);
}

function nameOf(asked: Asked): string {
  const target = asked.getHeader?.('x-amz-target');
  return typeof target === 'string'
    ? target
    : (asked.host ?? String(asked.origin).replace(/^https?:\/\//, ''));
}

const { subscribe } = process.getBuiltinModule('node:diagnostics_channel');
for (const [channel, hear] of [
  ['http.client.request.start', ({ request }) => sent(request)],
  // Told with the answer's head; its end is waited for too.
  [
    'http.client.response.finish',
    ({ request, response }) => {
      if (underWay.has(request)) response?.once?.('close', () => ended(request));
    },
  ],
  ['http.client.request.error', ({ request }) => ended(request)],
  ['undici:request:create', ({ request }) => sent(request)],
  ['undici:request:trailers', ({ request }) => ended(request)],
  ['undici:request:error', ({ request }) => ended(request)],
] as const satisfies readonly (readonly [string, (told: Told) => unknown])[]) {
  // These channels tell of such (Node.js, "Diagnostics Channel"; undici, the same), which their type does not say.
  subscribe(channel, (told) => hear(told as Told));
}
