import { eligibilityStore } from '../eligibility/store.ts';
import { actingStore } from '../identity/acting.store.ts';
import type { ActingFor, LearnerId } from '../identity/contract.ts';
import type { Sub } from '../runtime/caller.ts';
import { now } from '../runtime/clock.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { Busy, Conflict, NotFound, Ruled } from '../runtime/errors.ts';
import { type Call, serve } from '../runtime/http.ts';
import { rememberAnswer } from '../runtime/idempotency.ts';
import { newId } from '../runtime/ids.ts';
import { region } from '../runtime/region.ts';
import { approvalOf, lacksApproval } from './approval.rules.ts';
import { approvalStore } from './approval.store.ts';
import { changeStore } from './change.store.ts';
import { enrolment, enrolmentEnvironments } from './contract.ts';
import { switchesLeft } from './fit.rules.ts';
import { EnrolmentId, type Places } from './place.contract.ts';
import {
  choose as decideChoice,
  giveBack as decideReturn,
  switchProvider as decideSwitch,
  type Refused,
} from './rules.ts';
import { enrolmentStore } from './store.ts';
import { enrolmentsOf, enrolmentView, type WaitEntry, waitingView } from './view.rules.ts';
import { join, leave, mayWait } from './waiting.rules.ts';
import { waitingStore } from './waiting.store.ts';

const environment = readEnvironment(enrolmentEnvironments.api);
const table = environment.ENROLMENT_TABLE;
const tables = { enrolment: table, notices: environment.NOTICES_TABLE };
const store = enrolmentStore(table);
const changes = changeStore(tables);
const approvals = approvalStore(tables, region);
const lists = waitingStore(table);
const learners = actingStore(environment.IDENTITY_TABLE);
const applications = eligibilityStore(environment.ELIGIBILITY_TABLE);

type Routes = typeof enrolment.routes;

/** Times that a decision is made anew because the learner's row changed meanwhile. */
const attempts = 5;

async function listMine({ caller, query }: Call<Routes['listMine']>) {
  const learnerId = await knownLearner(caller.sub, query);
  const places = await placesOf(learnerId);
  const { enrolments, waits } = enrolmentsOf(places);
  const waiting = await Promise.all(waits.map((entry) => standingOf(learnerId, entry)));
  const left = switchesLeft(region, places, now());
  return {
    body: { learnerId, approval: places.approval, enrolments, waiting, switchesLeft: left },
  };
}

async function listHistory({ caller, query }: Call<Routes['listHistory']>) {
  const learnerId = await knownLearner(caller.sub, query);
  return { body: await store.listHistory(learnerId, query.limit, query.cursor) };
}

async function choose({ caller, params, query, body }: Call<Routes['choose']>) {
  const learnerId = await learnerFor(caller.sub, query);
  const wish = wishOf(params, body);
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const choice = decideChoice(region, await placesOf(learnerId), wish, now());
    if (choice.kind === 'refused') throw refusalOf(choice);
    const answer = { body: enrolmentView(learnerId, wish.placeId, choice.place) };
    if (choice.kind === 'unchanged') return answer;
    const kept = await changes.keep(choice.change);
    if (kept === 'kept') return answer;
    if (kept === 'full') throw noSeatLeft();
  }
  throw new Busy();
}

async function switchProvider({
  caller,
  params,
  query,
  body,
  claim,
}: Call<Routes['switchProvider']>) {
  const learnerId = await learnerFor(caller.sub, query);
  const wish = wishOf(params, body);
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const choice = decideSwitch(region, await placesOf(learnerId), wish, now());
    if (choice.kind === 'refused') throw refusalOf(choice);
    const answer = { body: enrolmentView(learnerId, wish.placeId, choice.place) };
    if (choice.kind === 'unchanged') return answer;
    const remembered = rememberAnswer(table, claim, { status: 200, ...answer });
    const kept = await changes.keep(choice.change, [remembered]);
    if (kept === 'kept') return answer;
    if (kept === 'full') throw noSeatLeft();
  }
  throw new Busy();
}

