import { z } from 'zod';

/** RFC 9110 section 10.2.3: seconds, or a date in the format of section 5.6.7. */
const RetryAfter = z.union([
  z.int().min(0),
  /** A date as well: so many seconds after the answer. */
  z.strictObject({ dateIn: z.int().min(0).max(86_400) }),
  z.string().refine((text) => new Date(text).toUTCString() === text, {
    error: 'seconds as a number, or an HTTP date such as "Sun, 06 Nov 1994 08:49:37 GMT"',
  }),
]);

/** Which requests a fault meets. */
const reach = {
  /** How many requests; all until the faults are removed, when absent. */
  times: z.int().min(1).max(10_000).optional(),
  /** Only requests with these methods; all when absent. */
  methods: z
    .array(z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']))
    .min(1)
    .optional(),
  /** The probability with which a request meets it; each does when absent. */
  share: z.number().gt(0).max(1).optional(),
  /** What the draws for `share` come from: the same faults, added in this order, meet the same requests; 0 when absent. */
  seed: z.int().min(0).max(0xffff_ffff).optional(),
};

/** What can be made to go wrong at a provider or at the registry, on demand. */
export const Fault = z.discriminatedUnion('kind', [
  /** Answers with a status and does nothing. */
  z.strictObject({
    kind: z.literal('status'),
    status: z.int().min(400).max(599),
    retryAfter: RetryAfter.optional(),
    ...reach,
  }),
  /** Does the work, then drops the connection in the place of the answer. */
  z.strictObject({ kind: z.literal('lose-answer'), ...reach }),
  /** Drops every connection and does nothing, until the faults are removed. */
  z.strictObject({ kind: z.literal('down') }),
  /** Waits, then does the work, also when the caller has gone meanwhile. */
  z.strictObject({ kind: z.literal('slow'), ms: z.int().min(1).max(600_000), ...reach }),
  /** Refuses the content of the request with 400 and does nothing. */
  z.strictObject({ kind: z.literal('reject'), detail: z.string().min(1).optional(), ...reach }),
]);
export type Fault = z.infer<typeof Fault>;

/** A fault in force. `left` is how many requests it will still meet; null is without end. */
export interface ActiveFault {
  readonly fault: Fault;
  readonly left: number | null;
}

interface Planned extends ActiveFault {
  /** Numbers between 0 and 1. */
  readonly draw: () => number;
}

/**
 * The faults of one party, in the order in which they were added. Each request meets the first that is
 * for its method and whose share it falls into, so several play one after the other. They are forgotten when the world stops.
 */
export class FaultPlan {
  #active: Planned[] = [];
  /** Since the last `clear`. */
  #added = 0;

  add(fault: Fault): ActiveFault {
    const { times, seed } = reachOf(fault);
    const active = { fault, left: times ?? null };
    // Faults with one seed draw apart: where one misses a request, the next one's chance is as great as always.
    const draw = drawsFrom((seed ?? 0) ^ Math.imul(this.#added, 0x9e3779b9));
    this.#added += 1;
    this.#active.push({ ...active, draw });
    return active;
  }

  list(): readonly ActiveFault[] {
    return this.#active.map(({ fault, left }) => ({ fault, left }));
  }

  clear(): void {
    this.#active = [];
    this.#added = 0;
  }

  /** The fault that a request meets, if any; its turn is used up. */
  take(method: string): Fault | undefined {
    const index = this.#active.findIndex((planned) => meets(planned, method));
    const active = this.#active[index];
    if (active === undefined) return undefined;
    const { fault, left } = active;
    if (left === 1) this.#active = this.#active.toSpliced(index, 1);
    else if (left !== null) this.#active = this.#active.with(index, { ...active, left: left - 1 });
    return fault;
  }
}

function meets({ fault, draw }: Planned, method: string): boolean {
  const { methods, share } = reachOf(fault);
  if (methods !== undefined && !methods.some((one) => one === method)) return false;
  return share === undefined || draw() < share;
}

function reachOf(fault: Fault): z.infer<z.ZodObject<typeof reach>> {
  return fault.kind === 'down' ? {} : fault;
}

/** Mulberry32, by Tommy Ettinger: a small generator whose sequence its seed says. */
function drawsFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
