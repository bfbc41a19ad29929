import { Temporal } from 'temporal-polyfill';
import { dayIn, partnerOf, policyOn, timestamp } from '../../regions/calendar.ts';
import type { AreaId, Region } from '../../regions/schema.ts';
import { partnerRefuses } from '../identity/partner.rules.ts';
import type { Application } from './contract.ts';
import { lapse, type Step, to } from './due.rules.ts';
import { endOf, rejectedByEnd } from './ending.rules.ts';
import { term } from './quota.rules.ts';

/**
 * The head of a waiting list, with a place held for it up to the last day of the offer (edge case 13), which is not after
 * the last day of the partner that the area belongs to (domain.md row 28).
 */
export function offerPlace(region: Region, waiting: Application, now: Temporal.Instant): Step {
  const today = dayIn(region, now);
  const { deadlines } = policyOn(region, today);
  const last = today.add({ days: deadlines.offer }).toString();
  const ended = partnerOf(region, waiting.areaId)?.from.ended;
  const until = ended === undefined || last < ended ? last : dayBefore(ended);
  return {
    next: { ...waiting, state: 'offered', changedAt: timestamp(now), offerUntil: until },
    action: 'offered',
    told: { kind: 'place-offered', to: to(waiting), facts: { until } },
  };
}

/**
 * What becomes of whoever waits for a place: one is offered to them, or none ever will be, where the partner that the area
 * belongs to has ended (domain.md row 28); then the rules reject, with the days of the policy to appeal.
 *
 * @returns the step of each who waits, and whether it is for `whoever` waits, whatever room the quota has
 */
export function nextForWaiting(region: Region, areaId: AreaId, now: Temporal.Instant) {
  const over = endOf(region, areaId, now);
  if (over === undefined) {
    return { whoever: false, step: (waiting: Application) => offerPlace(region, waiting, now) };
  }
  const step = (waiting: Application) => rejectedByEnd(region, waiting, over, now);
  return { whoever: true, step };
}

const dayBefore = (day: string) => Temporal.PlainDate.from(day).subtract({ days: 1 }).toString();

/** What becomes of an offer when its learner takes or declines it. */
export type OfferAnswered =
  | { readonly kind: 'answered'; readonly next: Application }
  /** It was answered so before: saying it again changes nothing. */
  | { readonly kind: 'unchanged' }
  | {
      readonly kind: 'refused';
      readonly code: 'no-offer' | 'offer-expired';
      readonly detail: string;
    };

/**
 * Takes an offer up to its last day (edge case 13: an expired offer accepted late is refused).
 *
 * @param begins - the first day of its months, where it renews an approval that still holds
 */
export function takeOffer(
  region: Region,
  application: Application,
  now: Temporal.Instant,
  begins?: Temporal.PlainDate,
): OfferAnswered {
  const { state } = application;
  if (state === 'approved' || state === 'suspended') return { kind: 'unchanged' };
  const today = dayIn(region, now);
  if (!isOpen(application, today)) return late(application);
  // The end of a partner may have been agreed on since the place was offered.
  if (partnerRefuses(region, application.areaId, now, 'recruiting') !== undefined)
    return late(application);
  const { offerUntil, because, ...rest } = application;
  const days = {
    ...term(policyOn(region, today), begins ?? today, rest.ageUntil),
    ...(begins === undefined ? {} : { countsFrom: begins.toString() }),
  };
  return {
    kind: 'answered',
    next: { ...rest, state: 'approved', changedAt: timestamp(now), ...days },
  };
}

/** Declines an offer: the place goes to the next who waits. */
export function declineOffer(application: Application, now: Temporal.Instant): OfferAnswered {
  const { state, decision } = application;
  if (state === 'lapsed' && decision?.outcome === 'approved') return { kind: 'unchanged' };
  if (state !== 'offered') return late(application);
  const { next } = lapse({ ...application, changedAt: timestamp(now) });
  return { kind: 'answered', next };
}

const isOpen = ({ state, offerUntil }: Application, today: Temporal.PlainDate) =>
  state === 'offered' && offerUntil !== undefined && today.toString() <= offerUntil;

function late({ state }: Application): OfferAnswered {
  if (state === 'offered' || state === 'lapsed') {
    const detail = 'The place was held until a day that has passed. Apply again to wait for one.';
    return { kind: 'refused', code: 'offer-expired', detail };
  }
  const detail = 'No place is offered to this application. GET /me/applications shows why.';
  return { kind: 'refused', code: 'no-offer', detail };
}

/**
 * The areas in which a change of an application may let somebody in: where it gave a place back, and where it
 * began to wait, for a place may have been freed while it was entered in the list.
 */
export function areasToPromote(
  before: Application | undefined,
  after: Application | undefined,
): readonly AreaId[] {
  const elsewhere = before?.areaId !== after?.areaId;
  const gaveBack =
    before?.lot !== undefined && (after?.lot === undefined || elsewhere) ? [before.areaId] : [];
  const waits = after?.state === 'waitlisted' && (before?.state !== 'waitlisted' || elsewhere);
  return [...new Set([...gaveBack, ...(waits ? [after.areaId] : [])])];
}
