import { join } from 'node:path';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { approvalStore } from '../../functions/enrolment/approval.store.ts';
import { Approval } from '../../functions/enrolment/contract.ts';
import { lotsOf } from '../../functions/enrolment/seats.rules.ts';
import { enrolmentStore, placesOfRow } from '../../functions/enrolment/store.ts';
import { LearnerId, ProfileInput } from '../../functions/identity/contract.ts';
import { identityStore } from '../../functions/identity/store.ts';
import { Sub } from '../../functions/runtime/caller.ts';
import { momentOf } from '../../functions/runtime/clock.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { loadRegion } from '../../regions/load.ts';
import { AreaId, ProviderId, type Region } from '../../regions/schema.ts';
import { context, event } from '../web/request.ts';
import type { Store } from './conflict-model.ts';
import { type Comer, type Desk, opening } from './day.ts';
import type { Ending } from './reckoning.ts';
import { type Item, makeTable, putAll, readAll } from './tables.ts';

/** The seats that all want. */
const list = { providerId: ProviderId.parse('night-train'), areaId: AreaId.parse('mapo') };
/** Where those live who come before the doors open. */
const elsewhere = AreaId.parse('jongno');

const tables = { enrolment: 'enrolment', notices: 'notices' };

/** What Lambda runs, as far as this bench is concerned. */
export type Handler = (
  event: unknown,
  context: unknown,
) => Promise<{ readonly statusCode: number; readonly body?: string }>;

/** Seoul, where one provider has so many seats in each area. */
export function openingRegion(perArea: number): Region {
  const region = loadRegion(join(import.meta.dirname, '../../regions/seoul.yaml'));
  const seats = { perArea };
  return {
    ...region,
    providers: region.providers.map((provider) =>
      provider.id === list.providerId ? { ...provider, seats } : provider,
    ),
  };
}

/** Ladder's function, with the tables that it asks. */
export function ladder(store: Store, handler: Handler): Desk {
  return {
    async prepare({ learners, seats, warmUp }) {
      for (const name of ['identity', 'eligibility', tables.notices]) await makeTable(store, name);
      const indexes = [
        ['pending', 'pendingLot', 'sweepDue'],
        ['due', 'dueLot', 'dueAt'],
      ] as const;
      await makeTable(store, tables.enrolment, ...indexes);
      const template = await enterOne(store, openingRegion(seats));
      return {
        early: await enter(store, template, warmUp, elsewhere),
        comers: await enter(store, template, learners, list.areaId),
      };
    },
    choose: (comer) => choose(handler, comer),
    readBooks: ({ seats }) => readBooks(store, openingRegion(seats)),
  };
}

interface Template extends Comer {
  readonly rows: readonly (readonly [table: string, item: Item])[];
}

/** A learner with an approval and no place, as the product's own stores make one. */
async function enterOne(store: Store, region: Region): Promise<Template> {
  const sub = Sub.parse('login-of-the-first');
  const learnerId = newId(LearnerId, 'lrn');
  const { areaId } = list;
  const profile = ProfileInput.parse({
    name: '김하늘',
    birthDate: '2009-05-20',
    stage: 'high',
    areaId,
    language: 'ko',
  });
  const mail = 'h@seoul.example';
  await identityStore('identity').createLearner(sub, mail, learnerId, profile, opening);
  const approval = Approval.parse({
    applicationId: 'app_00000000000000000000000000',
    policyVersion: 'all-citizens-2023',
    stage: 'high',
    areaId,
    state: 'holds',
    validUntil: '2027-02-28',
    changedAt: opening,
  });
  await approvalStore(tables, region).recordApproval(learnerId, approval, momentOf(opening));
  const rows: (readonly [string, Item])[] = [];
  for (const table of ['identity', tables.enrolment]) {
    for (const item of await readAll(store, table)) rows.push([table, item]);
  }
  return { sub, learnerId, rows };
}

/** As many learners as wanted, who are like the first but for their ids and where they live. */
async function enter(store: Store, first: Template, learners: number, areaId: AreaId) {
  const comers = Array.from({ length: learners }, (_, index) => ({
    sub: `login-in-${areaId}-${index}`,
    learnerId: newId(LearnerId, 'lrn'),
  }));
  for (const [table, row] of first.rows) {
    const text = JSON.stringify(row).replaceAll(`"${list.areaId}"`, `"${areaId}"`);
    const copies = comers.map(({ sub, learnerId }) =>
      text.replaceAll(first.learnerId, learnerId).replaceAll(first.sub, sub),
    );
    await putAll(store, table, copies);
  }
  return comers;
}

const Refusal = z.looseObject({ code: z.string() });

/** The request of the benches, by another login. */
async function choose(handler: Handler, { sub }: Comer): Promise<Ending> {
  const own = structuredClone(event);
  own.requestContext.authorizer.jwt.claims.sub = sub;
  const { statusCode, body = '{}' } = await handler(own, context);
  if (statusCode === 200) return 'placed';
  const isFull = statusCode === 409 && Refusal.parse(JSON.parse(body)).code === 'no-seat-left';
  return isFull ? 'full' : 'failed';
}

/** The lots as they are counted, and the lot of each learner's seat: all rows of the table. */
async function readBooks(store: Store, region: Region) {
  const provider = region.providers.find(({ id }) => id === list.providerId);
  const lots = provider === undefined ? undefined : lotsOf(provider, list.areaId);
  if (lots === undefined) throw new RangeError('the provider of the bench has no seats to count');
  const { used } = await enrolmentStore(tables.enrolment).readSeats(list);
  const lotOf = new Map<LearnerId, number>();
  for (const item of await readAll(store, tables.enrolment)) {
    const row = placesOfRow(unmarshall(item));
    const [place] = Object.values(row?.places ?? {});
    if (row === undefined || place === undefined) continue;
    if (place.seat?.areaId !== elsewhere) lotOf.set(row.learnerId, place.seat?.lot ?? -1);
  }
  return { capacities: lots.capacities, used, lotOf };
}
