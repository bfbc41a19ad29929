import type { Construct } from 'constructs';
import { Keys } from '../keys.ts';
import { acknowledge } from './acknowledge.ts';

/**
 * Accepts a finding that asks for a key of one's own, where the region file leaves keys to AWS. With `keys: own` nothing
 * is accepted: there the rule has to hold.
 */
export function acknowledgeKeysOfAws(construct: Construct, id: string): void {
  if (Keys.of(construct).own !== undefined) return;
  acknowledge(construct, {
    id,
    reason:
      'Encrypted with a key of AWS, which nobody can delete together with the data; a government that wants its own key writes "keys: own" into the region file.',
  });
}
