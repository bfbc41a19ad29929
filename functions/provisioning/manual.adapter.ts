import type { ProviderAdapter } from './adapter.ts';

/**
 * Accounts that a person makes, changes and ends: each request is a case on the work list, and how it ended is told there.
 */
export function manualAdapter(): ProviderAdapter {
  const byHand = () => Promise.resolve({ kind: 'person', reason: 'by-hand' } as const);
  return { create: byHand, suspend: byHand, resume: byHand, end: byHand };
}
