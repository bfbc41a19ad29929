import { Conflict } from '../runtime/errors.ts';
import type { Links } from './store.ts';

/**
 * A login that is being deleted becomes nothing any more; the writes have it as a condition, and this tells it.
 *
 * @throws {Conflict} `account-leaving`
 */
export function mustStay({ self }: Pick<Links, 'self'>): void {
  if (self?.leaving !== true) return;
  throw new Conflict({
    code: 'account-leaving',
    detail:
      'This account is being deleted; DELETE /me answers where its receipt is. When that is done, sign up anew.',
  });
}
