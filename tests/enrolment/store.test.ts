import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { approvalStore } from '../../functions/enrolment/approval.store.ts';
import type { Change } from '../../functions/enrolment/change.contract.ts';
import { changeStore } from '../../functions/enrolment/change.store.ts';
import type { Approval, Places } from '../../functions/enrolment/contract.ts';
import { endPlaces, unchanged } from '../../functions/enrolment/place.rules.ts';
import { enrolmentStore } from '../../functions/enrolment/store.ts';
import { LearnerId } from '../../functions/identity/contract.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { AreaId, ProviderId } from '../../regions/schema.ts';
import { type Cloud, openCloud } from '../runtime/cloud.ts';
import { conflicts, seeded } from '../runtime/disturbances.ts';
import { at, village } from '../runtime/village.ts';
import { untilNotBusy } from './learners.ts';
import { approval, place } from './places.ts';

let cloud: Cloud;
const store = enrolmentStore('enrolment');
const tables = { enrolment: 'enrolment', notices: 'notices' };
const { keep } = changeStore(tables);
const summer = at('2025-07-01T12:00');
const approvals = approvalStore(tables, village());
const recordApproval = (learnerId: LearnerId, approved: Approval) =>
  approvals.recordApproval(learnerId, approved, summer);

beforeAll(async () => {
  cloud = await openCloud();
  await cloud.createTable('enrolment', ['pending', 'pendingLot', 'sweepDue']);
  await cloud.createTable('notices');
});
afterEach(() => cloud.disturb(undefined));
afterAll(() => cloud.close());

let wells = 0;
/** A provider of which no seat has been taken yet. */
const newWell = () => {
  wells += 1;
  return ProviderId.parse(`well-${wells}`);
};
const river = AreaId.parse('river');
const hill = AreaId.parse('hill');

/** The row of a learner who was just approved. */
async function row(): Promise<Places> {
  const learnerId = newId(LearnerId, 'lrn');
  await recordApproval(learnerId, approval());
  return store.readPlaces(learnerId);
}

/** A choice of a provider that has so many seats in each lot. */
function seatedAt(seen: Places, providerId: ProviderId, ...capacities: number[]): Change {
  const reading = place(providerId, { state: 'pending' });
  const next = { ...seen, places: { reading } };
  const take = { providerId, areaId: river, placeId: 'reading', for: 'place', capacities } as const;
  return { ...unchanged(next), take };
}

const usedOf = async (providerId: ProviderId) =>
  (await store.readSeats({ providerId, areaId: river })).used;

/** Sets the counters as so many learners before would have. */
async function fill(providerId: ProviderId, ...used: number[]) {
  for (const [lot, count] of used.entries()) {
    const key = { pk: { S: `SEATS#${providerId}#river` }, sk: { S: `LOT#${lot}` } };
    const Item = { ...key, used: { N: `${count}` } };
    await cloud.ask('PutItem', { TableName: 'enrolment', Item });
  }
}

describe('given a learner of whom nothing is known', () => {
  it('has no approval, no places, and version 0', async () => {
    const learnerId = newId(LearnerId, 'lrn');
    expect(await store.readPlaces(learnerId)).toEqual({
      learnerId,
      version: 0,
      places: {},
      waits: {},
      switched: 0,
      givenBack: {},
      endings: {},
    });
  });

  it('keeps a first decision, and of twenty at once one', async () => {
    const learnerId = newId(LearnerId, 'lrn');
    const first = { ...(await store.readPlaces(learnerId)), approval: approval() };
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, () =>
        store.keepPlaces({ ...first, places: { subject: place('mill') } }),
      ),
    );
    expect(outcomes.filter((outcome) => outcome === 'kept')).toHaveLength(1);
    expect(await store.readPlaces(learnerId)).toMatchObject({ version: 1, approval: approval() });
  });

  it('whose approval came meanwhile, was decided on too early', async () => {
    const learnerId = newId(LearnerId, 'lrn');
    const early = await store.readPlaces(learnerId);
    await recordApproval(learnerId, approval());
    expect(await store.keepPlaces({ ...early, places: {} })).toBe('stale');
    expect(await keep(seatedAt(early, newWell(), 5))).toBe('stale');
  });
});

