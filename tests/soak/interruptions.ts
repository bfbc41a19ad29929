import { randomBytes } from 'node:crypto';
import type { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { documents } from '../../functions/documents/contract.ts';
import { type ApplicationId, eligibility } from '../../functions/eligibility/contract.ts';
import { enrolment } from '../../functions/enrolment/contract.ts';
import { identity } from '../../functions/identity/contract.ts';
import { Relation } from '../../functions/identity/guardian.contract.ts';
import { apiClient } from '../../functions/runtime/client.ts';
import { AreaId, EvidenceId, GroupId, ProviderId } from '../../regions/schema.ts';
import { announced, files, send } from '../documents/files.ts';
import { granted } from '../people.ts';
import { StaffLogin } from '../whole/staff-login.ts';
import type { TimeTravel } from '../whole/time-travel.ts';
import { lifeOf } from './life.ts';

const { apply, listMine, handIn, claim, decide } = eligibility.routes;
const { choose } = enrolment.routes;
const wayfarer = ProviderId.parse('wayfarer');
const both = ['subject active', 'reading active'];

/** Invites an officer of Taebaek, and lets them in at any time after: tokens last an hour. */
export async function officerOf({ people }: TimeTravel) {
  const email = `officer-${randomBytes(6).toString('hex')}@example.com`;
  const body = { email, role: 'officer', areaId: AreaId.parse('taebaek') } as const;
  granted(await people.administrator.api(identity.routes.inviteStaff, { body }));
  const login = new StaffLogin(email);
  await login.signIn(people);
  return async () => apiClient(people.url, await login.signIn(people));
}

export type OfficerLogin = Awaited<ReturnType<typeof officerOf>>;

/**
 * Approvals that something interrupts, and that go on: a paper that expires and is replaced, and own consent that is
 * given too late.
 *
 * @param regionOf - Taebaek, at any time; asked for once the tests run
 */
export function interruptions(
  regionOf: () => { readonly region: TimeTravel; readonly officer: OfficerLogin },
): void {
  describe('edge case 10: a learner out of school whose certificate expires in 100 days', {
    retry: 0,
  }, () => {
    let region: TimeTravel;
    let officer: OfficerLogin;
    let life: ReturnType<typeof lifeOf>;
    let lastOfPaper: Temporal.PlainDate;
    let applicationId: ApplicationId;

    /** Hands a certificate in that was issued so that it is valid up to a day. */
    async function handsIn(until: Temporal.PlainDate) {
      const api = await life.signedIn();
      const bytes = files.pdf(`A certificate up to ${until}.`);
      const issuedOn = until.add({ days: 1 }).subtract({ months: 12 }).toString();
      const evidenceId = EvidenceId.parse('school-leaving-certificate');
      const body = announced(bytes, { evidenceId, issuedOn });
      const { upload } = granted(await api(documents.routes.handInPaper, { body }));
      expect(await send(upload, bytes)).toBe(204);
      await region.people.control.settle();
    }

    async function confirms() {
      const api = await officer();
      const params = { applicationId };
      granted(await api(claim, { params }));
      const body = { outcome: 'approved', reason: 'As the certificate says.' } as const;
      const decided = granted(await api(decide, { params, body }));
      await region.people.control.settle();
      return decided;
    }

    /** Others of this region have mails of their own. */
    const told = async () => (await region.mailed()).filter((mail) => mail.startsWith('leaver'));

    const mine = async () =>
      granted(await (await life.signedIn())(listMine, {})).applications.find(
        (one) => one.applicationId === applicationId,
      );

    it('is approved by an officer on it, and chooses', async () => {
      ({ region, officer } = regionOf());
      const today = await region.today();
      const birthDate = today.subtract({ years: 16 }).toString();
      const login = await region.people.newLogin();
      region.called.set(login.email, 'leaver');
      life = lifeOf(region, login, { name: '한누리', birthDate });
      await life.writes('high');
      lastOfPaper = today.add({ days: 100 });
      await handsIn(lastOfPaper);
      const body = { groupId: GroupId.parse('out-of-school') };
      ({ applicationId } = granted(await login.api(apply, { body })));
      expect(await confirms()).toMatchObject({ papersUntil: lastOfPaper.toString() });
      await life.chooses();
      expect(await life.standing()).toMatchObject({ applications: ['approved'], places: both });
      await region.mailed();
    });

    it('on the day after its last the grace begins, and everything goes on', async () => {
      await region.travelTo(lastOfPaper.add({ days: 1 }));
      expect(await told()).toEqual(['leaver: paper-expired in ko']);
      expect(await life.standing()).toMatchObject({ applications: ['approved'], places: both });
      const graceUntil = lastOfPaper.add({ days: 30 }).toString();
      expect(await mine()).toMatchObject({ waitingFor: 'new-paper', graceUntil });
    });

    it('on the last day of grace a new one comes: until an officer looks, nothing is suspended', async () => {
      await region.travelTo(lastOfPaper.add({ days: 30 }));
      await handsIn((await region.today()).add({ months: 11 }));
      const params = { applicationId };
      granted(await (await life.signedIn())(handIn, { params }));
      await region.travelTo(lastOfPaper.add({ days: 45 }));
      expect(await mine()).toMatchObject({ state: 'approved', waitingFor: 'papers-replaced' });
      expect(await life.standing()).toMatchObject({ applications: ['approved'], places: both });
      expect(await told()).toEqual([]);
    });

    it('confirmed, the approval goes on to its old end', async () => {
      const before = await mine();
      expect(await confirms()).toMatchObject({
        ...{ state: 'approved', validUntil: before?.validUntil },
        papersUntil: lastOfPaper.add({ days: 30 }).add({ months: 11 }).toString(),
      });
      expect(await mine()).not.toHaveProperty('graceUntil');
      await region.travelTo(lastOfPaper.add({ days: 80 }));
      expect(await life.standing()).toMatchObject({ applications: ['approved'], places: both });
      await region.mailed();
    });
  });

  describe('edge case 4: a child whose own consent nobody gives, and who turns fourteen in 10 days', {
    retry: 0,
  }, () => {
    let region: TimeTravel;
    let father: ReturnType<typeof lifeOf>;
    let childsLogin: Awaited<ReturnType<TimeTravel['people']['newLogin']>>;
    let child: ReturnType<typeof lifeOf>;

    it('has places by its guardian’s consent, and a login of its own', async () => {
      ({ region } = regionOf());
      const birthDate = (await region.today()).subtract({ years: 14 }).add({ days: 10 }).toString();
      const person = await region.people.newPerson({ birthDate });
      const login = await region.people.newLogin();
      father = lifeOf(region, login, person);
      const body = { ...father.mine, relation: Relation.enum.father };
      const { learnerId } = granted(await login.api(identity.routes.addChild, { body }));
      await father.applies();
      await father.chooses();
      childsLogin = await region.people.newLogin();
      const offer = { params: { learnerId }, body: { email: childsLogin.email } };
      granted(await login.api(identity.routes.offerLogin, offer));
      await region.people.control.settle();
      const token = await region.linkFor(childsLogin.email, 'link');
      granted(await childsLogin.api(identity.routes.acceptLink, { body: { token } }));
      child = lifeOf(region, childsLogin, person);
      region.called.set(login.email, 'father').set(childsLogin.email, 'child');
      expect(await child.standing()).toMatchObject({ consent: 'granted', places: both });
      await region.mailed();
    });

    it('is asked, reminded after the days of consent, and goes on until then', async () => {
      await region.travelTo(child.turns(14));
      await region.travelTo(child.turns(14).add({ days: 15 }));
      const toBoth = (kind: string) => ['child', 'father'].map((who) => `${who}: ${kind} in ko`);
      expect(await region.mailed()).toEqual(
        [...toBoth('own-consent-needed'), ...toBoth('own-consent-reminder')].sort(),
      );
      await region.travelTo(child.turns(14).add({ days: 15 + 30 }));
      expect(await child.standing()).toMatchObject({ consent: 'own-needed', places: both });
    });

    it('after the grace it has lapsed: the approval and its places are suspended', async () => {
      await region.travelTo(child.turns(14).add({ days: 15 + 31 }));
      expect(await child.standing()).toEqual({
        consent: 'own-lapsed',
        applications: ['suspended consent-withdrawn'],
        places: ['subject suspended', 'reading suspended'],
      });
      const api = await child.signedIn();
      const wish = { params: { place: 'language' }, body: { providerId: wayfarer } } as const;
      expect(await api(choose, wish)).toMatchObject({
        ...{ status: 422, problem: { code: 'approval-suspended' } },
      });
    });

    it('given late, it sets everything going again', async () => {
      const api = await child.signedIn();
      granted(await api(identity.routes.giveConsent, { body: { granted: true } }));
      await region.people.control.settle();
      const now = { consent: 'own-given', applications: ['approved'], places: both };
      expect(await child.standing()).toEqual(now);
    });
  });
}
