import * as z from 'zod';
import { type Capability, type Owner, ownerOf, type Row } from './ownership.ts';
import { lotsWithout, type Ties } from './ties.ts';

/** What is kept of a region's rows. */
export interface Keeping {
  readonly learner: (learnerId: string) => boolean;
  readonly mentor: (mentorId: string) => boolean;
  readonly staff: (staffId: string) => boolean;
  readonly area: (areaId: string) => boolean;
  /** What is of the region as a whole. */
  readonly region: boolean;
  /** The partner that leaves: whoever works for it is of the whole region from now on. */
  readonly leaving?: string;
  /** Whether the trail of who saw and decided what about a learner stays who does not. */
  readonly trails: boolean;
}

/** What moves out: the areas of a partner. */
export interface Leaving {
  readonly partner: string;
  readonly areas: readonly string[];
}

/** What a partner takes along: its areas, who lives there, who works there, and who mentors them now. */
export function keepingPart({ partner, areas }: Leaving, ties: Ties): Keeping {
  const own = new Set(areas);
  const isOwn = (id: string) => own.has(ties.areas.get(id) ?? '');
  const running = [...ties.mentorships.values()].filter(({ runs }) => runs);
  const mentors = new Set(
    running.filter(({ learnerId }) => isOwn(learnerId)).map(({ mentorId }) => mentorId),
  );
  return {
    learner: isOwn,
    mentor: (mentorId) => mentors.has(mentorId),
    staff: (staffId) => isOwn(staffId) || ties.partners.get(staffId) === partner,
    area: (areaId) => own.has(areaId),
    region: false,
    leaving: partner,
    trails: false,
  };
}

/** All but those who were deleted (edge case 37). */
export function keepingOthers(deleted: ReadonlySet<string>): Keeping {
  const isOther = (id: string) => !deleted.has(id);
  return {
    learner: isOther,
    mentor: isOther,
    staff: () => true,
    area: () => true,
    region: true,
    trails: true,
  };
}

const Known = z.array(z.looseObject({ learnerId: z.string() }));
const Booked = z.union([
  z.looseObject({ mentorshipId: z.string() }),
  z.looseObject({ appointmentId: z.string() }),
]);

/**
 * Leaves out of a region's rows what is not kept, and corrects what counts them: seats of lots, lengths of waiting lists,
 * learners of mentors. What stays of a row that several share is about those who are kept and nobody else.
 *
 * @returns a function that has for each row what is left of it; undefined where nothing is
 */
export function carver(ties: Ties, keeping: Keeping) {
  const lots = lotsWithout(ties, keeping.learner);
  const gone = new Map<string, number>();
  for (const { list, learnerId } of ties.waiting) {
    if (!keeping.learner(learnerId)) gone.set(list, (gone.get(list) ?? 0) + 1);
  }

  function keeps(capability: Capability, owner: Owner): boolean {
    switch (owner.kind) {
      case 'learner':
        return keeping.learner(owner.learnerId) || (capability === 'audit' && keeping.trails);
      case 'application':
        return keepsOptional(ties.applications.get(owner.applicationId));
      case 'appointment':
        return keepsOptional(ties.appointments.get(owner.appointmentId));
      case 'consent':
        return keepsOptional(ties.consents.get(owner.consentId));
      case 'mentorship':
        return keepsOptional(ties.mentorships.get(owner.mentorshipId)?.learnerId);
      case 'mentor':
        return keeping.mentor(owner.mentorId);
      case 'staff':
        return keeping.staff(owner.staffId);
      case 'area':
        return keeping.area(owner.areaId);
      case 'region':
        return keeping.region;
      case 'shared':
      case 'everyone':
        return true;
      case 'nobody':
        return false;
    }
  }

  /** Of what nobody is known, the region keeps. */
  function keepsOptional(learnerId: string | undefined): boolean {
    return learnerId === undefined ? keeping.region : keeping.learner(learnerId);
  }

  function shared(row: Row): Row | undefined {
    if (row.sk === 'PERSON') return person(row);
    const id = row.pk.slice(row.pk.indexOf('#') + 1);
    const isKept = row.pk.startsWith('MENTOR#') ? keeping.mentor(id) : keeping.staff(id);
    if (!isKept) return undefined;
    return row.sk === 'MENTOR' ? mentor(row, id) : day(row);
  }

  function person(row: Row): Row | undefined {
    const known = Known.parse(row['known']).filter(({ learnerId }) => keeping.learner(learnerId));
    return known.length === 0 ? undefined : { ...row, known };
  }

  function mentor(row: Row, id: string): Row {
    const own = [...ties.mentorships.values()].filter(
      ({ mentorId, runs }) => runs && mentorId === id,
    );
    return { ...row, mentees: own.filter(({ learnerId }) => keeping.learner(learnerId)).length };
  }

  function day(row: Row): Row | undefined {
    const { pk, sk, expiresAt, ...quarters } = row;
    const left = Object.entries(quarters).filter(([, booking]) => isKeptBooking(booking));
    return left.length === 0 ? undefined : { pk, sk, expiresAt, ...Object.fromEntries(left) };
  }

  function isKeptBooking(value: unknown): boolean {
    const booking = Booked.parse(value);
    return 'mentorshipId' in booking
      ? keepsOptional(ties.mentorships.get(String(booking.mentorshipId))?.learnerId)
      : keepsOptional(ties.appointments.get(String(booking.appointmentId)));
  }

  return function left(capability: Capability, row: Row): Row | undefined {
    const owner = ownerOf(capability, row);
    if (owner.kind === 'shared') return shared(row);
    if (!keeps(capability, owner)) return undefined;
    if (row.sk.startsWith('LOT#')) {
      const used = lots.get(row.pk)?.get(Number(row.sk.slice('LOT#'.length)));
      return used === undefined ? row : { ...row, used };
    }
    if (owner.kind === 'staff' && row['partnerId'] === keeping.leaving) {
      const { partnerId, ...ofRegion } = row;
      return ofRegion;
    }
    // The partner's tenant of a provider may call the account otherwise: it is found again by our id.
    if (row.sk === 'ACCOUNT' && keeping.leaving !== undefined) {
      const { remoteId, ...known } = row;
      return known;
    }
    if (row.sk === 'QUEUE')
      return { ...row, waiting: Number(row['waiting']) - (gone.get(row.pk) ?? 0) };
    return row;
  };
}
export type Carve = ReturnType<typeof carver>;