describe('given an approval', () => {
  it('when it is recorded, opens the row; the second time changes nothing', async () => {
    const { learnerId, ...seen } = await row();
    expect(seen).toMatchObject({ version: 1, approval: approval(), places: {}, endings: {} });
    await recordApproval(learnerId, approval());
    expect((await store.readPlaces(learnerId)).version).toBe(1);
  });

  it('edge case 23: an older one that comes late never replaces a newer', async () => {
    const older = approval({ changedAt: '2025-07-01T00:00:00.000Z', areaId: 'river' });
    const newer = approval({ changedAt: '2025-07-01T00:00:00.001Z', areaId: 'hill' });
    for (const order of [
      [older, newer],
      [newer, older],
      [newer, older, newer, older],
    ]) {
      const learnerId = newId(LearnerId, 'lrn');
      for (const one of order) await recordApproval(learnerId, one);
      expect((await store.readPlaces(learnerId)).approval).toEqual(newer);
    }
  });

  it('renewed, leaves places and endings, and counts as a change of the row', async () => {
    const seen = await row();
    const kept = {
      ...seen,
      places: { subject: place('mill') },
      endings: { well: '2025-07-01T00:00:00.000Z' },
    };
    await store.keepPlaces(kept);
    const renewed = approval({ changedAt: '2026-07-01T00:00:00.000Z', validUntil: '2027-06-30' });
    await recordApproval(seen.learnerId, renewed);
    expect(await store.readPlaces(seen.learnerId)).toMatchObject({
      ...kept,
      version: 3,
      approval: renewed,
    });
  });

  it('is recorded also while writes conflict', async () => {
    cloud.disturb(conflicts(seeded(21), 0.4));
    const rows = await Promise.all(Array.from({ length: 10 }, row));
    expect(rows.every(({ version }) => version === 1)).toBe(true);
  });
});

describe('given a decision on places', () => {
  it('is kept on the version that it was made on, once', async () => {
    const seen = await row();
    const next = { ...seen, places: { subject: place('mill') } };
    expect(await store.keepPlaces(next)).toBe('kept');
    expect(await store.keepPlaces(next)).toBe('stale');
    expect(await store.readPlaces(seen.learnerId)).toEqual({ ...next, version: 2 });
  });

  it('edge case 16: of twenty on the same version, one is kept', async () => {
    const seen = await row();
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, () =>
        store.keepPlaces({ ...seen, places: { subject: place('mill') } }),
      ),
    );
    expect(outcomes.filter((outcome) => outcome === 'kept')).toHaveLength(1);
  });

  it('made before the approval was renewed is stale', async () => {
    const seen = await row();
    await recordApproval(seen.learnerId, approval({ changedAt: '2025-08-01T00:00:00.000Z' }));
    expect(await store.keepPlaces({ ...seen, places: { subject: place('mill') } })).toBe('stale');
  });
});

