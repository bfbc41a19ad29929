import * as z from 'zod';
import {
  AreaId,
  type Category,
  categories,
  PolicyVersion,
  ProviderId,
  Stage,
} from '../../regions/schema.ts';
import { ApplicationId } from '../eligibility/application.contract.ts';
import { LearnerId } from '../identity/contract.ts';
import { derivedId, idSchema } from '../runtime/ids.ts';

export const EnrolmentId = idSchema<'EnrolmentId'>('enr');
export type EnrolmentId = z.infer<typeof EnrolmentId>;
/** The name by which a provider knows a learner's account: opaque, and another at each provider. */
export const AccountId = idSchema<'AccountId'>('acc');
export type AccountId = z.infer<typeof AccountId>;

/** The account id of a learner at a provider: always the same, so that a lost answer can be asked for again. */
export function accountIdOf(learnerId: LearnerId, providerId: ProviderId): AccountId {
  return derivedId(AccountId, 'acc', learnerId, providerId);
}

const further = ['2', '3', '4', '5', '6', '7', '8', '9'] as const;

/** A category's first place has its name, the others a number after it; a policy says how many there are. */
export const placeIds = categories.flatMap(
  (category) => [category, ...further.map((number) => `${category}-${number}` as const)] as const,
);

/** One of a learner's places: `subject`, `subject-2` and so on (domain.md row 10). */
export const PlaceId = z.enum(placeIds).meta({ examples: ['subject'] });
export type PlaceId = z.infer<typeof PlaceId>;

/** Which category a place is of, and its number among that category's, from 1. */
export function partsOf(placeId: PlaceId): {
  readonly category: Category;
  readonly number: number;
} {
  const [name, number = '1'] = placeId.split('-');
  const category = categories.find((one) => one === name);
  if (category === undefined) throw new RangeError(`${placeId} is of no category`);
  return { category, number: Number(number) };
}

/**
 * `pending` until the provider's account is as it should be, then `active`, or `suspended` while the approval
 * is; `failed` when the provider refused for good.
 */
export const EnrolmentState = z.enum(['pending', 'active', 'suspended', 'failed']);
export type EnrolmentState = z.infer<typeof EnrolmentState>;

/** Why the provider refused, as a stable code. */
export const Failure = z.enum(['provider-rejected', 'account-of-another']);
export type Failure = z.infer<typeof Failure>;

/** What an approval allows, projected from eligibility into the learner's row. */
export const Approval = z.strictObject({
  applicationId: ApplicationId,
  policyVersion: PolicyVersion,
  stage: Stage,
  areaId: AreaId,
  /** `suspended`: no new choice, accounts suspended; `ended`: no places. */
  state: z.enum(['holds', 'suspended', 'ended']),
  /** The last day on which it holds. */
  validUntil: z.iso.date(),
  /** When it last became another; of two, the newer counts. */
  changedAt: z.iso.datetime(),
});
export type Approval = z.infer<typeof Approval>;

/** One filled place as it is kept. */
export const Place = z.strictObject({
  enrolmentId: EnrolmentId,
  providerId: ProviderId,
  state: EnrolmentState,
  chosenAt: z.iso.datetime(),
  failure: Failure.optional(),
  /** The last day of a place that the rules no longer grant. */
  graceUntil: z.iso.date().optional(),
  /**
   * Where its seat is counted; absent where seats are unlimited. Counts move between lots after a cut, so the
   * lot is only the first to give it back to.
   */
  seat: z.strictObject({ areaId: AreaId, lot: z.int().min(0) }).optional(),
});
export type Place = z.infer<typeof Place>;

/** A learner's wait for a seat. */
export const Wait = z.strictObject({
  providerId: ProviderId,
  areaId: AreaId,
  since: z.iso.datetime(),
  /** Not on the list while the approval is suspended; `since` keeps the position for when it is not. */
  paused: z.literal(true).optional(),
  /** A seat that is held for them, and the last day on which they can take it. */
  offer: z.strictObject({ lot: z.int().min(0), until: z.iso.date() }).optional(),
});
export type Wait = z.infer<typeof Wait>;

/** All that is decided about a learner's places: one row, so that one conditional write decides. */
export const Places = z.strictObject({
  learnerId: LearnerId,
  /** Counts the row's writes; a write names the version it was decided on. */
  version: z.int().min(0),
  approval: Approval.optional(),
  /** Each place once, by construction. */
  places: z.partialRecord(PlaceId, Place),
  waits: z.partialRecord(PlaceId, Wait),
  /** Changes of provider under this approval. */
  switched: z.int().min(0),
  /** Whom each place was with when it was given back under this approval: another provider is a switch. */
  givenBack: z.partialRecord(PlaceId, ProviderId),
  /** Providers at which an account is to be ended, and since when. */
  endings: z.record(ProviderId, z.iso.datetime()),
  /**
   * When the sweep looks at this learner again; present as long as an account is not as it should be
   * (a place pending, or an ending).
   */
  sweepDue: z.iso.datetime().optional(),
  /** When the calendar may change something for this learner; present as long as there is a place, a wait, or an approval. */
  dueAt: z.iso.datetime().optional(),
});
export type Places = z.infer<typeof Places>;

export const EndReason = z.enum([
  'given-back',
  'switched',
  'approval-ended',
  'expired',
  'moved',
  'provider-left',
  'not-offered',
  'fewer-places',
]);
export type EndReason = z.infer<typeof EndReason>;

/** A place that was, as history keeps it. */
export const EndedPlace = z.strictObject({
  place: PlaceId,
  enrolmentId: EnrolmentId,
  providerId: ProviderId,
  chosenAt: z.iso.datetime().meta({ examples: ['2026-03-02T01:20:04.310Z'] }),
  endedAt: z.iso.datetime().meta({ examples: ['2026-08-31T15:02:11.020Z'] }),
  reason: EndReason,
});
export type EndedPlace = z.infer<typeof EndedPlace>;

/** Where nothing is known of a learner. */
export function noPlaces(learnerId: LearnerId): Places {
  const none = { places: {}, waits: {}, givenBack: {}, endings: {} };
  return { learnerId, version: 0, switched: 0, ...none };
}
