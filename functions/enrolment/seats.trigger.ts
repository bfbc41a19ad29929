import { now } from '../runtime/clock.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { log } from '../runtime/logger.ts';
import { region } from '../runtime/region.ts';
import { consumeStream } from '../runtime/stream.ts';
import { enrolmentEnvironments } from './contract.ts';
import { promotionStore } from './promotion.store.ts';
import { listOfKey } from './rows.store.ts';
import { mayFree } from './seats.rules.ts';

const environment = readEnvironment(enrolmentEnvironments.seats);
const store = promotionStore(
  { enrolment: environment.ENROLMENT_TABLE, notices: environment.NOTICES_TABLE },
  region,
);

/** Counters of the enrolment table's own stream: what becomes free is offered to those who wait. */
export const handler = consumeStream(async ({ before, after }) => {
  if (after === undefined || !mayFree(before, after)) return;
  const list = listOfKey(after['pk']);
  const count = await store.promote(list, now());
  if (count > 0) log.info('seats offered', { providerId: list.providerId, count });
});
