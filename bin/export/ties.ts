import * as z from 'zod';
import type { Capability, Row } from './ownership.ts';

/** Somebody's seats, and what they wait for. */
const Seat = z.looseObject({ areaId: z.string(), lot: z.int() });
const Places = z.looseObject({
  learnerId: z.string(),
  places: z.record(z.string(), z.looseObject({ providerId: z.string(), seat: Seat.optional() })),
  waits: z.record(
    z.string(),
    z.looseObject({
      providerId: z.string(),
      areaId: z.string(),
      offer: z.looseObject({ lot: z.int() }).optional(),
    }),
  ),
});
const Mentorship = z.looseObject({
  mentorshipId: z.string(),
  learnerId: z.string(),
  mentorId: z.string(),
  state: z.string(),
});
const Applied = z.looseObject({
  applicationId: z.string(),
  learnerId: z.string(),
  areaId: z.string(),
  lot: z.int().optional(),
});
const Lot = z.looseObject({ pk: z.string(), sk: z.string(), used: z.int() });
const Placed = z.looseObject({ areaId: z.string().optional(), partnerId: z.string().optional() });
const Waiting = z.looseObject({ learnerId: z.string() });
const Appointment = z.looseObject({ appointmentId: z.string(), learnerId: z.string() });
const Hold = z.looseObject({ personId: z.string(), concerned: z.array(z.string()) });
const Reported = z.looseObject({
  reportId: z.string(),
  state: z.string(),
  createdAt: z.string(),
});
const Asked = z.looseObject({ consentId: z.string(), learnerId: z.string().optional() });

/** A mentorship, as far as rows of others depend on it. */
export interface Tied {
  readonly learnerId: string;
  readonly mentorId: string;
  /** Whether it counts among the mentor's learners. */
  readonly runs: boolean;
}

/** A seat of a list (`SEATS#…`) or of a quota (`QUOTA#…`), and who takes it. */
export interface Taken {
  readonly list: string;
  readonly lot: number;
  readonly learnerId: string;
}

/** Which rows belong together, where their keys do not say: read once through all rows, before any is left out. */
export class Ties {
  /** Whose rows tell of others. */
  static readonly tellOf: readonly Capability[] = [
    'identity',
    'eligibility',
    'enrolment',
    'mentoring',
  ];
  /** The area of each learner and, unless they serve the whole region, each member of staff. */
  readonly areas = new Map<string, string | undefined>();
  /** The partner that a member of staff works for. */
  readonly partners = new Map<string, string>();
  /** Everybody who stands: learners and mentors who have a name, logins that are somebody. What the law keeps of others does not count. */
  readonly people = new Set<string>();
  readonly applications = new Map<string, string>();
  readonly appointments = new Map<string, string>();
  readonly consents = new Map<string, string | undefined>();
  readonly mentorships = new Map<string, Tied>();
  /** When each report was made that is open. */
  readonly reports = new Map<string, string>();
  /** The reports that name somebody. */
  readonly holds = new Map<string, readonly string[]>();
  readonly taken: Taken[] = [];
  /** Who is on which waiting list (`SEATS#…`). */
  readonly waiting: { readonly list: string; readonly learnerId: string }[] = [];
  /** How many seats each lot has given out. */
  readonly lots = new Map<string, Map<number, number>>();

  /** Learns what a row tells of others. */
  add(capability: Capability, row: Row): void {
    if (capability === 'identity') this.#identity(row);
    if (capability === 'eligibility') this.#eligibility(row);
    if (capability === 'enrolment') this.#enrolment(row);
    if (capability === 'mentoring') this.#mentoring(row);
  }

