import { Temporal } from 'temporal-polyfill';
import { dayIn, timestamp } from '../../regions/calendar.ts';
import {
  kindTraits,
  type ProviderId,
  type ProviderKind,
  type Region,
  type ScimQuirks,
} from '../../regions/schema.ts';
import type { Place, PlaceId, Places } from '../enrolment/contract.ts';
import { entriesOf, wantedOf } from '../enrolment/place.rules.ts';
import type { Account, AskedStep } from './contract.ts';
import type { Listed, Reconciliation, Run } from './reconciliation.contract.ts';
import { nextStep, unsettledProviders } from './rules.ts';

/** The hours of the region's night in which each provider is compared; a night of which is enough for one beginning. */
const night = { from: 2, until: 6 } as const;

/**
 * Whether a provider is to be compared tonight.
 *
 * @param last - when it last began
 */
export function isDueTonight(
  region: Pick<Region, 'timeZone'>,
  last: string | undefined,
  now: Temporal.Instant,
): boolean {
  const { hour } = now.toZonedDateTimeISO(region.timeZone);
  if (hour < night.from || hour >= night.until) return false;
  if (last === undefined) return true;
  const day = (moment: Temporal.Instant) => dayIn(region, moment).toString();
  return day(Temporal.Instant.from(last)) < day(now);
}

const nothing = { theirs: 0, ours: 0, repaired: 0, orphans: 0, cases: 0, woken: 0 } as const;

/** What decides whether a provider has a list. */
interface Lister {
  readonly id: ProviderId;
  readonly kind: ProviderKind;
  readonly scim?: ScimQuirks;
}

/**
 * Whether a provider lists its accounts. Only where accounts are made by requests to the provider it has any of its own to
 * list: codes are in our own hands, a tool keeps what it is told, and a person, or whoever takes our messages, shows no list.
 */
export function listsAccounts({ kind, scim }: Lister): boolean {
  return kindTraits[kind].lists && scim?.list !== 'no';
}

/**
 * A provider's next run.
 *
 * @param last - in whose place it comes; its orphans are told until this one ends
 */
export function newRun(
  provider: Lister,
  asked: Pick<Reconciliation, 'reconciliationId' | 'askedBy'>,
  last: Run | undefined,
  now: Temporal.Instant,
): Run {
  return {
    ...asked,
    providerId: provider.id,
    phase: listsAccounts(provider) ? 'listing' : 'comparing',
    startedAt: timestamp(now),
    counts: nothing,
    version: last?.version ?? 0,
    lot: 0,
    reported: last?.reported,
  };
}

/** What is told of a run. */
export function toldOf(run: Run): Reconciliation {
  const { version, cursor, misses, strangers, lot, after, heldUntil, reported, ...told } = run;
  return told;
}

/** The run with its next phase begun. */
export function withPhase(run: Run, phase: 'comparing' | 'waking'): Run {
  const { cursor, misses, strangers, after, ...kept } = run;
  return { ...kept, phase, lot: 0 };
}

/** Attempts in a row at which a provider refuses its list before a run goes on without. */
const refusalsInARow = 5;

/**
 * The run after the provider did not say what it has, for a reason as of `Retry`: it goes on without a list where that was
 * refused time and again, and else tries again. What nobody answered, or came too often, is no refusal; nor is a token
 * that may have been rotated.
 */
export function withMiss(run: Run, reason: string): Run {
  const isRefusal = /^status-(4(?!01|08|29)\d\d|501)$/.test(reason);
  const misses = isRefusal ? (run.misses ?? 0) + 1 : 0;
  if (misses < refusalsInARow) return { ...run, misses, waitsFor: reason };
  return withPhase({ ...run, unlisted: reason }, 'comparing');
}

/** The run at its end. Without a list it knows of no orphans: told are those of the run before. */
export function finished(run: Run, now: Temporal.Instant): Run {
  const { after, heldUntil, ...kept } = run;
  const reported = run.unlisted === undefined ? run.reconciliationId : run.reported;
  return { ...kept, phase: 'done', finishedAt: timestamp(now), reported };
}

/** The run with more counted. */
export function withCounts(run: Run, more: Partial<Run['counts']>): Run {
  const { counts } = run;
  const sum = (name: keyof typeof counts) => counts[name] + (more[name] ?? 0);
  return {
    ...run,
    counts: {
      theirs: sum('theirs'),
      ours: sum('ours'),
      repaired: sum('repaired'),
      orphans: sum('orphans'),
      cases: sum('cases'),
      woken: sum('woken'),
    },
  };
}

/** What is to be done about one account of ours. */
export type Verdict =
  | { readonly kind: 'fine' }
  /** Ours alone says that something is left to do: the worker has to look. */
  | { readonly kind: 'look' }
  /**
   * Theirs is not what we know: that becomes a question, which the worker answers by asking the provider for this one. The
   * account is being changed meanwhile and not being made: should its learner be suspended, it is looked up and switched off,
   * and not ended with all that they did there.
   */
  | { readonly kind: 'doubt'; readonly asked: 'suspend' | 'resume' }
  /** They have several by one id. */
  | { readonly kind: 'several'; readonly asked: AskedStep; readonly state: Account['state'] };

