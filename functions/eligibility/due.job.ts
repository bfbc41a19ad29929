import { dayIn, timestamp } from '../../regions/calendar.ts';
import type { AreaId } from '../../regions/schema.ts';
import { now } from '../runtime/clock.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { Busy } from '../runtime/errors.ts';
import { isTime, type RemainingTime, sideBySide } from '../runtime/job.ts';
import { describeError, log } from '../runtime/logger.ts';
import { region } from '../runtime/region.ts';
import { eligibilityEnvironments } from './contract.ts';
import { whenDue } from './due.rules.ts';
import { dueStore } from './due.store.ts';
import { endOf, whenEnded } from './ending.rules.ts';
import { lotsStore } from './lots.store.ts';
import { nextForWaiting } from './offer.rules.ts';
import { offerStore } from './offer.store.ts';
import { quotaToday } from './quota.rules.ts';
import { quotaStore } from './quota.store.ts';
import { recordStore } from './record.store.ts';
import { dueLots, type Versioned } from './rows.store.ts';
import { eligibilityStore } from './store.ts';

const environment = readEnvironment(eligibilityEnvironments.due);
const table = environment.ELIGIBILITY_TABLE;
const records = recordStore({
  audit: environment.AUDIT_TABLE,
  notices: environment.NOTICES_TABLE,
});
const due = dueStore(table);
const quota = quotaStore(table);
const offers = offerStore(table);
const lots = lotsStore(table);
const applications = eligibilityStore(table);

/** Times that one application's change is made anew. */
const attempts = 8;
/** Rows of one partition that are worked on side by side, and areas. */
const abreast = 8;
/** Milliseconds that are kept for counters and offers, once what is due has had its own. */
const keptForOffers = 120_000;
/** Offers after which an area lets the others have their turn. */
const offersAtOnce = 25;
/** Moves of an area's counts that a run tries at most; the next run goes on from what it finds. */
const movesAtOnce = 20;

/**
 * Takes each step that time brings about, by a conditional write of its own, levels the counters of quotas, and offers
 * places that are free although the stream, which does it at once, has lost its cause; where a partner has ended, it rejects
 * those who wait, for a place or for an officer. What it does not finish the next run does: a step is four requests, some 20
 * ms of the 0.3 processors of 512 MB, so a run of 780 seconds does 39,000, and 110,000 approvals that end on one day
 * (domain.md row 4) take three.
 *
 * @throws {Error} some applications could not be changed; the log says which
 */
export async function handler(_event: unknown, clock: RemainingTime): Promise<void> {
  const counts = await Promise.all(dueLots.map((lot) => workOff(lot, clock)));
  const failed = counts.reduce((sum, count) => sum + count, await rejectAll(clock));
  const later = (await levelAll()) + (await promoteAll(clock));
  if (failed + later > 0) throw new Error(`${failed + later} changes failed; the log says which`);
}

/** One partition, page by page; how many of its applications could not be changed. */
async function workOff(lot: string, clock: RemainingTime): Promise<number> {
  let failed = 0;
  for await (const page of due.listDue(lot, dayIn(region, now()).toString())) {
    failed += await sideBySide(page, abreast, async (seen) => {
      const { applicationId } = seen.application;
      return counted(() => takeSteps(seen, whenDue, 'time'), { applicationId });
    });
    if (!isTime(clock, keptForOffers)) break;
  }
  return failed;
}

/** The cases that wait for officers in areas whose partner has ended; how many could not be rejected. */
function rejectAll(clock: RemainingTime): Promise<number> {
  const over = region.areas.filter(({ id }) => endOf(region, id, now()) !== undefined);
  return sideBySide(over, abreast, async ({ id }) => {
    let failed = 0;
    for await (const page of due.listQueued(id)) {
      failed += await sideBySide(page, abreast, (seen) => {
        const { applicationId } = seen.application;
        return counted(() => takeSteps(seen, whenEnded, 'rules'), { applicationId });
      });
      if (!isTime(clock, keptForOffers)) break;
    }
    return failed;
  });
}

/**
 * Everything that is to be done about an application; where it, or the lot that its place goes back to, changed meanwhile,
 * it is looked at again.
 *
 * @throws {Busy} it, or its lot, changed all the time
 */
async function takeSteps(
  first: Versioned,
  next: typeof whenDue,
  by: 'time' | 'rules',
): Promise<void> {
  let seen: Versioned | undefined = first;
  for (let lost = 0; lost < attempts; ) {
    const moment = now();
    const step = seen && next(region, seen.application, moment);
    if (seen === undefined || step === undefined) return;
    const also = records.stepped(step, by, timestamp(moment));
    const today = dayIn(region, moment).toString();
    const kept: Versioned | undefined = await quota.keepChange(seen, step.next, today, also);
    if (kept === undefined) lost += 1;
    seen = kept ?? (await applications.read(seen.application.applicationId));
  }
  throw new Busy();
}

/** The counters of all areas, so that those who are approved at once do not meet in the one that has room. */
function levelAll(): Promise<number> {
  return sideBySide(region.areas, abreast, ({ id }) =>
    counted(async () => {
      const capacities = quotaToday(region, id, now());
      if (capacities !== undefined) await lots.level(id, capacities, movesAtOnce);
    }),
  );
}

/** All areas, in turns, so that a long list in one does not keep the others waiting. */
async function promoteAll(clock: RemainingTime): Promise<number> {
  let failed = 0;
  let areas: readonly AreaId[] = region.areas.map(({ id }) => id);
  while (areas.length > 0 && isTime(clock)) {
    const more: AreaId[] = [];
    failed += await sideBySide(areas, abreast, (areaId) =>
      counted(async () => {
        if ((await promote(areaId)) === offersAtOnce) more.push(areaId);
      }),
    );
    areas = more;
  }
  return failed;
}

function promote(areaId: AreaId): Promise<number> {
  const moment = now();
  const { step, whoever } = nextForWaiting(region, areaId, moment);
  return offers.promote({
    areaId,
    capacities: whoever ? undefined : quotaToday(region, areaId, moment),
    most: offersAtOnce,
    today: dayIn(region, moment).toString(),
    offer: step,
    also: (made) => records.stepped(made, 'rules', timestamp(moment)),
  });
}

/** 1 where it failed, which stops no other's. */
async function counted(
  work: () => Promise<void>,
  about: { readonly applicationId?: string } = {},
): Promise<number> {
  try {
    await work();
    return 0;
  } catch (error) {
    log.error('not changed', { ...about, ...describeError(error) });
    return 1;
  }
}
