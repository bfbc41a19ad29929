import type { KeyBytes } from './key.ts';
import { Refusal } from './refusal.ts';
import type { Table } from './shape.ts';

/** How long a transaction holds what it has touched, as it does at AWS while it runs. */
export interface ConflictOptions {
  /** Milliseconds; 0: no two ever meet. */
  readonly holdMs: number;
  /** Milliseconds of whatever clock measures the hold. */
  readonly now: () => number;
}

/** Why an item of a transaction keeps it from being done, or that it does not. */
export interface Reason {
  readonly Code: string;
  readonly Message?: string;
  readonly Item?: unknown;
}
export const none: Reason = { Code: 'None' };
export const conflict: Reason = {
  Code: 'TransactionConflict',
  Message: 'Transaction is ongoing for the item',
};

/** @param reasons - one for each item, in their order */
export function cancelled(reasons: readonly Reason[]): Refusal {
  const codes = reasons.map(({ Code }) => Code).join(', ');
  return new Refusal(
    'TransactionCanceledException',
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    { CancellationReasons: reasons },
  );
}

/** Held items are looked through for those that are free again when there are as many. */
const most = 10_000;

/** Items that a transaction holds: no other one gets them, and no single write. */
export class Conflicts {
  readonly #options: ConflictOptions;
  readonly #heldUntil = new Map<string, number>();

  constructor(options: ConflictOptions) {
    this.#options = options;
  }

  isHeld(table: Table, key: KeyBytes): boolean {
    if (this.#options.holdMs === 0) return false;
    const until = this.#heldUntil.get(nameOf(table, key));
    return until !== undefined && until > this.#options.now();
  }

  /** @throws Refusal - `TransactionConflictException` */
  requireFree(table: Table, key: KeyBytes): void {
    if (!this.isHeld(table, key)) return;
    throw new Refusal('TransactionConflictException', 'Transaction is ongoing for the item');
  }

  /** @throws Refusal - `TransactionCanceledException`: others hold some of these */
  requireAllFree(items: readonly { readonly table: Table; readonly key: KeyBytes }[]): void {
    const reasons = items.map(({ table, key }) => (this.isHeld(table, key) ? conflict : none));
    if (reasons.includes(conflict)) throw cancelled(reasons);
  }

  hold(table: Table, key: KeyBytes): void {
    const { holdMs, now } = this.#options;
    if (holdMs === 0) return;
    if (this.#heldUntil.size >= most) this.#forget(now());
    this.#heldUntil.set(nameOf(table, key), now() + holdMs);
  }

  #forget(now: number): void {
    for (const [name, until] of this.#heldUntil) if (until <= now) this.#heldUntil.delete(name);
  }
}

const nameOf = ({ id }: Table, [pk, sk]: KeyBytes) =>
  `${id} ${pk.toString('base64')} ${sk.toString('base64')}`;
