import { Temporal } from 'temporal-polyfill';
import { ageOn, dayIn, policyOn, timestamp } from '../../regions/calendar.ts';
import type { Language, Region } from '../../regions/schema.ts';
import type { Resolution } from './conflict.contract.ts';
import type { AskedState, ConsentId, ConsentWish, GuardianAnswer } from './consent.contract.ts';
import type { LearnerId, Name, StaffId } from './contract.ts';
import type { Relation } from './guardian.contract.ts';
import { judgeBirth, type PersonRefusal, refused } from './rules.ts';

/** A guardian who was asked; of one who refused or was silent nothing but the answer and the link's hash is left. */
export interface AskedGuardian {
  readonly tokenHash: string;
  readonly email?: string | undefined;
  readonly answer?: GuardianAnswer | undefined;
  readonly name?: Name | undefined;
  readonly relation?: Relation | undefined;
  readonly answeredAt?: string | undefined;
}

/**
 * A request for consent. While it is open it holds what consent needs; once it is closed against the child, it
 * is a tombstone: that somebody asked, when, and how it ended (edge case 3).
 */
export interface Asked<Sub extends string = string> {
  readonly consentId: ConsentId;
  readonly version: number;
  readonly state: AskedState;
  readonly askedAt: string;
  readonly changedAt: string;
  /** The last day on which guardians can answer. */
  readonly answerBy: string;
  readonly policyVersion: string;
  readonly textVersion: string;
  readonly guardians: readonly AskedGuardian[];
  readonly login?: { readonly sub: Sub; readonly email: string } | undefined;
  readonly birthDate?: string | undefined;
  readonly language?: Language | undefined;
  /** The learner that came of it. */
  readonly learnerId?: LearnerId | undefined;
  /** When the consent was withdrawn after which a learner asks again: a grant undoes that withdrawal, and no later one. */
  readonly after?: string | undefined;
  readonly resolution?: (Resolution & { readonly by: StaffId; readonly at: string }) | undefined;
}

export type AskVerdict =
  | { readonly kind: 'accepted'; readonly answerBy: string; readonly policyVersion: string }
  | PersonRefusal
  | {
      readonly kind: 'refused';
      readonly code: 'consent-not-needed' | 'guardian-is-yourself';
      readonly detail: string;
    };

/** Whether guardians may be asked: of somebody below the consent age, at addresses that are not their own. */
export function judgeAsk(
  region: Region,
  wish: ConsentWish,
  ownEmail: string,
  now: Temporal.Instant,
): AskVerdict {
  const birth = judgeBirth(region, wish, now);
  if (birth !== undefined) return birth;
  const today = dayIn(region, now);
  const policy = policyOn(region, today);
  if (ageOn(wish.birthDate, today) >= policy.consentAge) {
    return refused(
      'consent-not-needed',
      `From ${policy.consentAge} years on you need no guardian. Write your profile with PUT /me.`,
    );
  }
  const addresses = [ownEmail, ...wish.guardianEmails].map((email) => email.toLowerCase());
  if (new Set(addresses).size < addresses.length) {
    return refused(
      'guardian-is-yourself',
      'Give addresses of your guardians: not your own, and none twice.',
    );
  }
  const answerBy = today.add({ days: policy.deadlines.consent }).toString();
  return { kind: 'accepted', answerBy, policyVersion: policy.version };
}

export interface GivenAnswer {
  readonly answer: GuardianAnswer;
  readonly guardianName?: Name | undefined;
  readonly relation?: Relation | undefined;
}

export type AnswerVerdict<Sub extends string> =
  | { readonly kind: 'same' }
  | { readonly kind: 'over' }
  | { readonly kind: 'other-answer' }
  | { readonly kind: 'answered'; readonly next: Asked<Sub> };

/**
 * A guardian's answer. One consent is enough for the child to begin; a refusal beside it is a conflict, and it
 * is for an officer (edge case 1); when all have refused, the request is purged.
 *
 * @param position - which of the guardians answers
 */
