import type { LearnerId, Profile } from '../identity/contract.ts';
import { phaseOf, stepOf } from './case.rules.ts';
import type { Application, ApplicationId, Resemblance } from './contract.ts';

/** A learner under a person's name and birth date. */
export interface Registered {
  readonly learnerId: LearnerId;
  /** Their newest application. */
  readonly applicationId: ApplicationId;
  /** Others of this name and day whom an officer has told apart from them. */
  readonly apartFrom: readonly LearnerId[];
}

/**
 * What is the same for all registrations of one person (edge case 5): the letters of the name, without case,
 * spaces and signs between them, however they are composed (edge case 6), and the birth date. Twins have
 * another name, so they are not one person by this.
 */
export function personOf({ name, birthDate }: Pick<Profile, 'name' | 'birthDate'>): string {
  // Upper case first: what has several lower-case forms, such as the Greek sigma, folds into one.
  const folded = name.normalize('NFC').toUpperCase().toLowerCase();
  return `${birthDate} ${folded.replace(/[^\p{L}\p{M}]/gu, '')}`;
}

/** Those whose applications have to be looked at when a learner of the same person applies. */
export function othersOf(
  known: readonly Registered[],
  learnerId: LearnerId,
): readonly Registered[] {
  const apartFrom = known.find((one) => one.learnerId === learnerId)?.apartFrom ?? [];
  return known.filter(
    (one) =>
      one.learnerId !== learnerId &&
      !apartFrom.includes(one.learnerId) &&
      !one.apartFrom.includes(learnerId),
  );
}

/** Those of a person, with a learner's newest application. */
export function register(
  known: readonly Registered[],
  { learnerId, applicationId }: Pick<Application, 'learnerId' | 'applicationId'>,
): readonly Registered[] {
  const before = known.find((one) => one.learnerId === learnerId);
  const rest = known.filter((one) => one !== before);
  return [...rest, { learnerId, applicationId, apartFrom: before?.apartFrom ?? [] }];
}

/** Those of a person, after an officer has told a learner apart from others. */
export function tellApart(
  known: readonly Registered[],
  learnerId: LearnerId,
  others: readonly LearnerId[],
): readonly Registered[] {
  return known.map((one) =>
    one.learnerId === learnerId
      ? { ...one, apartFrom: [...new Set([...one.apartFrom, ...others])] }
      : one,
  );
}

/** Whether an application waits or stands, so that a second one of the same person would be one too many. */
export function isOpen(application: Application): boolean {
  return typeof stepOf(phaseOf(application), 'apply') === 'string';
}

/** The logins that are guardians of a learner, by what names a login. */
export type Guardians = ReadonlyMap<LearnerId, readonly string[]>;

/** What an officer is shown of others' applications that may be the same person's. */
export function resemblances(
  { learnerId, areaId }: Pick<Application, 'learnerId' | 'areaId'>,
  others: readonly Application[],
  guardians: Guardians,
): Resemblance[] {
  const own = guardians.get(learnerId) ?? [];
  return others.filter(isOpen).map((other) => {
    const theirs = guardians.get(other.learnerId) ?? [];
    const shared = own.some((guardian) => theirs.includes(guardian));
    const unknown = own.length === 0 || theirs.length === 0;
    return {
      applicationId: other.applicationId,
      learnerId: other.learnerId,
      areaId: other.areaId,
      area: other.areaId === areaId ? 'same' : 'other',
      guardian: unknown ? 'none' : shared ? 'same' : 'other',
    };
  });
}
