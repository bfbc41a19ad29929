import { Temporal } from 'temporal-polyfill';
import { eligibility } from '../../functions/eligibility/contract.ts';
import { quotaToday } from '../../functions/eligibility/quota.rules.ts';
import { AreaId } from '../../regions/schema.ts';
import { granted } from '../../tests/people.ts';
import { handIn as handInPaper } from '../../tests/region/victim.ts';
import { until } from '../../tests/until.ts';
import { areaId, type MeteredRegion } from './metered-region.ts';
import { putRows } from './rows.ts';

const { apply, claim, requestMore, handIn, tellApart, withdraw, declineOffer, listMine } =
  eligibility.routes;

/** Cases that take longer: papers are asked for, two look like one person, an offered place is declined. */
export async function applying(town: MeteredRegion): Promise<void> {
  const { people } = town;
  const { api: office } = await people.newStaff('officer', areaId);
  const { api } = await people.newLearner({ areaId });
  const { applicationId } = granted(await api(apply, { body: { groupId: 'multicultural' } }));
  const params = { applicationId };
  granted(await office(claim, { params }));
  const asked = { evidence: ['family-relation-certificate'], message: '올해 것을 내 주세요.' };
  granted(await office(requestMore, { params, body: requestMore.body.parse(asked) }));
  await handInPaper(people, api, 'family-relation-certificate');
  granted(await api(handIn, { params }));

  const person = await people.newPerson();
  const body = { groupId: 'low-income' } as const;
  const first = await people.newLearner({ ...person, areaId: 'guro' });
  granted(await first.api(apply, { body }));
  const second = await people.newLearner({ ...person, areaId });
  const applied = await town.ledger.apart('somebody’s second', () => second.api(apply, { body }));
  const like = { applicationId: granted(applied).applicationId };
  granted(await office(claim, { params: like }));
  const verdict = { verdict: 'different-people', reason: 'Two registers were shown.' } as const;
  granted(await office(tellApart, { params: like, body: verdict }));
  await declining(town);
}

/** In an area whose quota is used up, somebody gives a place back, and whoever waits declines it. */
async function declining(town: MeteredRegion): Promise<void> {
  const partners = AreaId.parse('pyeongchang');
  const body = { groupId: 'low-income' } as const;
  const holder = await town.people.newLearner({ areaId: partners });
  const applies = ({ api }: typeof holder) =>
    town.ledger.apart('in a quota', () => api(apply, { body }));
  const held = granted(await applies(holder));
  const moment = Temporal.Instant.from((await town.control.clock()).now);
  const lots = quotaToday(town.region, partners, moment) ?? [];
  const full = lots.map((capacity, lot) => ({
    ...{ pk: { S: `QUOTA#${partners}` }, sk: { S: `LOT#${lot}` } },
    used: { N: String(capacity) },
  }));
  await putRows(town.url, 'Eligibility', full);
  const waiting = await town.people.newLearner({ areaId: partners });
  const { applicationId } = granted(await applies(waiting));
  const params = { applicationId: held.applicationId };
  granted(await town.ledger.apart('in a quota', () => holder.api(withdraw, { params })));
  await until(async () => {
    const [one] = granted(await waiting.api(listMine, {})).applications;
    return one?.state === 'offered';
  });
  granted(await waiting.api(declineOffer, { params: { applicationId } }));
}
