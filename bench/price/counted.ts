import { contracts } from '../../functions/contracts.ts';
import type { Route } from '../../functions/runtime/route.ts';
import { budgets } from '../budgets.ts';
import { nameOf } from '../capacity/ledger.ts';

/** What one action comes to, with all that follows it. */
export interface Counted {
  readonly readUnits: number;
  readonly writeUnits: number;
  /** Functions that follow, and messages and mails that they send. */
  readonly functions: number;
  readonly messages: number;
  readonly mails: number;
}

/** The counts of an action as its budget has them, so that a price is of the most that `npm test` lets it be. */
export function countedBy(action: string): Counted {
  const named: Readonly<Record<string, readonly number[]>> = budgets.actions.named;
  const [
    ,
    read = 0,
    written = 0,
    thenRead = 0,
    thenWritten = 0,
    functions = 0,
    messages = 0,
    mails = 0,
  ] = named[action] ?? (ofStaff.has(action) ? budgets.actions.any : readingBudget);
  return {
    readUnits: read + thenRead,
    writeUnits: written + thenWritten,
    functions,
    messages,
    mails,
  };
}

/** Of routes without a budget of their own learners' only read: who asks, and what they see. */
const readingBudget: readonly number[] = budgets.actions.any.with(2, 0);
/** What staff see is written down. */
const ofStaff: ReadonlySet<string> = new Set(
  contracts
    .flatMap(({ routes }): readonly Route[] => Object.values(routes))
    .filter(({ access }) => access.pool === 'staff')
    .map(nameOf),
);
