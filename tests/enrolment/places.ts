import {
  type Approval,
  Approval as ApprovalSchema,
  EnrolmentId,
  type Place,
  type PlaceId,
  Places,
} from '../../functions/enrolment/contract.ts';
import type { Wish } from '../../functions/enrolment/rules.ts';
import { LearnerId } from '../../functions/identity/contract.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { ProviderId } from '../../regions/schema.ts';

/** An approval for a high-school learner by the river, with parts of it otherwise. */
export function approval(otherwise: object = {}): Approval {
  return ApprovalSchema.parse({
    applicationId: 'app_00000000000000000000000000',
    policyVersion: 'first-2025',
    stage: 'high',
    areaId: 'river',
    state: 'holds',
    validUntil: '2026-06-30',
    changedAt: '2025-07-01T00:00:00.000Z',
    ...otherwise,
  });
}

/** The row of an approved learner without places, with parts of it otherwise. */
export function approved(otherwise: object = {}): Places {
  return Places.parse({
    learnerId: newId(LearnerId, 'lrn'),
    version: 1,
    approval: approval(),
    places: {},
    waits: {},
    switched: 0,
    givenBack: {},
    endings: {},
    ...otherwise,
  });
}

/** A place at a provider, with parts of it otherwise. */
export function place(providerId: string, otherwise: object = {}): Place {
  return {
    enrolmentId: newId(EnrolmentId, 'enr'),
    providerId: ProviderId.parse(providerId),
    state: 'active',
    chosenAt: '2025-07-02T00:00:00.000Z',
    ...otherwise,
  };
}

/** What a learner asks for. */
export function wish(placeId: PlaceId, providerId: string): Wish {
  return {
    placeId,
    providerId: ProviderId.parse(providerId),
    enrolmentId: newId(EnrolmentId, 'enr'),
  };
}