async function giveBack({ caller, params, query }: Call<Routes['giveBack']>) {
  const learnerId = await learners.learnerIdOf(caller.sub, query.learnerId);
  if (learnerId === undefined) return { body: undefined };
  await changes.decide(learnerId, (seen) => decideReturn(region, seen, params.place, now()));
  return { body: undefined };
}

async function wait({ caller, params, query, body }: Call<Routes['wait']>) {
  const learnerId = await learnerFor(caller.sub, query);
  const wish = { placeId: params.place, providerId: body.providerId };
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const seen = await placesOf(learnerId);
    const joining = mayWait(region, seen, wish, now());
    if (joining.kind === 'refused') throw refusalOf(joining);
    if (joining.kind === 'unchanged') return { body: await waitingFor(seen, wish.placeId) };
    const seats = await store.readSeats(joining.lots);
    const change = join(region, seen, wish.placeId, joining.lots, seats, now());
    if ('code' in change) throw refusalOf(change);
    if ((await changes.keep(change)) === 'kept') {
      return { body: await waitingFor(change.next, wish.placeId) };
    }
  }
  throw new Busy();
}

async function waitingFor(places: Places, placeId: Call<Routes['wait']>['params']['place']) {
  const entry = enrolmentsOf(places).waits.find(({ placeId: id }) => id === placeId);
  if (entry === undefined) throw new RangeError(`there is no wait for ${placeId}`);
  return standingOf(places.learnerId, entry);
}

/** How a learner who waits stands on the list. */
async function standingOf(learnerId: LearnerId, entry: WaitEntry) {
  return waitingView(entry, entry.offer ? {} : await lists.positionOf({ learnerId, ...entry }));
}

async function stopWaiting({ caller, params, query }: Call<Routes['stopWaiting']>) {
  const learnerId = await learners.learnerIdOf(caller.sub, query.learnerId);
  if (learnerId === undefined) return { body: undefined };
  await changes.decide(learnerId, (seen) => leave(region, seen, params.place, now()));
  return { body: undefined };
}

/**
 * The learner's places, with an approval that the stream has not brought yet or lost with a bad batch: whoever
 * was approved a moment ago can choose at once.
 */
async function placesOf(learnerId: LearnerId): Promise<Places> {
  const places = await store.readPlaces(learnerId);
  if (!lacksApproval(region, places, now())) return places;
  const application = await applications.currentOf(learnerId);
  const approval = application === undefined ? undefined : approvalOf(application);
  if (approval === undefined) return places;
  await approvals.recordApproval(learnerId, approval, now());
  return store.readPlaces(learnerId);
}

async function knownLearner(sub: Sub, query: ActingFor): Promise<LearnerId> {
  const learnerId = await learners.learnerIdOf(sub, query.learnerId);
  if (learnerId !== undefined) return learnerId;
  throw new NotFound({
    code: 'no-profile',
    detail: 'You have no profile yet. Write it with PUT /me.',
  });
}

async function learnerFor(sub: Sub, query: ActingFor): Promise<LearnerId> {
  const learnerId = await learners.learnerIdOf(sub, query.learnerId);
  if (learnerId !== undefined) return learnerId;
  throw new Ruled({
    code: 'not-eligible',
    detail: 'Write your profile with PUT /me, then apply with POST /applications.',
  });
}

function wishOf(
  { place }: Call<Routes['choose']>['params'],
  { providerId }: Call<Routes['choose']>['body'],
) {
  return { placeId: place, providerId, enrolmentId: newId(EnrolmentId, 'enr') };
}

function refusalOf(refused: Refused): Ruled | Conflict {
  return refused.because === 'rule' ? new Ruled(refused) : new Conflict(refused);
}

function noSeatLeft(): Conflict {
  return new Conflict({
    code: 'no-seat-left',
    detail:
      'The provider has no seat left in your area. Choose another, or wait with PUT …/waiting.',
  });
}

export const handler = serve(
  enrolment,
  { listMine, listHistory, choose, giveBack, switchProvider, wait, stopWaiting },
  table,
);
