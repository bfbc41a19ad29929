import type { Temporal } from 'temporal-polyfill';
import { timestamp } from '../../regions/calendar.ts';
import { kindTraits, type Provider } from '../../regions/schema.ts';
import type { Account, AskedStep } from './contract.ts';
import { secondsOfLateness } from './rules.ts';
import type { Outcome, OutcomeKind } from './task.contract.ts';

/** What is told: how the request with this fence ended. */
export interface Word {
  readonly fence: number;
  readonly outcome: Outcome;
  /** Of which kind the provider is; undefined: it has left the region file. */
  readonly kind: Provider['kind'] | undefined;
  /** Whoever tells it keeps to the order of fences: no earlier request can undo it any more, however late it comes. */
  readonly inOrder?: true;
}

/** What an outcome that is told comes to. */
export type Judgement =
  | { readonly kind: 'change'; readonly next: Account }
  /** It was told before, or found out otherwise. */
  | { readonly kind: 'same' }
  /** Something else has been asked for since, or it ended otherwise. */
  | { readonly kind: 'stale' }
  /** Only a new account can be refused; and only the pool can give a code. */
  | { readonly kind: 'impossible' };

/** How an account stands after what was asked for has ended so; `asked`: it is asked for again. */
const ends: Readonly<
  Record<AskedStep, Readonly<Record<OutcomeKind, Account['state'] | 'asked' | 'impossible'>>>
> = {
  create: { done: 'present', rejected: 'absent', again: 'asked' },
  suspend: { done: 'suspended', rejected: 'impossible', again: 'asked' },
  resume: { done: 'present', rejected: 'impossible', again: 'asked' },
  delete: { done: 'absent', rejected: 'impossible', again: 'asked' },
};

/** Whether something has been asked for and not ended yet. */
const isUnderWay: Readonly<Record<Account['state'], boolean>> = {
  creating: true,
  changing: true,
  deleting: true,
  present: false,
  suspended: false,
  absent: false,
};

/** Whether a lost request can undo it: one that makes, suspends or resumes. */
const canBeUndone: Readonly<Record<AskedStep, boolean>> = {
  create: false,
  suspend: true,
  resume: true,
  delete: true,
};

/**
 * What becomes of an account of which a provider, or a person, tells how what it was last asked for ended. Told late,
 * twice or in the wrong order it changes nothing that is newer: the fence says of which request it is told (edge case 23).
 */
export function judge(
  account: Account,
  { fence, outcome, kind, inOrder }: Word,
  now: Temporal.Instant,
): Judgement {
  const { asked, state } = account;
  if (fence !== account.fence || asked === undefined) return { kind: 'stale' };
  // Whoever waits for a code has none, whatever anybody says (edge case 26).
  if (outcome.kind === 'done' && kind !== undefined && !kindTraits[kind].toldDone)
    return { kind: 'impossible' };
  const end = ends[asked][outcome.kind];
  if (end === 'impossible') return { kind: 'impossible' };
  if (!isUnderWay[state]) return { kind: state === end ? 'same' : 'stale' };
  const { open, ...unopened } = account;
  if (end === 'asked') {
    return open === undefined ? { kind: 'same' } : { kind: 'change', next: unopened };
  }
  const { remoteId: known, lateUntil, ...rest } = unopened;
  const late = inOrder ? undefined : lateUntil;
  const remoteId = end === 'absent' ? undefined : remoteIdBy(kind, outcome, known);
  const named: Account = {
    ...rest,
    ...(remoteId !== undefined && { remoteId }),
    ...(late !== undefined && { lateUntil: late }),
  };
  if (late !== undefined && canBeUndone[asked] && secondsOfLateness(late, now) > 0)
    return untilCertain(named, open, late);
  return { kind: 'change', next: { ...named, state: end, changedAt: timestamp(now) } };
}

/**
 * A request that was lost may still undo it (edge case 17): what was told is not the end, and it is asked for again once
 * nothing can come late.
 */
function untilCertain(account: Account, open: Account['open'], askAgainAt: string): Judgement {
  if (open?.kind === 'accepted' && open.askAgainAt === askAgainAt) return { kind: 'same' };
  return { kind: 'change', next: { ...account, open: { kind: 'accepted', askAgainAt } } };
}

/**
 * The provider's id of the account. By SCIM that is the id of a resource, which only the server can tell: what a person
 * calls the account is not it, and the one that was known may be of what the person removed. So it is looked up.
 */
function remoteIdBy(
  kind: Word['kind'],
  outcome: Outcome,
  known: string | undefined,
): string | undefined {
  if (kind !== undefined && kindTraits[kind].remoteId === 'resource') return undefined;
  return outcome.kind === 'done' ? (outcome.remoteId ?? known) : known;
}
