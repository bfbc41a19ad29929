import { dayIn, timestamp } from '../../regions/calendar.ts';
import type { AreaId } from '../../regions/schema.ts';
import { now } from '../runtime/clock.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { describeError, log } from '../runtime/logger.ts';
import { region } from '../runtime/region.ts';
import { eligibilityEnvironments } from './contract.ts';
import { whenDue } from './due.rules.ts';
import { dueStore } from './due.store.ts';
import { offerPlace } from './offer.rules.ts';
import { offerStore } from './offer.store.ts';
import { quotaToday } from './quota.rules.ts';
import { quotaStore } from './quota.store.ts';
import { recordStore } from './record.store.ts';
import { dueLots, type Versioned } from './rows.store.ts';

const environment = readEnvironment(eligibilityEnvironments.due);
const table = environment.ELIGIBILITY_TABLE;
const records = recordStore({
  audit: environment.AUDIT_TABLE,
  notices: environment.NOTICES_TABLE,
});
const due = dueStore(table);
const quota = quotaStore(table);
const offers = offerStore(table);

/** Rows of one partition that are worked on side by side, and areas. */
const sideBySide = 8;
/** Offers after which an area lets the others have their turn. */
const offersAtOnce = 25;
/** Milliseconds before the function's end after which no further page is begun; the next run goes on. */
const reserve = 20_000;

/** What Lambda tells a function of its time. */
interface Clock {
  getRemainingTimeInMillis(): number;
}

/**
 * Takes each step that time brings about, by a conditional write of its own, and offers places that are free
 * although the stream, which does it at once, has lost its cause. What it does not finish the next run does.
 *
 * @throws {Error} some applications could not be changed; the log says which
 */
export async function handler(_event: unknown, clock: Clock): Promise<void> {
  const counts = await Promise.all(dueLots.map((lot) => workOff(lot, clock)));
  const failed = counts.reduce((sum, count) => sum + count, 0) + (await promoteAll(clock));
  if (failed > 0) throw new Error(`${failed} changes failed; the log says which`);
}

const isTime = (clock: Clock) => clock.getRemainingTimeInMillis() > reserve;

/** One partition, page by page; how many of its applications could not be changed. */
async function workOff(lot: string, clock: Clock): Promise<number> {
  let failed = 0;
  for await (const page of due.listDue(lot, dayIn(region, now()).toString())) {
    failed += await each(page, async (seen) => {
      const { applicationId } = seen.application;
      return counted(() => takeSteps(seen), { applicationId });
    });
    if (!isTime(clock)) break;
  }
  return failed;
}

/** Everything that is due about an application; one that changed meanwhile is due again, or no longer. */
async function takeSteps(first: Versioned): Promise<void> {
  let seen = first;
  for (;;) {
    const moment = now();
    const step = whenDue(region, seen.application, moment);
    if (step === undefined) return;
    const also = records.stepped(step, 'time', timestamp(moment));
    const today = dayIn(region, moment).toString();
    const kept = await quota.keepChange(seen, step.next, today, also);
    if (kept === undefined) return;
    seen = kept;
  }
}

/** All areas, in turns, so that a long list in one does not keep the others waiting. */
async function promoteAll(clock: Clock): Promise<number> {
  let failed = 0;
  let areas: readonly AreaId[] = region.areas.map(({ id }) => id);
  while (areas.length > 0 && isTime(clock)) {
    const more: AreaId[] = [];
    failed += await each(areas, (areaId) =>
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
  return offers.promote({
    areaId,
    capacities: quotaToday(region, areaId, moment),
    most: offersAtOnce,
    today: dayIn(region, moment).toString(),
    offer: (waiting) => offerPlace(region, waiting, moment),
    also: (step) => records.stepped(step, 'rules', timestamp(moment)),
  });
}

/** Does it for each, several side by side; the sum of what it counts. */
async function each<Item>(items: readonly Item[], work: (item: Item) => Promise<number>) {
  const rest = items.values();
  let sum = 0;
  const worker = async () => {
    for (const item of rest) {
      const count = await work(item);
      sum += count;
    }
  };
  await Promise.all(Array.from({ length: sideBySide }, worker));
  return sum;
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
