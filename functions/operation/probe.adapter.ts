import { now } from '../runtime/clock.ts';

/** How a request ended: with a status, or without an answer. */
export interface Answered {
  readonly status: number | undefined;
  readonly milliseconds: number;
}

/** Milliseconds after which whoever waits for a page would have given up. */
const patience = 8_000;

/** Asks for an address as anybody would, without a token; the whole answer is read. */
export async function ask(address: string): Promise<Answered> {
  const begun = now();
  const status = await statusOf(address);
  return { status, milliseconds: now().since(begun).total('milliseconds') };
}

async function statusOf(address: string): Promise<number | undefined> {
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(patience) });
    await response.arrayBuffer();
    return response.status;
  } catch {
    // Whatever kept the answer away (name, TLS, time), that there is none is what the canary measures.
    return undefined;
  }
}
