import { timestamp } from '../../regions/calendar.ts';
import { eligibilityStore } from '../eligibility/store.ts';
import { now } from '../runtime/clock.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { describeError, log } from '../runtime/logger.ts';
import { region } from '../runtime/region.ts';
import { approvalOf, fallDue, lacksApproval } from './approval.rules.ts';
import { approvalStore } from './approval.store.ts';
import type { SeatList } from './change.contract.ts';
import { changeStore } from './change.store.ts';
import { enrolmentEnvironments } from './contract.ts';
import type { Places } from './place.contract.ts';
import { promotionStore } from './promotion.store.ts';
import { seatsKey } from './rows.store.ts';
import { enrolmentStore } from './store.ts';

const environment = readEnvironment(enrolmentEnvironments.due);
const table = environment.ENROLMENT_TABLE;
const tables = { enrolment: table, notices: environment.NOTICES_TABLE };
const store = enrolmentStore(table);
const changes = changeStore(tables);
const approvals = approvalStore(tables, region);
const lists = promotionStore(tables, region);
const applications = eligibilityStore(environment.ELIGIBILITY_TABLE);

/** Learners who are looked at side by side. */
const abreast = 10;

/**
 * What the calendar and the region file change though no message comes: approvals whose last day has passed,
 * providers that have left, offers that lapse, seats in an area that the learner has left, and seats that a
 * message about them should have offered to those who wait.
 *
 * @throws {Error} some learners or lists could not be looked at; the former are due at the next run, the latter
 * within the hour
 */
export async function handler(): Promise<void> {
  const due = await store.listDue(timestamp(now()));
  let failed = 0;
  for (let first = 0; first < due.length; first += abreast) {
    const looked = await Promise.allSettled(due.slice(first, first + abreast).map(look));
    for (const outcome of looked) {
      if (outcome.status === 'fulfilled') continue;
      failed += 1;
      log.error('look failed', describeError(outcome.reason));
    }
  }
  const waitedFor = new Map(due.flatMap(listsOf).map((list) => [seatsKey(list), list]));
  for (const list of waitedFor.values()) failed += await offer(list);
  log.info('looked', { count: due.length });
  if (failed > 0)
    throw new Error(`${failed} learners or lists could not be looked at; the log says why`);
}

/** 1 where it failed, which stops no other list's. Whoever waits is looked at again within the hour. */
async function offer(list: SeatList): Promise<number> {
  try {
    await lists.promote(list, now());
    return 0;
  } catch (error) {
    log.error('no offer', { providerId: list.providerId, ...describeError(error) });
    return 1;
  }
}

async function look(due: Places): Promise<void> {
  const { learnerId } = due;
  if (lacksApproval(region, due, now())) {
    const application = await applications.currentOf(learnerId);
    const approval = application === undefined ? undefined : approvalOf(application);
    if (approval !== undefined) await approvals.recordApproval(learnerId, approval, now());
  }
  const seen = await approvals.relocateAll(learnerId, now());
  // A row that changed meanwhile is due at its new moment.
  await changes.keep(fallDue(region, seen, now()));
}

function listsOf({ waits }: Places): readonly SeatList[] {
  return Object.values(waits).filter(({ offer }) => offer === undefined);
}
