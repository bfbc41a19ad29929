import { Temporal } from 'temporal-polyfill';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { identity } from '../../functions/identity/contract.ts';
import { Relation, type Token } from '../../functions/identity/guardian.contract.ts';
import { Name } from '../../functions/identity/learner.contract.ts';
import { granted } from '../people.ts';
import { type TimeTravel, timeTravel } from '../whole/time-travel.ts';
import { comingOfAge } from './coming-of-age.ts';
import { interruptions, type OfficerLogin, officerOf } from './interruptions.ts';
import { lifeOf } from './life.ts';
import { withTowns } from './towns.ts';

const { routes } = identity;
const both = ['subject active', 'reading active'];

let region: TimeTravel;
let officer: OfficerLogin;
/** At noon of this day it begins, whenever the test runs. */
let first: Temporal.PlainDate;
beforeAll(async () => {
  region = await withTowns(timeTravel);
  officer = await officerOf(region);
  await region.mailed();
  first = (await region.today()).add({ days: 1 });
  await region.travelTo(first);
});
afterAll(() => region.stop());

/** Each step goes on where the one before it ended. */
const story = { retry: 0 };

describe('a child of thirteen, who signs up alone and turns fourteen in 200 days', story, () => {
  const mother = 'mother@example.com';
  let life: ReturnType<typeof lifeOf>;
  let takingBack: Token;
  const takeBack = () => region.people.anyone(routes.takeBack, { body: { token: takingBack } });

  it('at thirteen: no more is kept of it than what it takes to ask its mother', async () => {
    const birthDate = first.subtract({ years: 14 }).add({ days: 200 }).toString();
    const person = await region.people.newPerson({ birthDate });
    const child = await region.people.newLogin();
    life = lifeOf(region, child, person);
    region.called.set(child.email, 'child').set(mother, 'mother');
    expect(await region.mailed()).toEqual(['child: verification in ko and en']);
    const refusal = { status: 422, problem: { code: 'consent-required' } };
    expect(await child.api(routes.writeMe, { body: life.mine })).toMatchObject(refusal);
    const body = { birthDate, language: 'ko', guardianEmails: [mother] };
    const answerBy = first.add({ days: 14 });
    expect(granted(await child.api(routes.askConsent, { body }))).toEqual({
      state: 'asked',
      answerBy: answerBy.toString(),
    });
    expect(await region.mailed()).toEqual(['mother: consent-asked in ko']);
  });

  it('its mother consents by the mailed link, on the last day', async () => {
    await region.travelTo(first.add({ days: 14 }));
    const token = await region.linkFor(mother, 'consent');
    const guardianName = Name.parse('이순자');
    const relation = Relation.enum.mother;
    const body = { token, answer: 'granted', guardianName, relation } as const;
    granted(await region.people.anyone(routes.answerAsked, { body }));
    expect(await region.mailed()).toEqual([
      'child: consent-granted in ko',
      'mother: consent-confirmed in ko',
    ]);
    takingBack = await region.linkFor(mother, 'consent/withdrawal');
    const api = await life.signedIn();
    expect(granted(await api(routes.readConsent, {}))).toEqual({ state: 'granted' });
  });

  it('it is approved by the registry for twelve months, and chooses two providers', async () => {
    await life.writes('middle');
    expect((await life.applies()).state).toBe('approved');
    const twelveMonths = (await region.today()).add({ months: 12 }).subtract({ days: 1 });
    expect(life.last().toString()).toBe(twelveMonths.toString());
    await life.chooses();
    const now = { consent: 'granted', applications: ['approved'], places: both };
    expect(await life.standing()).toEqual(now);
    expect(await life.accounts()).toMatchObject([{ active: true }]);
    expect(await region.mailed()).toEqual(['child: application-approved in ko']);
  });

  it('at fourteen, and not the day before, its own consent is asked', async () => {
    await region.travelTo(life.turns(14).subtract({ days: 1 }));
    expect(await life.standing()).toMatchObject({ consent: 'granted' });
    expect(await region.mailed()).toEqual([]);
    await region.travelTo(life.turns(14));
    const now = { consent: 'own-needed', applications: ['approved'], places: both };
    expect(await life.standing()).toEqual(now);
    expect(await region.mailed()).toEqual(['child: own-consent-needed in ko']);
  });

  it('it consents itself, and its mother takes nothing back any more', async () => {
    granted(await (await life.signedIn())(routes.giveConsent, { body: { granted: true } }));
    expect(await takeBack()).toMatchObject({ status: 409, problem: { code: 'consent-is-own' } });
    const now = { consent: 'own-given', applications: ['approved'], places: both };
    expect(await life.standing()).toEqual(now);
    expect(await region.mailed()).toEqual([]);
  });

  it('sixty days before its end it is reminded of the approval, and a renewal leaves its places as they are', async () => {
    await region.travelTo(life.last().subtract({ days: 61 }));
    expect(await region.mailed()).toEqual([]);
    await region.travelTo(life.last().subtract({ days: 60 }));
    expect(await region.mailed()).toEqual(['child: approval-expiring in ko']);
    await region.travelTo(life.last().subtract({ days: 30 }));
    await life.applies();
    expect(await region.mailed()).toEqual(['child: application-approved in ko']);
    const now = { applications: ['approved', 'ended renewed'], places: both };
    expect(await life.standing()).toMatchObject(now);
    expect(await life.history()).toEqual([]);
  });

  it('not renewed, the approval holds on its last day, and ends with its places after it', async () => {
    await region.travelTo(life.last());
    expect(await region.mailed()).toEqual(['child: approval-expiring in ko']);
    const then = { applications: ['approved', 'ended renewed'], places: both };
    expect(await life.standing()).toMatchObject(then);
    await region.travelTo(life.last().add({ days: 1 }));
    const ended = ['approval-ended', 'place-ended', 'place-ended'];
    expect(await region.mailed()).toEqual(ended.map((kind) => `child: ${kind} in ko`));
    const now = { applications: ['ended expired', 'ended renewed'], places: [] };
    expect(await life.standing()).toMatchObject(now);
    expect(await life.accounts()).toEqual([]);
    expect(await life.history()).toEqual(['reading expired', 'subject expired']);
  });

  it('three months later it applies again, in high school: a new case, with the same account', async () => {
    await region.travelTo(life.last().add({ months: 3 }));
    await life.writes('high');
    await life.applies();
    await life.chooses();
    expect(await region.mailed()).toEqual(['child: application-approved in ko']);
    const applications = ['approved', 'ended expired', 'ended renewed'];
    expect(await life.standing()).toMatchObject({ applications, places: both });
    expect(await life.accounts()).toMatchObject([{ active: true }]);
  });

  it('at nineteen the mother’s link is good for nothing, and the programme goes on', async () => {
    while (Temporal.PlainDate.compare(life.last(), life.turns(19)) < 0) await life.renews();
    await region.travelTo(life.turns(19));
    expect(await takeBack()).toMatchObject({ status: 404, problem: { code: 'no-such-link' } });
    expect(await life.standing()).toMatchObject({ consent: 'own-given', places: both });
    expect(await region.mailed()).toEqual([]);
  });

  it('edge case 4: out of school it goes on, until the day before the age cap', async () => {
    const theLast = life.turns(25).subtract({ days: 1 });
    await life.writes('lifelong');
    while (Temporal.PlainDate.compare(life.last(), theLast) < 0) await life.renews();
    const [approved] = await region.people.control.mails(life.email);
    expect(approved?.text).toContain(theLast.toLocaleString('ko', { dateStyle: 'full' }));
    await region.travelTo(theLast);
    expect(await region.mailed()).toEqual(['child: approval-expiring in ko']);
    expect(await life.standing()).toMatchObject({ places: both });
  });

  it('edge case 4: at twenty-five the approval ends by the policy, with its places; history stays', async () => {
    await region.travelTo(life.turns(25));
    const ended = ['approval-ended', 'place-ended', 'place-ended'];
    expect(await region.mailed()).toEqual(ended.map((kind) => `child: ${kind} in ko`));
    const { applications, places } = await life.standing();
    expect(applications[0]).toBe('ended too-old');
    expect(places).toEqual([]);
    expect(await life.accounts()).toEqual([]);
    const twice = (place: string) => [place, place];
    const history = [...twice('reading expired'), ...twice('subject expired')];
    expect(await life.history()).toEqual(history);
  });

  it('a new application is rejected by the age cap, and nobody asks the registry about it', async () => {
    const { state, decision } = await life.applies();
    expect(await region.mailed()).toEqual(['child: application-rejected in ko']);
    expect(state).toBe('rejected');
    const explained = decision?.findings.map(({ explanation }) => explanation);
    expect(explained).toContain('The learner is 25; the programme is for those up to 24.');
    const notAsked = 'The welfare registry was not asked about the group "low-income".';
    expect(explained).toContain(notAsked);
  });
});

comingOfAge(() => region);
interruptions(() => ({ region, officer }));