  #identity(row: Row): void {
    if (stands(row)) this.people.add(idIn(row));
    if (row.sk === 'PROFILE' || (row.sk === 'STAFF' && row.pk.startsWith('STAFF#'))) {
      const { areaId, partnerId } = Placed.parse(row);
      this.areas.set(idIn(row), areaId);
      if (partnerId !== undefined) this.partners.set(idIn(row), partnerId);
    }
    if (row.sk !== 'CONSENT') return;
    const { consentId, learnerId } = Asked.parse(row);
    this.consents.set(consentId, learnerId);
  }

  #eligibility(row: Row): void {
    if (row.pk.startsWith('QUOTA#')) this.#lot(row);
    if (row.sk !== 'APPLICATION') return;
    const { applicationId, learnerId, areaId, lot } = Applied.parse(row);
    this.applications.set(applicationId, learnerId);
    if (lot !== undefined) this.taken.push({ list: `QUOTA#${areaId}`, lot, learnerId });
  }

  #enrolment(row: Row): void {
    if (row.sk.startsWith('LOT#')) this.#lot(row);
    if (row.pk.startsWith('WAITING#')) {
      const list = row.pk.replace('WAITING#', 'SEATS#');
      this.waiting.push({ list, learnerId: Waiting.parse(row).learnerId });
    }
    if (row.sk !== 'PLACES') return;
    const { learnerId, places, waits } = Places.parse(row);
    for (const { providerId, seat } of Object.values(places)) {
      if (seat === undefined) continue;
      this.taken.push({ list: `SEATS#${providerId}#${seat.areaId}`, lot: seat.lot, learnerId });
    }
    for (const { providerId, areaId, offer } of Object.values(waits)) {
      if (offer === undefined) continue;
      this.taken.push({ list: `SEATS#${providerId}#${areaId}`, lot: offer.lot, learnerId });
    }
  }

  #mentoring(row: Row): void {
    if (row.sk === 'MENTORSHIP') {
      const { mentorshipId, learnerId, mentorId, state } = Mentorship.parse(row);
      this.mentorships.set(mentorshipId, { learnerId, mentorId, runs: state !== 'ended' });
    }
    if (row.sk === 'REPORT') {
      const { reportId, state, createdAt } = Reported.parse(row);
      if (state === 'open') this.reports.set(reportId, createdAt);
    }
    if (row.sk === 'HOLD') {
      const { personId, concerned } = Hold.parse(row);
      this.holds.set(personId, concerned);
    }
    if (row.sk !== 'APPOINTMENT') return;
    const { appointmentId, learnerId } = Appointment.parse(row);
    this.appointments.set(appointmentId, learnerId);
  }

  #lot(row: Row): void {
    const { pk, sk, used } = Lot.parse(row);
    const lots = this.lots.get(pk) ?? new Map<number, number>();
    lots.set(Number(sk.slice('LOT#'.length)), used);
    this.lots.set(pk, lots);
  }
}

/** A login that has left keeps a row for a while, so that nothing is made of it again. */
function stands({ pk, sk, leaving }: Row): boolean {
  if (pk.startsWith('LOGIN#')) return !sk.startsWith('MAILS#') && leaving !== true;
  return sk === (pk.startsWith('LEARNER#') ? 'PROFILE' : 'PERSON') && /^(LEARNER|MENTOR)#/.test(pk);
}

const idIn = ({ pk }: Row) => pk.slice(pk.indexOf('#') + 1);

/**
 * How many seats each lot has given out when some learners are not there. A seat is given back to its own lot, or, where
 * counts have moved since a cut, to another of the same list.
 *
 * @param stays - whether a learner is there
 */
export function lotsWithout(
  { lots, taken }: Pick<Ties, 'lots' | 'taken'>,
  stays: (learnerId: string) => boolean,
): ReadonlyMap<string, ReadonlyMap<number, number>> {
  const left = new Map([...lots].map(([list, counts]) => [list, new Map(counts)]));
  for (const { list, lot, learnerId } of taken) {
    const counts = left.get(list);
    if (counts === undefined || stays(learnerId)) continue;
    const own = (counts.get(lot) ?? 0) > 0 ? lot : undefined;
    const from = own ?? [...counts].find(([, used]) => used > 0)?.[0];
    if (from !== undefined) counts.set(from, (counts.get(from) ?? 0) - 1);
  }
  return left;
}
