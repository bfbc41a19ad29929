import { afterAll, afterEach, beforeAll } from 'vitest';
import { approvalStore } from '../../functions/enrolment/approval.store.ts';
import { Approval, enrolment } from '../../functions/enrolment/contract.ts';
import { LearnerId, ProfileInput } from '../../functions/identity/contract.ts';
import { identityStore } from '../../functions/identity/store.ts';
import { Sub } from '../../functions/runtime/caller.ts';
import { now } from '../../functions/runtime/clock.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { type Cloud, openCloud } from '../runtime/cloud.ts';
import { type ApiHandler, loadApi } from '../runtime/handlers.ts';
import { captureLog } from '../runtime/log-lines.ts';
import { type Answered, invoke, learnerClaims } from '../runtime/requests.ts';
import { firstPolicy, mill, village, well } from '../runtime/village.ts';
import { approval } from './places.ts';

const { routes } = enrolment;

/** What enrolment writes to. */
export const tables = { enrolment: 'enrolment', notices: 'notices' };

/** Opens the enrolment API for one test file, with the providers `mill`, `small`, `large` and `none`. */
export function openEnrolment(): () => Cloud {
  captureLog();
  beforeAll(async () => {
    cloud = await openCloud();
    await cloud.createTable('identity');
    await cloud.createTable(tables.notices);
    await cloud.createTable(
      tables.enrolment,
      ['pending', 'pendingLot', 'sweepDue'],
      ['due', 'dueLot', 'dueAt'],
      ['look', 'lookLot', 'lookAt'],
    );
    await cloud.createTable('eligibility', ['waiting', 'waitingArea', 'submittedAt']);
    Object.assign(process.env, {
      IDENTITY_TABLE: 'identity',
      ELIGIBILITY_TABLE: 'eligibility',
      ENROLMENT_TABLE: tables.enrolment,
      NOTICES_TABLE: tables.notices,
    });
    api = await loadApi('enrolment', { '#region': openVillage() });
  });
  afterEach(() => cloud.disturb(undefined));
  afterAll(() => cloud.close());
  return () => cloud;
}

let cloud: Cloud;
let api: ApiHandler;

/** A village in force at any time, so that the handlers' own clock does not matter, with many providers. */
export function openVillage() {
  const contract = { type: 'donated', from: '2020-01-01' } as const;
  const withSeats = (id: string, perArea: number) => ({
    ...well,
    id,
    contract,
    seats: { perArea },
  });
  return village({
    policies: [{ ...firstPolicy, from: '2020-01-01' }],
    providers: [
      { ...mill, contract },
      withSeats('small', 5),
      withSeats('large', 2_500),
      withSeats('none', 0),
    ],
  });
}

let learners = 0;
/** A login with a profile. */
export async function unapproved(): Promise<{ sub: Sub; learnerId: LearnerId }> {
  learners += 1;
  const sub = Sub.parse(`login-${learners}`);
  const learnerId = newId(LearnerId, 'lrn');
  const profile = ProfileInput.parse({
    name: '김하늘',
    birthDate: '2009-05-20',
    stage: 'high',
    areaId: 'river',
    language: 'ko',
  });
  const at = '2025-07-01T00:00:00.000Z';
  await identityStore('identity').createLearner(sub, 'h@village.example', learnerId, profile, at);
  return { sub, learnerId };
}

/** The login of a learner, approved unless the test says otherwise. */
export async function learner(approved: object | undefined = {}): Promise<Sub> {
  const { sub, learnerId } = await unapproved();
  await approvalStore(tables, openVillage()).recordApproval(
    learnerId,
    Approval.parse(approval({ validUntil: '2999-12-31', ...approved })),
    now(),
  );
  return sub;
}

const asking = (sub: string, place: string) => ({ params: { place }, claims: learnerClaims(sub) });

/** A learner's request to choose. */
export const choose = (sub: string, place: string, providerId: string) =>
  invoke(api, routes.choose, { ...asking(sub, place), body: { providerId } });
/** A learner's request to give a place back. */
export const giveBack = (sub: string, place: string) =>
  invoke(api, routes.giveBack, asking(sub, place));
/** A learner's request to change to another provider; the key makes it one intent. */
export const switchTo = (sub: string, place: string, providerId: string, key = newKey()) =>
  invoke(api, routes.switchProvider, {
    ...asking(sub, place),
    body: { providerId },
    headers: { 'idempotency-key': key },
  });
let keys = 0;
const newKey = () => {
  keys += 1;
  return `intent-${String(keys).padStart(8, '0')}`;
};
/** A learner's request to wait for a seat, and to wait no longer. */
export const wait = (sub: string, place: string, providerId: string) =>
  invoke(api, routes.wait, { ...asking(sub, place), body: { providerId } });
export const stopWaiting = (sub: string, place: string) =>
  invoke(api, routes.stopWaiting, asking(sub, place));
/** A learner's request for a page of their history. */
export const askForHistory = (sub: string, query: Record<string, string> = {}) =>
  invoke(api, routes.listHistory, { claims: learnerClaims(sub), query });
/** A learner's request to see their places, and what they see. */
export const askForList = (sub: string) =>
  invoke(api, routes.listMine, { claims: learnerClaims(sub) });
export const list = async (sub: string) =>
  routes.listMine.answers.body.parse((await askForList(sub)).body);

/** Asks again as long as the API says that it is busy, as a client does. */
export async function untilNotBusy(request: () => Promise<Answered>): Promise<Answered> {
  for (;;) {
    const answer = await request();
    if (answer.status !== 503) return answer;
  }
}

/** What is answered when no seat is left. */
export const noSeat = { status: 409, body: { code: 'no-seat-left' } };
