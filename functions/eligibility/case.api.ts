import { dayIn, timestamp } from '../../regions/calendar.ts';
import { documentsStore } from '../documents/store.ts';
import { identityStore, type LearnerRecord } from '../identity/store.ts';
import { now } from '../runtime/clock.ts';
import type { TransactItem } from '../runtime/dynamodb.ts';
import { readEnvironment } from '../runtime/environment.ts';
import {
  Busy,
  Conflict,
  Forbidden,
  NotFound,
  type Refusal,
  Ruled,
  Stale,
} from '../runtime/errors.ts';
import { region } from '../runtime/region.ts';
import type { StepRefusal } from './case.rules.ts';
import { type Application, eligibilityEnvironments } from './contract.ts';
import type { DecisionRefusal } from './decision.rules.ts';
import { type Refused, type Ruling, refused } from './officer.rules.ts';
import { countsFrom, holdsPlace, quotaToday } from './quota.rules.ts';
import { quotaStore } from './quota.store.ts';
import { type Deed, recordStore } from './record.store.ts';
import { isOpen } from './resemblance.rules.ts';
import { personStore } from './resemblance.store.ts';
import { precedentOf } from './rules.ts';
import { eligibilityStore, type Versioned } from './store.ts';
import { told } from './told.rules.ts';

export const environment = readEnvironment(eligibilityEnvironments.api);
const { ELIGIBILITY_TABLE, IDENTITY_TABLE, AUDIT_TABLE, NOTICES_TABLE } = environment;
const { DOCUMENTS_TABLE } = environment;
export const store = eligibilityStore(ELIGIBILITY_TABLE);
export const people = personStore(ELIGIBILITY_TABLE);
export const learners = identityStore(IDENTITY_TABLE);
export const records = recordStore({ audit: AUDIT_TABLE, notices: NOTICES_TABLE });
export const quota = quotaStore(ELIGIBILITY_TABLE);
export const papers = documentsStore(DOCUMENTS_TABLE);

/** Every code by which a command is refused. */
export type RefusalCode =
  | StepRefusal
  | DecisionRefusal
  | 'no-such-evidence'
  | 'already-appealed'
  | 'appeal-too-late'
  | 'offer-expired';

/** A refusal with the status that the contract gives its code: what conflicts, unless it is here. */
export function refusal({ code, detail }: Refused<RefusalCode>): Refusal {
  switch (code) {
    case 'same-officer':
      return new Forbidden({ code, detail });
    case 'rules-refuse':
    case 'consent-required':
    case 'no-such-evidence':
    case 'papers-missing':
      return new Ruled({ code, detail });
    default:
      return new Conflict({ code, detail });
  }
}

/** Something that is done with a case. */
export interface Change {
  /** Reads the case anew; throws where it is not the caller's. */
  readonly find: () => Promise<Versioned>;
  readonly ifMatch: number | undefined;
  /** What it reads of the learner has not changed when its ruling is kept: consent, name and birthday, area. */
  readonly rule: (
    application: Application,
    learner: () => Promise<LearnerRecord | undefined>,
  ) => Ruling<RefusalCode> | Promise<Ruling<RefusalCode>>;
  readonly deed: (next: Application) => Deed;
  /** Whether the applicant is told where the case stands then. */
  readonly tells: boolean;
  /** The write that remembers the answer; none where the method is idempotent by itself. */
  readonly answer?: (next: Application, version: number) => TransactItem;
  /** What else goes into the transaction. */
  readonly also?: (next: Application) => readonly TransactItem[];
}

/** Times that a case is read anew because others changed it at the same moment. */
const attempts = 5;

/**
 * Changes a case by a rule and keeps what becomes of it, deciding anew on what is there as long as others are
 * quicker. Whatever happens is recorded in the same transaction.
 *
 * @throws {Refusal} the rule refuses
 * @throws {Busy} others were quicker all the time; nothing was done
 */
