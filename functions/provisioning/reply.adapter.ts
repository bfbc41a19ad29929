import { fromJson } from '../runtime/json.ts';
import type { Retry } from './contract.ts';
import { secondsOf } from './retry-after.adapter.ts';

/** The reply to one request, or that there was none. */
export type Reply =
  | {
      readonly kind: 'answered';
      readonly status: number;
      /** Undefined where it is not JSON, such as the page of a gateway in front of the provider: its status is known still. */
      readonly body: unknown;
      readonly retryAfter: string | null;
    }
  | { readonly kind: 'lost' };

/**
 * Sends one request to a provider.
 *
 * @param patience - milliseconds that the provider has for its answer
 */
export async function replyTo(url: string, init: RequestInit, patience: number): Promise<Reply> {
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(patience) });
    const text = await response.text();
    const retryAfter = response.headers.get('retry-after');
    return { kind: 'answered', status: response.status, body: fromJson(text), retryAfter };
  } catch {
    // Refused, reset or timed out: in each case nobody knows what the provider did.
    return { kind: 'lost' };
  }
}

/** That a provider did not say how it ended. */
export function retryOf(reply: Reply): Retry {
  if (reply.kind === 'lost') return { kind: 'retry', reason: 'no-answer' };
  return {
    kind: 'retry',
    reason: `status-${reply.status}`,
    afterSeconds: secondsOf(reply.retryAfter),
  };
}
