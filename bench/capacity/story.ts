import { randomBytes } from 'node:crypto';
import { catalogue } from '../../functions/catalogue/contract.ts';
import { eligibility } from '../../functions/eligibility/contract.ts';
import { enrolment, type PlaceId } from '../../functions/enrolment/contract.ts';
import { identity } from '../../functions/identity/contract.ts';
import { launch } from '../../functions/launch/contract.ts';
import { ProviderId } from '../../regions/schema.ts';
import { granted } from '../../tests/people.ts';
import { victimIn } from '../../tests/region/victim.ts';
import { applying } from './applying.ts';
import { families } from './families.ts';
import { mentored, openRound } from './mentoring.ts';
import { areaId, type MeteredRegion } from './metered-region.ts';
import { providers } from './providers.ts';
import { putRows } from './rows.ts';

/** Providers of seats that are counted, and of such as are not. */
const counted = { subject: 'night-train', language: 'wayfarer' } as const;
const uncounted = { reading: 'firefly', subject: 'ridge-line' } as const;
/** An LTI tool: its account is made by the first launch. */
const tool = 'riverbank';
export const full = { providerId: 'code-yard', areaId, seats: 500 } as const;

const wish = (place: PlaceId, providerId: string) => ({
  params: { place },
  body: { providerId: ProviderId.parse(providerId) },
});

/** What people do in a year, one after the other; what each call comes to is in the ledger. */
export async function story(town: MeteredRegion) {
  const somebody = await victimIn(town.people, areaId);
  await learning(town);
  await deciding(town);
  await caring(town);
  await applying(town);
  await families(town);
  await providers(town);
  const appointed = await mentored(town);
  return { ...somebody, appointed, roundId: await openRound(town) };
}

export type Somebody = Awaited<ReturnType<typeof story>>;

/** The life of a learner's places: each way in which a choice can go. */
async function learning(town: MeteredRegion): Promise<void> {
  const { choose, switchProvider, giveBack, listMine, listHistory, wait, stopWaiting } =
    enrolment.routes;
  const { api } = await town.people.newApprovedLearner({ areaId });
  granted(await api(catalogue.routes.listProviders, {}));
  granted(await api(choose, wish('subject', counted.subject)));
  granted(await api(choose, wish('language', counted.language)));
  granted(await api(choose, wish('reading', uncounted.reading)));
  granted(await api(listMine, {}));
  granted(await api(switchProvider, wish('subject', uncounted.subject)));
  granted(await api(giveBack, { params: { place: 'language' } }));
  granted(await api(listHistory, { query: {} }));
  await fill(town);
  const { api: late } = await town.people.newApprovedLearner({ areaId });
  granted(await late(wait, wish('subject', full.providerId)));
  granted(await late(listMine, {}));
  granted(await late(stopWaiting, { params: { place: 'subject' } }));
  granted(await late(choose, wish('subject', tool)));
  granted(await late(launch.routes.open, { params: { place: 'subject' }, query: {} }));
  granted(await late(launch.routes.listMyContents, { params: { place: 'subject' } }));
}

/** All seats of a provider in the area are taken, by nobody in particular. */
async function fill({ url }: MeteredRegion): Promise<void> {
  const key = { pk: { S: `SEATS#${full.providerId}#${full.areaId}` }, sk: { S: 'LOT#0' } };
  await putRows(url, 'Enrolment', [{ ...key, used: { N: String(full.seats) } }]);
}

/** Applications that an officer decides. */
async function deciding({ people }: MeteredRegion): Promise<void> {
  const {
    apply,
    claim,
    release,
    readApplication,
    decide,
    appeal,
    listWaiting,
    listMine,
    withdraw,
  } = eligibility.routes;
  const officers = [
    await people.newStaff('officer', areaId),
    await people.newStaff('officer', areaId),
  ] as const;
  const waiting = async () => {
    const learner = await people.newLearner({ areaId });
    const { applicationId } = granted(
      await learner.api(apply, { body: { groupId: 'multicultural' } }),
    );
    return { ...learner, params: { applicationId } };
  };
  const [one, other, third] = [await waiting(), await waiting(), await waiting()];
  const office = officers[0].api;
  granted(await office(listWaiting, { query: {} }));
  granted(await office(claim, { params: one.params }));
  granted(await office(release, { params: one.params }));
  granted(await office(claim, { params: one.params }));
  granted(await office(readApplication, { params: one.params }));
  const approved = { outcome: 'approved', reason: 'The family register was shown.' } as const;
  granted(await office(decide, { params: one.params, body: approved }));
  granted(await office(claim, { params: other.params }));
  const rejected = { outcome: 'rejected', reason: 'The register was not shown.' } as const;
  granted(await office(decide, { params: other.params, body: rejected }));
  granted(await other.api(listMine, {}));
  const body = { reason: '다시 봐 주세요.' };
  granted(await other.api(appeal, { params: other.params, body }));
  granted(await third.api(withdraw, { params: third.params }));
}

/** A guardian of a child, and somebody who leaves. */
async function caring({ people }: MeteredRegion): Promise<void> {
  const { addChild, inviteGuardian, offerLogin, withdrawConsent, consentAgain, listLearners } =
    identity.routes;
  const guardian = await people.newLogin();
  const body = addChild.body.parse({
    ...{ name: '한나래', birthDate: '2016-03-14', stage: 'elementary', areaId },
    ...{ language: 'ko', relation: 'mother' },
  });
  const { learnerId } = granted(await guardian.api(addChild, { body }));
  const params = { learnerId };
  granted(await guardian.api(listLearners, {}));
  const email = `guardian-${randomBytes(6).toString('hex')}@example.com`;
  granted(await guardian.api(inviteGuardian, { params, body: { email, relation: 'father' } }));
  granted(await guardian.api(offerLogin, { params, body: { email: `child-${email}` } }));
  granted(await guardian.api(withdrawConsent, { params }));
  granted(await guardian.api(consentAgain, { params }));
}
