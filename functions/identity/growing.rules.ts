import { Temporal } from 'temporal-polyfill';
import { policyOn } from '../../regions/calendar.ts';
import type { Region } from '../../regions/schema.ts';
import type { ConsentState, LearnerId } from './contract.ts';
import { dayOfAge } from './guardian.rules.ts';

/** Until when somebody's own consent is awaited, and whether they were reminded of it. */
export interface OwnAwaited {
  /** The last day that counts. */
  readonly by: string;
  readonly reminded: boolean;
}

/** What decides when a learner's row is looked at again. */
export interface Growing {
  readonly birthDate: string;
  readonly consent: ConsentState;
  /** How many guardians may act for the learner. */
  readonly guardians: number;
  /** Whether a login is this learner. */
  readonly ownLogin: boolean;
  /** Of `own-needed` only. */
  readonly own?: OwnAwaited | undefined;
  /** Whether guardians were told that their access ends. */
  readonly endTold?: boolean | undefined;
}

/** What a learner's row says of growing. */
export function growingOf(record: {
  readonly profile: {
    readonly birthDate: string;
    readonly consent: { readonly state: ConsentState };
  };
  readonly guardians: number;
  readonly ownLogin: boolean;
  readonly own?: OwnAwaited | undefined;
  readonly endTold?: boolean | undefined;
}): Growing {
  const { profile, guardians, ownLogin, own, endTold } = record;
  const { birthDate, consent } = profile;
  return { birthDate, consent: consent.state, guardians, ownLogin, own, endTold };
}

/** The day on which something about a learner changes by time alone; undefined where nothing does any more. */
export function dueDay(region: Region, growing: Growing): string | undefined {
  const { birthDate, consent, guardians, own } = growing;
  const turns = dayOfAge(region, birthDate, 'consentAge');
  const days = [
    ...(consent === 'granted' ? [turns] : []),
    ...(consent === 'own-needed' ? [own ? dayAfter(own.by) : turns] : []),
    ...(guardians > 0 ? [dayOfAge(region, birthDate, 'majorityAge')] : []),
    ...(awaitsLogin(growing) ? [dayToTell(region, birthDate)] : []),
  ];
  return days.map(String).sort()[0];
}

const dayAfter = (day: string) => Temporal.PlainDate.from(day).add({ days: 1 });

/** Changed whenever days come to be computed otherwise, so that all that are stored are looked at once. */
const reckoning = 'own consent ends';

/**
 * What days of growing are computed from, as a text to compare: where it has changed since, a new policy has moved
 * days that are stored already, such as the end of a guardian's access.
 */
export function agesOf({ policies, timeZone }: Pick<Region, 'policies' | 'timeZone'>): string {
  const rules = policies.map(({ from, consentAge, majorityAge, deadlines }) =>
    [from, consentAge, majorityAge, deadlines.renewal].join(' '),
  );
  return [reckoning, timeZone, ...rules.sort()].join(', ');
}

/** A child without a login, whose guardians have to hear that they are the last who can give it one. */
function awaitsLogin({ guardians, ownLogin, endTold }: Growing): boolean {
  return guardians > 0 && !ownLogin && endTold !== true;
}

/** As long before the guardians' end as an approval can be renewed before its own: `deadlines.renewal` of that day. */
function dayToTell(region: Region, birthDate: string): Temporal.PlainDate {
  const majority = dayOfAge(region, birthDate, 'majorityAge');
  return majority.subtract({ days: policyOn(region, majority).deadlines.renewal });
}

/** Own consent asked on a day: it is awaited for the policy's `deadlines.consent`, as a guardian's is. */
export function awaitOwn(region: Region, today: Temporal.PlainDate): OwnAwaited {
  const by = today.add({ days: policyOn(region, today).deadlines.consent });
  return { by: by.toString(), reminded: false };
}

/** What a day tells people about a learner: kinds of notices, with their day where they name one. */
export type Told =
  | {
      readonly kind: 'own-consent-needed' | 'own-consent-reminder' | 'login-needed';
      readonly until: string;
    }
  | {
      readonly kind: 'own-consent-lapsed' | 'majority-reached' | 'majority-without-login';
    };

/** A notice to a learner, and to the guardians who act for them. */
export function noticeOf(learnerId: LearnerId, told: Told) {
  const to = { kind: 'learner', learnerId } as const;
  switch (told.kind) {
    case 'own-consent-needed':
    case 'own-consent-reminder':
    case 'login-needed':
      return { kind: told.kind, to, facts: { until: told.until } };
    case 'own-consent-lapsed':
    case 'majority-reached':
    case 'majority-without-login':
      return { kind: told.kind, to, facts: {} };
  }
}

/** What a day brings to a learner (edge case 4). */
export interface Grown extends Growing {
  /** Whether the guardians' access has ended. */
  readonly cameOfAge: boolean;
  readonly told: readonly Told[];
}

/**
 * A learner on a day. From the consent age on their own consent is asked; not given in time they are reminded, and
 * after the policy's grace it counts as lapsed, until they give it. Guardians are told in time that a child without a
 * login needs one, and leave at majority (edge case 4).
 */
export function growUp(region: Region, learner: Growing, today: Temporal.PlainDate): Grown {
  const { told: asked, ...own } = growOwn(region, learner, today);
  const { birthDate, guardians, ownLogin, endTold } = learner;
  const majority = dayOfAge(region, birthDate, 'majorityAge');
  const kept = { birthDate, ownLogin, ...own };
  if (guardians > 0 && majority.toString() <= today.toString()) {
    const kind = ownLogin ? 'majority-reached' : 'majority-without-login';
    return { ...kept, guardians: 0, endTold, cameOfAge: true, told: [...asked, { kind }] };
  }
  const tells = awaitsLogin(learner) && dayToTell(region, birthDate).toString() <= today.toString();
  const until = majority.subtract({ days: 1 }).toString();
  const needed: readonly Told[] = tells ? [{ kind: 'login-needed', until }] : [];
  const rest = { guardians, endTold: tells || endTold, cameOfAge: false };
  return { ...kept, ...rest, told: [...asked, ...needed] };
}

/** How the learner's own consent stands on a day. */
function growOwn(
  region: Region,
  { birthDate, consent, own }: Growing,
  today: Temporal.PlainDate,
): Pick<Grown, 'consent' | 'own' | 'told'> {
  const turned = dayOfAge(region, birthDate, 'consentAge').toString() <= today.toString();
  // Rows from before own consent had an end are asked as if today were the day.
  if ((consent === 'granted' && turned) || (consent === 'own-needed' && own === undefined)) {
    const awaited = awaitOwn(region, today);
    const told = [{ kind: 'own-consent-needed', until: awaited.by }] as const;
    return { consent: 'own-needed', own: awaited, told };
  }
  if (consent !== 'own-needed' || own === undefined || today.toString() <= own.by)
    return { consent, own, told: [] };
  if (own.reminded)
    return { consent: 'own-lapsed', own: undefined, told: [{ kind: 'own-consent-lapsed' }] };
  // Counted from the reminder: whoever heard of it late has as long as others.
  const by = today.add({ days: policyOn(region, today).deadlines.grace }).toString();
  const told = [{ kind: 'own-consent-reminder', until: by }] as const;
  return { consent, own: { by, reminded: true }, told };
}