const fine: Verdict = { kind: 'fine' };
const look: Verdict = { kind: 'look' };

export interface Compared {
  /** The learner's row; undefined: there is none any more. */
  readonly places: Places | undefined;
  readonly account: Account;
  /** What the provider listed by the account's id; undefined: it lists nothing. */
  readonly theirs: readonly Listed[] | undefined;
  /** When the list was begun: what changed since says nothing about it. */
  readonly startedAt: string;
  /** Whether accounts that ended stay there, inactive. */
  readonly staysInactive: boolean;
  readonly now: Temporal.Instant;
}

/**
 * What is to be done about an account. Only of those that are as they should be by all that we know: whose learner's row
 * wants something yet is looked at anyway, and what somebody has to look at is left to them.
 */
export function judge(compared: Compared): Verdict {
  const { places, account, theirs, startedAt, now } = compared;
  const { providerId, changedAt } = account;
  if (places === undefined || account.open !== undefined) return fine;
  if (changedAt !== undefined && changedAt >= startedAt) return fine;
  if (unsettledProviders(places).includes(providerId)) return fine;
  const verdict = theirs === undefined ? fine : against(account, theirs, compared.staysInactive);
  if (verdict !== fine) return verdict;
  return nextStep(places, providerId, account, now) === 'nothing' ? fine : look;
}

function against(account: Account, theirs: readonly Listed[], staysInactive: boolean): Verdict {
  const { state, remoteId } = account;
  if (state === 'creating' || state === 'changing' || state === 'deleting') return fine;
  const known = state === 'absent' ? undefined : remoteId;
  const [one, ...more] = staysInactive ? theirs.filter(isNoEarlier(known)) : theirs;
  if (more.length > 0) return { kind: 'several', ...caseOf[state] };
  const doubt = { kind: 'doubt', asked: state === 'present' ? 'resume' : 'suspend' } as const;
  if (one === undefined) return state === 'absent' ? fine : doubt;
  if (state === 'absent') {
    const gone = one.active === false || (one.active === undefined && staysInactive);
    return gone ? fine : doubt;
  }
  const asKnown =
    (one.active === undefined || one.active === (state === 'present')) &&
    (remoteId === undefined || remoteId === one.remoteId);
  return asKnown ? fine : doubt;
}

/** Where accounts that ended stay inactive, each that was made anew has some behind it: none of them is a second. */
function isNoEarlier(known: string | undefined) {
  return ({ active, remoteId }: Listed) => active !== false || remoteId === known;
}

/** What somebody is asked to bring about where there are several: that there is one, which is as it was. */
const caseOf = {
  present: { asked: 'resume', state: 'changing' },
  suspended: { asked: 'suspend', state: 'changing' },
  absent: { asked: 'delete', state: 'deleting' },
} as const satisfies Partial<
  Record<Account['state'], { readonly asked: AskedStep; readonly state: Account['state'] }>
>;

/**
 * The learner's row with the provider's account unsettled, which sends for its worker; undefined where it is so already. A
 * place is `pending` again until the worker has found the account, or made it.
 */
export function unsettled(
  places: Places,
  providerId: ProviderId,
  now: Temporal.Instant,
): Places | undefined {
  if (unsettledProviders(places).includes(providerId)) return undefined;
  const sweepDue = timestamp(now);
  if (wantedOf(places, providerId) === 'none')
    return { ...places, endings: { ...places.endings, [providerId]: timestamp(now) }, sweepDue };
  const again = entriesOf(places.places).map(([id, place]): [PlaceId, Place] => [
    id,
    place.providerId === providerId && place.state !== 'failed'
      ? { ...place, state: 'pending' }
      : place,
  ]);
  return { ...places, places: Object.fromEntries(again), sweepDue };
}

/** Minutes that somebody has waited before a reconciliation asks for them again. */
const longWait = { minutes: 60 } as const;

/**
 * The row of a learner who has long waited for this provider, due for the sweep at once; undefined where it is due, or the
 * wait is young. Whatever became of their messages, they are sent for anew (edge case 20).
 */
export function woken(
  places: Places,
  providerId: ProviderId,
  now: Temporal.Instant,
): Places | undefined {
  const {
    sweepDue,
    endings: { [providerId]: ending },
  } = places;
  if (sweepDue === undefined || sweepDue <= timestamp(now)) return undefined;
  const waiting = Object.values(places.places)
    .filter((place) => place.providerId === providerId && place.state === 'pending')
    .map(({ chosenAt }) => chosenAt);
  const [since] = [...waiting, ...(ending === undefined ? [] : [ending])].sort();
  if (since === undefined || since > timestamp(now.subtract(longWait))) return undefined;
  return { ...places, sweepDue: timestamp(now) };
}
