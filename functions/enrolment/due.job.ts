import { timestamp } from '../../regions/calendar.ts';
import { eligibilityStore } from '../eligibility/store.ts';
import type { LearnerId } from '../identity/contract.ts';
import { now } from '../runtime/clock.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { isTime, type RemainingTime, sideBySide } from '../runtime/job.ts';
import { describeError, log } from '../runtime/logger.ts';
import { region } from '../runtime/region.ts';
import { approvalOf, fallDue, lacksApproval } from './approval.rules.ts';
import { approvalStore } from './approval.store.ts';
import type { SeatList } from './change.contract.ts';
import { changeStore } from './change.store.ts';
import { enrolmentEnvironments } from './contract.ts';
import type { Places } from './place.contract.ts';
import { isListed } from './place.rules.ts';
import { promotionStore } from './promotion.store.ts';
import { seatsKey, workLots } from './rows.store.ts';
import { enrolmentStore } from './store.ts';

const environment = readEnvironment(enrolmentEnvironments.due);
const table = environment.ENROLMENT_TABLE;
const tables = { enrolment: table, notices: environment.NOTICES_TABLE };
const store = enrolmentStore(table);
const changes = changeStore(tables);
const approvals = approvalStore(tables, region);
const lists = promotionStore(tables, region);
const applications = eligibilityStore(environment.ELIGIBILITY_TABLE);

/** Learners of one partition who are looked at side by side, and lists. */
const abreast = 10;

/** Milliseconds that are kept for the offers, once the looks have had theirs. */
const keptForOffers = 60_000;

/**
 * What the calendar and the region file change though no message comes: approvals whose last day has passed,
 * providers that have left, offers that lapse, seats in an area that the learner has left, and seats that a
 * message about them should have offered to those who wait. What it does not finish the next run does.
 *
 * It keeps up with an opening day, on which all 110,000 learners (domain.md row 4) come within hours and are due
 * together on every day after. A look is a read and a write, of some 10 ms and, as measured, 3 ms of a processor. 40
 * side by side would do 2,000 a second, for which the index is wide enough: each of its 4 partitions takes 1,000 write
 * units a second, and a look writes it twice. The 0.3 processors of 512 MB do 100 a second, 18,000 in the 180 seconds
 * of a run: seven runs or 35 minutes for all, and a day's 288 runs five million.
 *
 * @throws {Error} some learners or lists could not be looked at; the former are due at the next run, the latter
 * within the hour
 */
export async function handler(_event: unknown, clock: RemainingTime): Promise<void> {
  const looks = await Promise.all(workLots.map((lot) => workOff(lot, clock)));
  const waitedFor = new Map(looks.flatMap(({ lists }) => [...lists]));
  const unoffered = await sideBySide(waitedFor.values(), abreast, (list) => offer(list, clock));
  log.info('looked', { count: looks.reduce((sum, { count }) => sum + count, 0) });
  const failed = looks.reduce((sum, one) => sum + one.failed, unoffered);
  if (failed > 0)
    throw new Error(`${failed} learners or lists could not be looked at; the log says why`);
}

/** One partition, page by page, as long as there is time; with the lists that somebody of it waits on. */
async function workOff(lot: string, clock: RemainingTime) {
  let [count, failed] = [0, 0];
  const lists = new Map<string, SeatList>();
  for await (const page of store.listDue(lot, timestamp(now()))) {
    failed += await sideBySide(page, abreast, (learnerId) => counted(learnerId, lists));
    count += page.length;
    if (!isTime(clock, keptForOffers)) break;
  }
  return { count, failed, lists };
}

/** 1 where it failed, which stops no other's; `lists` gets those on which the learner waits. */
async function counted(learnerId: LearnerId, lists: Map<string, SeatList>): Promise<number> {
  try {
    for (const list of listsOf(await look(learnerId))) lists.set(seatsKey(list), list);
    return 0;
  } catch (error) {
    log.error('look failed', describeError(error));
    return 1;
  }
}

/** 1 where it failed, which stops no other list's. Whoever waits is looked at again within the hour. */
async function offer(list: SeatList, clock: RemainingTime): Promise<number> {
  if (!isTime(clock)) return 0;
  try {
    await lists.promote(list, now());
    return 0;
  } catch (error) {
    log.error('no offer', { providerId: list.providerId, ...describeError(error) });
    return 1;
  }
}

/** The row as it was before the look. */
async function look(learnerId: LearnerId): Promise<Places> {
  const found = await approvals.relocateAll(learnerId, now());
  const seen = (await withApproval(found)) ? await store.readPlaces(learnerId) : found;
  // A row that changed meanwhile is due at its new moment.
  await changes.keep(fallDue(region, seen, now()));
  return found;
}

/** Whether an approval was recorded that no message has brought. */
async function withApproval(places: Places): Promise<boolean> {
  const { learnerId } = places;
  if (!lacksApproval(region, places, now())) return false;
  const application = await applications.currentOf(learnerId);
  const approval = application === undefined ? undefined : approvalOf(application);
  if (approval === undefined) return false;
  await approvals.recordApproval(learnerId, approval, now());
  return true;
}

function listsOf({ waits }: Places): readonly SeatList[] {
  return Object.values(waits).filter(isListed);
}
