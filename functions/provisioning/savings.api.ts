import { readEnvironment } from '../runtime/environment.ts';
import { Ruled } from '../runtime/errors.ts';
import { csvFile } from '../runtime/file.ts';
import type { Call } from '../runtime/http.ts';
import { region } from '../runtime/region.ts';
import { type Month, provisioningEnvironments, type Savings } from './contract.ts';
import { mustServeRegion } from './operator.api.ts';
import type { savingsRoutes } from './savings.contract.ts';
import { monthsOfReport, savingsOf, savingsTable } from './savings.rules.ts';
import { seatsStore } from './seats.store.ts';

type Routes = typeof savingsRoutes;

const environment = readEnvironment(provisioningEnvironments.api);
const seats = seatsStore(environment.PROVISIONING_TABLE);

async function readSavings({ caller, query }: Call<Routes['readSavings']>) {
  await mustServeRegion(caller);
  return { body: await savingsIn(query) };
}

async function downloadSavings({ caller, query }: Call<Routes['downloadSavings']>) {
  await mustServeRegion(caller);
  return { body: csvFile(savingsTable(await savingsIn(query))) };
}

/** @throws {Ruled} `no-such-period` */
async function savingsIn(period: {
  readonly from: Month;
  readonly until: Month;
}): Promise<Savings> {
  const months = monthsOfReport(period.from, period.until);
  if (months === undefined) {
    throw new Ruled({
      code: 'no-such-period',
      detail: '"until" is before "from", or more than 24 months are asked for. Ask for fewer.',
    });
  }
  const [count, ...counted] = await Promise.all([
    seats.readCount(),
    ...months.map(async (month) => [month, await seats.seatsIn(month)] as const),
  ]);
  return savingsOf(region, counted, period, count?.wholeDay);
}

/** The routes of what content costs. */
export const savingsHandlers = { readSavings, downloadSavings };
