import { describe, expect, it } from 'vitest';
import { enrolment } from '../../functions/enrolment/contract.ts';
import { identity } from '../../functions/identity/contract.ts';
import { Relation } from '../../functions/identity/guardian.contract.ts';
import type { LearnerId } from '../../functions/identity/learner.contract.ts';
import { granted } from '../people.ts';
import type { TimeTravel } from '../whole/time-travel.ts';
import { lifeOf } from './life.ts';

const { routes } = identity;

/**
 * A guardian with a login, from the registration of a child to the day on which it comes of age.
 *
 * @param regionOf - Taebaek, at any time; asked for once the tests run
 */
export function comingOfAge(regionOf: () => TimeTravel): void {
  describe('a child whom its father registers, and who turns fourteen in 30 days', {
    retry: 0,
  }, () => {
    let region: TimeTravel;
    let father: ReturnType<typeof lifeOf>;
    let child: ReturnType<typeof lifeOf>;
    let person: { readonly name: string; readonly birthDate: string };
    let learnerId: LearnerId;

    /** A notice to each of those who hear of the child, in the child's language. */
    const told = (kind: string, who: readonly string[]) =>
      who.map((one) => `${one}: ${kind} in en`);

    it('has no login: its father applies for it, and hears of it in the child’s language', async () => {
      region = regionOf();
      const birthDate = (await region.today()).subtract({ years: 14 }).add({ days: 30 }).toString();
      person = await region.people.newPerson({ birthDate });
      const login = await region.people.newLogin();
      region.called.set(login.email, 'father');
      expect(await region.mailed()).toEqual(['father: verification in ko and en']);
      father = lifeOf(region, login, person);
      const body = { ...father.mine, language: 'en', relation: Relation.enum.father };
      const registered = granted(await login.api(routes.addChild, { body }));
      expect(registered.consent).toEqual({ state: 'granted' });
      learnerId = registered.learnerId;
      expect((await father.applies()).state).toBe('approved');
      expect(await region.mailed()).toEqual(told('application-approved', ['father']));
    });

    it('at fourteen its father hears that its own consent is asked; it gets a login and gives it', async () => {
      await region.travelTo(father.turns(14));
      expect(await region.mailed()).toEqual(told('own-consent-needed', ['father']));
      const login = await region.people.newLogin();
      region.called.set(login.email, 'child');
      expect(await region.mailed()).toEqual(['child: verification in ko and en']);
      const offer = { params: { learnerId }, body: { email: login.email } };
      granted(await (await father.signedIn())(routes.offerLogin, offer));
      expect(await region.mailed()).toEqual(told('login-offered', ['child']));
      const token = await region.linkFor(login.email, 'link');
      granted(await login.api(routes.acceptLink, { body: { token } }));
      granted(await login.api(routes.giveConsent, { body: { granted: true } }));
      child = lifeOf(region, login, person);
      const withdrawn = await (await father.signedIn())(routes.withdrawConsent, {
        params: { learnerId },
      });
      expect(withdrawn).toMatchObject({ status: 409, problem: { code: 'consent-is-own' } });
      expect(await child.standing()).toMatchObject({ consent: 'own-given' });
      expect(await region.mailed()).toEqual([]);
    });

    it('the day before it comes of age its father still acts for it, and both hear of it', async () => {
      await region.travelTo(child.turns(19).subtract({ days: 1 }));
      expect(await region.mailed()).toEqual(told('approval-ended', ['child', 'father']));
      await father.applies();
      await father.chooses();
      expect(await region.mailed()).toEqual(told('application-approved', ['child', 'father']));
      expect(await child.standing()).toMatchObject({ applications: ['approved', 'ended expired'] });
    });

    it('edge case 4: at nineteen its father’s access ends, which both are told, and the programme goes on', async () => {
      await region.travelTo(child.turns(19));
      expect(await region.mailed()).toEqual(told('majority-reached', ['child', 'father']));
      const api = await father.signedIn();
      const query = { learnerId };
      expect(await api(routes.readMe, { query })).toMatchObject({ status: 404 });
      expect(await api(enrolment.routes.listMine, { query })).toMatchObject({ status: 404 });
      expect(granted(await api(routes.listLearners, {}))).toEqual({ learners: [] });
      const now = {
        applications: ['approved', 'ended expired'],
        places: ['subject active', 'reading active'],
      };
      expect(await child.standing()).toMatchObject(now);
      await region.travelTo(father.last());
      expect(await region.mailed()).toEqual(told('approval-expiring', ['child']));
    });
  });
}