describe('given a choice with a seat', () => {
  it('takes the seat and keeps the place together', async () => {
    const well = newWell();
    const seen = await row();
    expect(await keep(seatedAt(seen, well, 2))).toBe('kept');
    expect(await usedOf(well)).toEqual([1]);
    const { reading } = (await store.readPlaces(seen.learnerId)).places;
    expect(reading?.seat).toEqual({ areaId: river, lot: 0 });
  });

  it('where all are taken keeps neither', async () => {
    const well = newWell();
    const [first, second] = [await row(), await row()];
    await keep(seatedAt(first, well, 1));
    expect(await keep(seatedAt(second, well, 1))).toBe('full');
    expect(await usedOf(well)).toEqual([1]);
    expect((await store.readPlaces(second.learnerId)).places).toEqual({});
  });

  it('on a stale row takes no seat', async () => {
    const well = newWell();
    const seen = await row();
    await keep(seatedAt(seen, well, 5));
    expect(await keep(seatedAt(seen, well, 5))).toBe('stale');
    expect(await usedOf(well)).toEqual([1]);
  });

  it('where an area has no seats at all, the first to ask gets none', async () => {
    const well = newWell();
    expect(await keep(seatedAt(await row(), well, 0))).toBe('full');
    expect(await usedOf(well)).toEqual([]);
  });

  it('edge 13: where seats were cut below what is taken, nobody gets one', async () => {
    const well = newWell();
    await fill(well, 3);
    expect(await keep(seatedAt(await row(), well, 2))).toBe('full');
    expect(await usedOf(well)).toEqual([3]);
  });

  it('edge 13: after a cut of several lots, those who choose at once get what is left and no more', async () => {
    const well = newWell();
    // Cut from 30 to 20: the last lot is closed, and its 6 still count.
    await fill(well, 7, 6, 6);
    const seen = await Promise.all(Array.from({ length: 6 }, row));
    const kept = await Promise.all(
      seen.map((one) => untilNotBusy(() => keep(seatedAt(one, well, 10, 10)))),
    );
    expect(kept.toSorted()).toEqual(['full', 'full', 'full', 'full', 'full', 'kept']);
    expect(await usedOf(well)).toEqual([10, 10, 0]);
  });

  it('counts each area of each provider for itself', async () => {
    const [well, other] = [newWell(), newWell()];
    await keep(seatedAt(await row(), well, 9));
    await keep(seatedAt(await row(), other, 9));
    expect([await usedOf(well), await usedOf(other)]).toEqual([[1], [1]]);
    expect((await store.readSeats({ providerId: well, areaId: hill })).used).toEqual([]);
  });
});

describe('given a place that is given back', () => {
  /** A learner with a seat, and what giving it back changes. */
  async function returning(well: ProviderId) {
    const seen = await row();
    await keep(seatedAt(seen, well, 1));
    const seated = await store.readPlaces(seen.learnerId);
    return endPlaces(unchanged(seated), ['reading'], 'given-back', summer);
  }

  it('its seat is the next learner’s, and history keeps the place', async () => {
    const well = newWell();
    const change = await returning(well);
    const waiting = await row();
    expect(await keep(seatedAt(waiting, well, 1))).toBe('full');
    expect(await keep(change)).toBe('kept');
    expect(await usedOf(well)).toEqual([0]);
    expect(await keep(seatedAt(waiting, well, 1))).toBe('kept');
    const { history } = await store.listHistory(change.next.learnerId, 5, undefined);
    expect(history).toEqual(change.ended);
  });

  it('twenty times at once, returns one seat', async () => {
    const well = newWell();
    const change = await returning(well);
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => keep(change)));
    expect(outcomes.filter((outcome) => outcome === 'kept')).toHaveLength(1);
    expect(await usedOf(well)).toEqual([0]);
  });

  it('edge 13: of a seat whose count was moved since, goes back where it is counted', async () => {
    const well = newWell();
    const change = await returning(well);
    await fill(well, 0, 4);
    expect(await keep(change)).toBe('kept');
    expect(await usedOf(well)).toEqual([0, 3]);
  });

  it('of a seat that was never counted changes nothing: no counter falls below none', async () => {
    const well = newWell();
    const seen = await row();
    const reading = place(well, { seat: { areaId: river, lot: 0 } });
    const change = endPlaces(
      unchanged({ ...seen, places: { reading } }),
      ['reading'],
      'given-back',
      summer,
    );
    expect(await keep(change)).toBe('stale');
    expect(await usedOf(well)).toEqual([]);
    expect((await store.readPlaces(seen.learnerId)).version).toBe(seen.version);
  });
});