export function answer<Sub extends string>(
  region: Region,
  asked: Asked<Sub>,
  position: number,
  { answer: given, guardianName, relation }: GivenAnswer,
  now: Temporal.Instant,
): AnswerVerdict<Sub> {
  const before = asked.guardians[position]?.answer;
  if (before !== undefined) return { kind: before === given ? 'same' : 'other-answer' };
  if (!isOpen(asked) || isOverdue(region, asked, now)) return { kind: 'over' };
  const at = timestamp(now);
  const guardians = asked.guardians.map((guardian, index) =>
    index === position
      ? { ...guardian, answer: given, name: guardianName, relation, answeredAt: at }
      : guardian,
  );
  const state = stateOf(guardians);
  const next = { ...asked, guardians, state, changedAt: at };
  return { kind: 'answered', next: state === 'refused' ? purged(next) : next };
}

function stateOf(guardians: readonly AskedGuardian[]): AskedState {
  const answers = guardians.map((guardian) => guardian.answer);
  if (answers.includes('granted')) return answers.includes('refused') ? 'conflict' : 'granted';
  return answers.every((given) => given === 'refused') ? 'refused' : 'asked';
}

/** Whether guardians can still answer. */
export function isOpen({ state }: Pick<Asked, 'state'>): boolean {
  return state === 'asked' || state === 'granted' || state === 'conflict';
}

/** Whether a first answer is awaited, and still in time. */
export function isAwaited(region: Region, asked: Asked, now: Temporal.Instant): boolean {
  return asked.state === 'asked' && !isOverdue(region, asked, now);
}

function isOverdue(region: Region, { answerBy }: Asked, now: Temporal.Instant): boolean {
  return dayIn(region, now).toString() > answerBy;
}

/**
 * A request whose time is over: nobody consented, so all of it goes; or somebody did, so the address of whoever
 * said nothing goes. Undefined where the time is not over.
 */
export function lapse<Sub extends string>(
  region: Region,
  asked: Asked<Sub>,
  now: Temporal.Instant,
): Asked<Sub> | undefined {
  if (!isOpen(asked) || !isOverdue(region, asked, now)) return undefined;
  if (asked.state === 'asked') return closed(asked, now);
  const guardians = asked.guardians.map((guardian) =>
    guardian.answer === undefined ? { tokenHash: guardian.tokenHash } : guardian,
  );
  return { ...asked, guardians };
}

/** A request that nobody needs any more, such as of a child whose guardian has registered it. */
export function closed<Sub extends string>(asked: Asked<Sub>, now: Temporal.Instant): Asked<Sub> {
  return purged({ ...asked, state: 'lapsed', changedAt: timestamp(now) });
}

/** A consent taken back: what it rests on stays with the learner; where there is none yet, nothing stays. */
export function withdraw<Sub extends string>(
  asked: Asked<Sub>,
  now: Temporal.Instant,
): Asked<Sub> | undefined {
  if (asked.state !== 'granted' && asked.state !== 'conflict') return undefined;
  return against({ ...asked, state: 'withdrawn', changedAt: timestamp(now) });
}

/** What an officer decides between two guardians; undefined where there is no conflict. */
export function resolve<Sub extends string>(
  asked: Asked<Sub>,
  resolution: Resolution,
  by: StaffId,
  now: Temporal.Instant,
): Asked<Sub> | undefined {
  if (asked.state !== 'conflict') return undefined;
  const at = timestamp(now);
  const resolved = { ...asked, changedAt: at, resolution: { ...resolution, by, at } };
  if (resolution.outcome === 'granted') return { ...resolved, state: 'granted' };
  return against({
    ...resolved,
    state: asked.learnerId === undefined ? 'refused' : 'withdrawn',
  });
}

function against<Sub extends string>(asked: Asked<Sub>): Asked<Sub> {
  return asked.learnerId === undefined ? purged(asked) : asked;
}

/** The tombstone of a request: no login, no birth date, no address, no name, no words about people. */
export function purged<Sub extends string>(asked: Asked<Sub>): Asked<Sub> {
  const { login, birthDate, language, resolution, guardians, ...rest } = asked;
  const kept = guardians.map(({ tokenHash, answer, answeredAt }) => ({
    tokenHash,
    answer,
    answeredAt,
  }));
  return { ...rest, guardians: kept };
}

/** The first day that is too late for an answer; undefined where none is awaited any more. */
export function dueOf({ state, guardians, answerBy }: Asked): string | undefined {
  const silent = guardians.some(({ answer, email }) => answer === undefined && email !== undefined);
  const awaited = state === 'asked' || (isOpen({ state }) && silent);
  return awaited ? Temporal.PlainDate.from(answerBy).add({ days: 1 }).toString() : undefined;
}
