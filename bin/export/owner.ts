import * as z from 'zod';

/** A row of a table: its keys, and whatever its kind has. */
export type Row = Readonly<Record<string, unknown>> & { readonly pk: string; readonly sk: string };

/**
 * Whose a row is. Things stand for their learner: an application, a mentorship, an appointment, a request for consent. `region`: of the
 * region as a whole, so it stays when a partner leaves; `everyone`: needed by each copy; `nobody`: never exported.
 */
export type Owner =
  | { readonly kind: 'learner'; readonly learnerId: string }
  | { readonly kind: 'mentorship'; readonly mentorshipId: string }
  | { readonly kind: 'application'; readonly applicationId: string }
  | { readonly kind: 'appointment'; readonly appointmentId: string }
  | { readonly kind: 'consent'; readonly consentId: string }
  | { readonly kind: 'mentor'; readonly mentorId: string }
  | { readonly kind: 'staff'; readonly staffId: string }
  | { readonly kind: 'area'; readonly areaId: string }
  /** Of several learners at once: what is others' is cut out of it (`carving.ts`). */
  | { readonly kind: 'shared' }
  | { readonly kind: 'region' }
  | { readonly kind: 'everyone' }
  | { readonly kind: 'nobody' };

const named = (row: Row, attribute: string) => z.string().parse(row[attribute]);
const after = (key: string) => key.slice(key.indexOf('#') + 1);

/** Rows that are nobody's in particular. */
export const region = (): Owner => ({ kind: 'region' });
export const everyone = (): Owner => ({ kind: 'everyone' });
export const nobody = (): Owner => ({ kind: 'nobody' });
export const shared = (): Owner => ({ kind: 'shared' });
/** Rows of one person or thing, whose id is in the partition key (`InKey`) or in an attribute (`Inside`). */
export const learnerInKey = ({ pk }: Row): Owner => ({ kind: 'learner', learnerId: after(pk) });
export const learnerInside = (row: Row): Owner => ({
  kind: 'learner',
  learnerId: named(row, 'learnerId'),
});
export const mentorInKey = ({ pk }: Row): Owner => ({ kind: 'mentor', mentorId: after(pk) });
export const mentorInside = (row: Row): Owner => ({
  kind: 'mentor',
  mentorId: named(row, 'mentorId'),
});
export const mentorshipInKey = ({ pk }: Row): Owner => ({
  kind: 'mentorship',
  mentorshipId: after(pk),
});
export const mentorshipInside = (row: Row): Owner => ({
  kind: 'mentorship',
  mentorshipId: named(row, 'mentorshipId'),
});
export const applicationInside = (row: Row): Owner => ({
  kind: 'application',
  applicationId: named(row, 'applicationId'),
});
export const appointmentInside = (row: Row): Owner => ({
  kind: 'appointment',
  appointmentId: named(row, 'appointmentId'),
});
export const staffInKey = ({ pk }: Row): Owner => ({ kind: 'staff', staffId: after(pk) });
export const staffInside = (row: Row): Owner => ({ kind: 'staff', staffId: named(row, 'staffId') });
export const areaInKey = ({ pk }: Row): Owner => ({ kind: 'area', areaId: after(pk) });
export const areaOfSeats = ({ pk }: Row): Owner => ({
  kind: 'area',
  areaId: pk.split('#')[2] ?? '',
});
/** Of the area where it names one. */
export const areaOrRegion = ({ areaId }: Row): Owner =>
  typeof areaId === 'string' ? { kind: 'area', areaId } : { kind: 'region' };
/** Who waits for guardians has no area yet: they ask again in the new copy. A voucher that is void was somebody's. */
export const learnerOrRegion = (row: Row): Owner =>
  typeof row['learnerId'] === 'string' ? learnerInside(row) : { kind: 'region' };

export function ownerOfLink(row: Row): Owner {
  if (typeof row['learnerId'] === 'string') return learnerInside(row);
  return { kind: 'consent', consentId: named(row, 'consentId') };
}

/** A hold is of a learner, a mentor or a member of staff, as the id in its key says. */
export function ownerOfHold({ pk }: Row): Owner {
  const id = after(pk);
  if (id.startsWith('lrn_')) return { kind: 'learner', learnerId: id };
  return id.startsWith('mnt_') ? { kind: 'mentor', mentorId: id } : { kind: 'staff', staffId: id };
}