export async function change(wanted: Change): Promise<Versioned> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const seen = await wanted.find();
    if (wanted.ifMatch !== undefined && wanted.ifMatch !== seen.version) throw stale();
    const rests: TransactItem[] = [];
    const ruling = await wanted.rule(seen.application, async () => {
      const record = await learners.readRecord(seen.application.learnerId);
      if (record !== undefined) rests.push(learners.unchanged(record));
      return record;
    });
    if (ruling.kind === 'refused') throw refusal(ruling);
    if (ruling.kind === 'unchanged') return seen;
    const kept = await keepChange(seen, ruling.next, wanted, rests);
    if (kept !== 'changed-meanwhile') return kept;
  }
  throw new Busy();
}

async function keepChange(
  seen: Versioned,
  ruled: Application,
  wanted: Change,
  rests: readonly TransactItem[],
): Promise<Versioned | 'changed-meanwhile'> {
  const moment = now();
  const today = dayIn(region, moment).toString();
  const version = seen.version + 1;
  const along = (kept: Application) => [
    ...records.recorded(
      kept,
      wanted.deed(kept),
      timestamp(moment),
      wanted.tells ? told(region, kept) : undefined,
    ),
    ...(wanted.also?.(kept) ?? []),
  ];
  if (ruled.state === 'approved' && !holdsPlace(seen.application.state)) {
    const kept = await quota.keepApproval({
      decided: ruled,
      seen: seen.version,
      capacities: quotaToday(region, ruled.areaId, moment),
      today,
      rests,
      also: (application) => [...answerOf(wanted, application, version), ...along(application)],
    });
    return settled(kept, ruled, today);
  }
  if (isOpen(seen.application)) {
    const also = [...answerOf(wanted, ruled, version), ...along(ruled), ...rests];
    return (await quota.keepChange(seen, ruled, today, also)) ?? 'changed-meanwhile';
  }
  // An appeal: it counts again, unless another application has come since.
  const [answer] = answerOf(wanted, ruled, version);
  const kept = await store.keepNext(ruled, seen, today, answer, [...along(ruled), ...rests]);
  return settled(
    kept.kind === 'kept' ? { ...kept, application: ruled, version } : kept,
    ruled,
    today,
  );
}

const answerOf = ({ answer }: Change, next: Application, version: number) =>
  answer === undefined ? [] : [answer(next, version)];

async function settled(
  kept:
    | ({ readonly kind: 'kept' } & Versioned)
    | { readonly kind: 'changed-meanwhile' }
    | { readonly kind: 'standing' },
  { learnerId }: Application,
  today: string,
): Promise<Versioned | 'changed-meanwhile'> {
  switch (kept.kind) {
    case 'kept':
      return { application: kept.application, version: kept.version };
    case 'changed-meanwhile':
      return 'changed-meanwhile';
    case 'standing':
      throw await inTheWay(learnerId, today);
  }
}

/**
 * The first day of a renewal's months (`countsFrom`); undefined of what renews nothing. What is kept by it is kept
 * only as long as the approval that it renews still holds. Capacity: 1 read unit, of a renewal.
 */
export async function beginOf({ renews }: Pick<Application, 'renews'>) {
  const renewed = renews === undefined ? undefined : await store.read(renews);
  return countsFrom(renewed?.application, dayIn(region, now()));
}

/** What stands in the way of an application, as a refusal. */
export async function inTheWay(
  learnerId: Application['learnerId'],
  today: string,
): Promise<Refusal> {
  const precedent = precedentOf(await store.currentOf(learnerId), today);
  if (precedent.kind === 'refused') return refusal(precedent);
  // It stood there a moment ago and does not any more.
  return refusal(
    refused('application-waiting', 'Another application of yours was in the way. Try again.'),
  );
}

export function noSuchApplication(): NotFound {
  return new NotFound({
    code: 'no-such-application',
    detail: 'There is no such application, or it is not yours to see.',
  });
}

function stale(): Stale {
  return new Stale({
    code: 'stale',
    detail: 'The application is not as If-Match says. Read it again.',
  });
}
