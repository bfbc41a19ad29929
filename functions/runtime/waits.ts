import type { LogFields } from './logger.ts';

/** A request to another service, as Node's HTTP client has it, or as `fetch` does. */
interface Asked {
  readonly host?: string;
  readonly origin?: string | URL;
  getHeader?(name: string): unknown;
}

/** Milliseconds from which on a request is slow enough to be told of. */
const slow = 1_000;

const sentAt = new WeakMap<Asked, number>();
let begun = 0;
let longest: { readonly milliseconds: number; readonly asked: Asked } | undefined;

/** Begins an invocation; an instance has one at a time. */
export function beginInvocation(): void {
  begun = performance.now();
  longest = undefined;
}

/**
 * Of an invocation that took long: how long, and for whom it waited longest, by what is asked of AWS
 * (`DynamoDB_20120810.Query`) or by the host.
 *
 * @param from - milliseconds
 */
export function slowness(from = slow): Pick<LogFields, 'milliseconds' | 'waitedFor'> {
  const milliseconds = Math.round(performance.now() - begun);
  if (milliseconds < from) return {};
  return longest === undefined
    ? { milliseconds }
    : { milliseconds, waitedFor: nameOf(longest.asked) };
}

function nameOf(asked: Asked): string {
  const target = asked.getHeader?.('x-amz-target');
  return typeof target === 'string' ? target : (asked.host ?? new URL(asked.origin ?? '').host);
}

function sent(message: unknown): void {
  sentAt.set(requestOf(message), performance.now());
}

function answered(message: unknown): void {
  const asked = requestOf(message);
  const milliseconds = performance.now() - (sentAt.get(asked) ?? Number.NaN);
  if (milliseconds > (longest?.milliseconds ?? 0)) longest = { milliseconds, asked };
}

// Each of these channels tells of an object with the request in it (Node.js, "Diagnostics Channel", HTTP and undici).
const requestOf = (message: unknown) => (message as { readonly request: Asked }).request;

const { subscribe } = process.getBuiltinModule('node:diagnostics_channel');
for (const [channel, told] of [
  ['http.client.request.start', sent],
  ['http.client.response.finish', answered],
  ['http.client.request.error', answered],
  ['undici:request:create', sent],
  ['undici:request:headers', answered],
  ['undici:request:error', answered],
] as const) {
  subscribe(channel, told);
}
