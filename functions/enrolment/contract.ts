import * as z from 'zod';
import { Category, ProviderId } from '../../regions/schema.ts';
import { EligibilityTable } from '../eligibility/contract.ts';
import { ActingFor, IdentityTable, LearnerId } from '../identity/contract.ts';
import { NoticesTable } from '../runtime/notices-table.ts';
import { Cursor, paging } from '../runtime/paging.ts';
import { contract } from '../runtime/route.ts';
import {
  AccountId,
  Approval,
  EndedPlace,
  EnrolmentId,
  EnrolmentState,
  Failure,
  PlaceId,
} from './place.contract.ts';

export * from './place.contract.ts';

export const Enrolment = z.strictObject({
  enrolmentId: EnrolmentId,
  place: PlaceId,
  category: Category,
  providerId: ProviderId,
  accountId: AccountId,
  state: EnrolmentState,
  chosenAt: z.iso.datetime(),
  /** Why it failed, as a stable code; only with `failed`. */
  failure: Failure.optional(),
  /** The last day on which it is yours, where the rules no longer grant it; leaving it uses no switch up. */
  graceUntil: z.iso.date().optional(),
});
export type Enrolment = z.infer<typeof Enrolment>;

export const Waiting = z.strictObject({
  place: PlaceId,
  category: Category,
  providerId: ProviderId,
  since: z.iso.datetime(),
  /** 1 is next; absent once a seat is offered, and where `positionAtLeast` is there. */
  position: z.int().min(1).optional(),
  /** In the place of `position` where a hundred or more are before, who are not all counted: this one or later. */
  positionAtLeast: z.int().min(1).optional(),
  /** The last day on which the seat that is held can be taken. */
  offerUntil: z.iso.date().optional(),
});
export type Waiting = z.infer<typeof Waiting>;

export const Enrolments = z.strictObject({
  learnerId: LearnerId,
  /** Absent until an application is approved. */
  approval: Approval.optional(),
  enrolments: z.array(Enrolment),
  waiting: z.array(Waiting),
  /** How often a provider can still be changed under this approval. */
  switchesLeft: z.int().min(0),
});
export type Enrolments = z.infer<typeof Enrolments>;

export const EnrolmentTable = z.object({ ENROLMENT_TABLE: z.string().min(1) });

/** Environment of what changes places: people hear of it. */
const Changing = EnrolmentTable.extend(NoticesTable.shape);

/** What each function of this capability is deployed with. */
export const enrolmentEnvironments = {
  api: Changing.extend({ ...IdentityTable.shape, ...EligibilityTable.shape }),
  approval: Changing,
  seats: Changing,
  due: Changing.extend(EligibilityTable.shape),
  rebalance: EnrolmentTable,
};

/** How keys of learners' rows begin: the stream hands only these to provisioning. */
export const learnerKeyPrefix = 'LEARNER#';
/** How keys of lots and of the lengths of waiting lists begin: the stream hands only these to promotion. */
export const seatsKeyPrefix = 'SEATS#';

/** The sparse index of learners with an account that is not yet as it should be. */
export const pendingIndex = 'pending';
/** The sparse index of learners for whom the calendar may change something; of keys only, so that it moves with no write but a look's. */
export const lookIndex = 'look';
/** What was in its place until 0.1.0, over whole rows: their next write takes them out of it (docs/adr/0045). */
export const dueIndex = 'due';

const params = z.strictObject({
  place: PlaceId.meta({
    description:
      'Which of your places: a category, or a category and a number from 2; GET /config says how many there are',
  }),
});
const body = z.strictObject({ providerId: ProviderId });

const choosing = [
  'not-eligible',
  'approval-expired',
  'approval-suspended',
  'partner-not-live',
  'partner-ended',
  'no-such-place',
  'provider-not-offered',
  'contract-not-running',
] as const;

export const enrolment = contract({
  name: 'enrolment',
  summary: 'Places: one provider in each, and the wait for a seat',
  routes: {
    listMine: {
      method: 'GET',
      path: '/me/enrolments',
      access: { pool: 'public' },
      summary: 'Your approval, your places, and the seats that you wait for',
      query: ActingFor,
      answers: { status: 200, body: Enrolments },
      refusals: { 404: ['no-profile'] },
    },
    listHistory: {
      method: 'GET',
      path: '/me/enrolments/history',
      access: { pool: 'public' },
      summary: 'The places that you had, the last to end first',
      query: ActingFor.extend({
        ...paging,
      }),
      answers: {
        status: 200,
        body: z.strictObject({ history: z.array(EndedPlace), cursor: Cursor.optional() }),
      },
      refusals: { 404: ['no-profile'] },
    },
    choose: {
      method: 'PUT',
      path: '/me/enrolments/{place}',
      access: { pool: 'public' },
      summary: 'Choose a provider for a place, or take the seat that you are offered',
      description:
        'Choosing the provider that you have already changes nothing. Another than the one that you gave this place back from counts as a switch.',
      params,
      query: ActingFor,
      body,
      answers: { status: 200, body: Enrolment },
      refusals: {
        409: ['place-taken', 'provider-chosen-already', 'no-seat-left', 'seat-offer-lapsed'],
        422: [...choosing, 'no-switch-left'],
      },
    },
    giveBack: {
      method: 'DELETE',
      path: '/me/enrolments/{place}',
      access: { pool: 'public' },
      summary: 'Give a place back; giving back what is not there is fine',
      params,
      query: ActingFor,
      answers: { status: 204 },
    },
    switchProvider: {
      method: 'POST',
      path: '/me/enrolments/{place}/switch',
      access: { pool: 'public' },
      summary: 'Change to another provider',
      description:
        'At once: you keep what you have where the other has no seat for you. The policy says how often; leaving a provider whose contract has ended, or that refused your account, is free.',
      params,
      query: ActingFor,
      body,
      answers: { status: 200, body: Enrolment },
      refusals: {
        409: ['place-empty', 'provider-chosen-already', 'no-seat-left', 'seat-offer-lapsed'],
        422: [...choosing, 'no-switch-left', 'idempotency-key-reused'],
      },
    },
    wait: {
      method: 'PUT',
      path: '/me/enrolments/{place}/waiting',
      access: { pool: 'public' },
      summary: 'Wait for a seat at a provider that is full',
      description:
        'A seat that becomes free is held for whoever waits longest, for as many days as the policy says.',
      params,
      query: ActingFor,
      body,
      answers: { status: 200, body: Waiting },
      refusals: {
        409: ['place-taken', 'provider-chosen-already', 'waiting-already', 'seats-free'],
        422: [...choosing, 'no-switch-left'],
      },
    },
    stopWaiting: {
      method: 'DELETE',
      path: '/me/enrolments/{place}/waiting',
      access: { pool: 'public' },
      summary: 'Wait no longer, or decline the seat that you are offered',
      params,
      query: ActingFor,
      answers: { status: 204 },
    },
  },
});
