import type { Application } from '../../functions/eligibility/contract.ts';
import { offerPlace } from '../../functions/eligibility/offer.rules.ts';
import { offerStore } from '../../functions/eligibility/offer.store.ts';
import { quotaStore } from '../../functions/eligibility/quota.store.ts';
import { eligibilityStore } from '../../functions/eligibility/store.ts';
import { Busy } from '../../functions/runtime/errors.ts';
import { AreaId } from '../../regions/schema.ts';
import type { Cloud } from '../runtime/cloud.ts';
import { at, village } from '../runtime/village.ts';
import { application, decided } from './applications.ts';

export const river = AreaId.parse('river');
export const summer = at('2025-07-02T12:00');
export const today = '2025-07-02';

let count = 0;

/** An eligibility table of its own, with officers who approve and places that are offered. */
export async function openQuota(cloud: Cloud) {
  count += 1;
  const table = `quota-${count}`;
  await cloud.createTable(
    table,
    ['waiting', 'waitingArea', 'submittedAt'],
    ['due', 'dueLot', 'dueOn'],
  );
  const store = eligibilityStore(table);
  const quota = quotaStore(table);
  const offers = offerStore(table);
  let submitted = 0;

  /** Someone new who is entitled, later than all before. */
  function entitled(otherwise: object = {}): Application {
    submitted += 1;
    const submittedAt = new Date(Date.UTC(2025, 6, 1) + submitted * 1_000).toISOString();
    return decided(application({ submittedAt, changedAt: submittedAt, ...otherwise }), 'approved');
  }

  /** An approval as it is kept: who is told to come back (503) comes back. */
  const approve = (one: Application, capacities: readonly number[] | undefined) =>
    untilNotBusy(() =>
      quota.keepApproval({ decided: one, seen: undefined, capacities, today, also: () => [] }),
    );

  const promote = (capacities: readonly number[] | undefined, most = 100) =>
    untilNotBusy(() =>
      offers.promote({
        areaId: river,
        capacities,
        most,
        today,
        offer: (waiting) => offerPlace(village(), waiting, summer),
        also: () => [],
      }),
    );

  /** Changes an application as it is now. */
  async function change(one: Application, how: (now: Application) => Application) {
    const seen = await store.read(one.applicationId);
    if (seen === undefined) throw new Error('there is no such application');
    return untilNotBusy(() => quota.keepChange(seen, how(seen.application), today, []));
  }

  const stateOf = async (one: Application) =>
    (await store.read(one.applicationId))?.application.state;

  /** Sets the counters as so many learners before would have. */
  async function fill(used: readonly number[], areaId: string = river) {
    for (const [lot, taken] of used.entries()) {
      const key = { pk: { S: `QUOTA#${areaId}` }, sk: { S: `LOT#${lot}` } };
      await cloud.ask('PutItem', { TableName: table, Item: { ...key, used: { N: `${taken}` } } });
    }
  }

  const counted = async () => (await quota.readLots(river)).reduce((sum, used) => sum + used, 0);

  return {
    table,
    store,
    quota,
    offers,
    entitled,
    approve,
    promote,
    change,
    stateOf,
    fill,
    counted,
    readLots: (areaId = river) => quota.readLots(areaId),
  };
}

export type Quota = Awaited<ReturnType<typeof openQuota>>;

export async function untilNotBusy<Result>(work: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Busy)) throw error;
    }
  }
}

/** The learner, or time, puts an end to an application. */
export const ended = (one: Application): Application => ({
  ...one,
  state: 'ended',
  because: 'withdrawn',
});

/** One of several that a test has made. */
export function nth(all: readonly Application[], index: number): Application {
  const one = all[index];
  if (one === undefined) throw new Error(`there are only ${all.length}`);
  return one;
}
