import { randomBytes } from 'node:crypto';
import { enrolment } from '../../functions/enrolment/contract.ts';
import { apiClient } from '../../functions/runtime/client.ts';
import { ProviderId } from '../../regions/schema.ts';
import { granted } from '../../tests/people.ts';
import { exponentOf } from '../growth.ts';
import type { Count } from './count.ts';
import { areaId, type MeteredRegion } from './metered-region.ts';
import { putRows } from './rows.ts';
import { full } from './story.ts';

/** What the benchmark takes. */
export const sizes: readonly number[] = [100, 1_000, 10_000];

/** What an action came to at each size. */
export interface Grown {
  readonly action: string;
  readonly requests: readonly number[];
  readonly readUnits: readonly number[];
  readonly writeUnits: readonly number[];
  /** The power with which all of its units grow. */
  readonly exponent: number;
}

const [joining, place] = ['join a waiting list', 'one’s place on it'] as const;
/** What tells a place on a list, for which it counts who stands before, up to a hundred. */
export const placesOnList: readonly string[] = [joining, place];

const { routes } = enrolment;
const subject = { params: { place: 'subject' } } as const;

/**
 * The actions whose partitions others fill: a waiting list and a learner's history. At each size somebody new comes,
 * behind all the others.
 *
 * @param among - rows in the partitions that an action reads or writes, each more than the one before
 */
export async function grow(
  town: MeteredRegion,
  among: readonly number[],
): Promise<readonly Grown[]> {
  const found = new Map<string, Count[]>();
  let there = 0;
  for (const size of among) {
    await crowd(town, there, size);
    there = size;
    const { token, learnerId } = await town.people.newApprovedLearner({ areaId });
    await putRows(
      town.url,
      'Enrolment',
      Array.from({ length: size }, () => ended(learnerId)),
    );
    const count = async (action: string, work: () => Promise<unknown>) => {
      const taken = await town.ledger.counted(work);
      const [, own] = [...taken].find(([name]) => name.includes('EnrolmentApi')) ?? [];
      if (own !== undefined) found.set(action, [...(found.get(action) ?? []), own]);
    };
    const once = apiClient(town.url, token);
    const body = { providerId: ProviderId.parse(full.providerId) };
    await count('choose, with a history', async () =>
      granted(
        await once(routes.choose, {
          params: { place: 'language' },
          body: { providerId: ProviderId.parse('wayfarer') },
        }),
      ),
    );
    await count('a page of one’s history', async () =>
      granted(await once(routes.listHistory, { query: {} })),
    );
    await count(joining, async () => granted(await once(routes.wait, { ...subject, body })));
    await count(place, async () => granted(await once(routes.listMine, {})));
    await count('leave it', async () => granted(await once(routes.stopWaiting, subject)));
  }
  return [...found].map(([action, counts]) => grownOf(action, counts, among));
}

function grownOf(action: string, counts: readonly Count[], among: readonly number[]): Grown {
  const of = (what: keyof Count) => counts.map((count) => count[what]);
  const units = counts.map(({ readUnits, writeUnits }) => readUnits + writeUnits);
  const exponent = exponentOf(among.map((size, position) => [size, units[position] ?? Number.NaN]));
  const [requests, readUnits, writeUnits] = [of('requests'), of('readUnits'), of('writeUnits')];
  return { action, requests, readUnits, writeUnits, exponent };
}

const id = () => randomBytes(32).toString('hex').slice(0, 26);

function ended(learnerId: string) {
  const at = new Date(Date.UTC(2025, 0, 1) + Math.random() * 3e10).toISOString();
  const enrolmentId = `enr_${id()}`;
  const texts = {
    ...{
      pk: `LEARNER#${learnerId}`,
      sk: `ENDED#${at}#${enrolmentId}`,
      place: 'subject',
      enrolmentId,
    },
    ...{
      providerId: 'ridge-line',
      chosenAt: '2025-01-01T00:00:00.000Z',
      endedAt: at,
      reason: 'given-back',
    },
  };
  return textsOf(texts);
}

/** Others who wait for the seats of a provider. */
async function crowd({ url, control }: MeteredRegion, from: number, to: number): Promise<void> {
  const list = `${full.providerId}#${full.areaId}`;
  const others = Array.from({ length: to - from }, () => {
    const since = new Date(Date.UTC(2025, 0, 1) + Math.random() * 3e10).toISOString();
    const learnerId = `lrn_${id()}`;
    return textsOf({
      ...{ pk: `WAITING#${list}`, sk: `${since}#${learnerId}#subject`, learnerId, since },
      ...{ placeId: 'subject', providerId: full.providerId, areaId: full.areaId },
    });
  });
  const key = textsOf({ pk: `SEATS#${list}`, sk: 'QUEUE' });
  await putRows(url, 'Enrolment', [{ ...key, waiting: { N: String(to) } }]);
  await control.settle();
  await putRows(url, 'Enrolment', others);
}

const textsOf = (texts: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(texts).map(([name, S]) => [name, { S }]));
