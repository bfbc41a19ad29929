import { expect } from 'vitest';
import { codeFor, publicLogin } from '../../bin/login.ts';
import { documents } from '../../functions/documents/contract.ts';
import { eligibility } from '../../functions/eligibility/contract.ts';
import { enrolment } from '../../functions/enrolment/contract.ts';
import { identity } from '../../functions/identity/contract.ts';
import { mentoring } from '../../functions/mentoring/contract.ts';
import { AreaId } from '../../regions/schema.ts';
import { granted } from '../people.ts';
import { until } from '../until.ts';
import { missing } from '../whole/mentored-town.ts';
import {
  approved,
  askingChild,
  consentedChild,
  decided,
  everything,
  type Harbour,
  handsInLetter,
  newAddress,
  newApplicant,
  placesOf,
} from './steps.ts';

const { routes } = identity;
const { apply, listMine, handIn, appeal, withdraw, takeOffer } = eligibility.routes;
const { claim, requestMore } = eligibility.routes;
const { choose, giveBack, switchProvider, wait } = enrolment.routes;

/** Somebody on the way: what they see of themselves, and their next step. */
export interface Journey {
  readonly sees: () => Promise<unknown>;
  readonly goesOn: () => Promise<void>;
}

const toFerry = { params: { place: 'subject' }, body: { providerId: 'ferry' } } as const;
const params = { place: 'subject' } as const;

/** Every way that somebody can be on when a region is upgraded, by the state that they are in. */
export const journeys: Readonly<Record<string, (harbour: Harbour) => Promise<Journey>>> = {
  async 'signed up, address not confirmed'({ people }) {
    const email = newAddress('early');
    const login = publicLogin(await people.configuration(), email, 'a long password 1 of mine');
    await login.signUp();
    return {
      sees: async () => (await people.control.mails(email)).map(({ subject }) => subject),
      goesOn: async () => {
        await login.confirm(await codeFor(email, people.control));
        expect(await login.signIn()).not.toBe('');
      },
    };
  },

  async 'guardian’s consent asked'(harbour) {
    const { people } = harbour;
    const child = await askingChild(harbour);
    return {
      sees: () => everything(people, child.token),
      goesOn: async () => {
        await child.consented();
        const learner = granted(await child.api(routes.writeMe, { body: child.profile }));
        expect(learner.consent).toEqual({ state: 'granted' });
      },
    };
  },

  async 'learner by a guardian’s consent'(harbour) {
    const { people } = harbour;
    const child = await consentedChild(harbour);
    return {
      sees: () => everything(people, child.token),
      goesOn: async () => {
        await child.takesBack();
        expect(granted(await child.api(routes.readMe, {})).consent).toEqual({ state: 'withdrawn' });
      },
    };
  },

  async 'suspended, for guardians disagree'(harbour) {
    const { people, world } = harbour;
    const child = await consentedChild(harbour);
    await approved(child);
    const { accountId } = granted(await child.api(choose, toFerry));
    await people.control.settle();
    await child.refused();
    return {
      sees: async () => [
        await everything(people, child.token),
        await world.accountsOf('ferry', accountId),
      ],
      goesOn: async () => {
        expect(await world.accountsOf('ferry', accountId)).toMatchObject([{ active: false }]);
        const office = await harbour.officer();
        const { conflicts } = granted(await office(routes.listConflicts, { query: {} }));
        const { consentId } = conflicts[0] ?? missing();
        const body = routes.resolveConflict.body.parse({
          outcome: 'granted',
          reason: 'Both were heard.',
        });
        granted(await office(routes.resolveConflict, { params: { consentId }, body }));
        await until(async () => (await world.accountsOf('ferry', accountId))[0]?.active === true);
      },
    };
  },

  async 'applied, waits for an officer'(harbour) {
    const { people } = harbour;
    const learner = await newApplicant(harbour);
    return {
      sees: () => everything(people, learner.token),
      goesOn: async () => {
        await decided(harbour, learner, 'approved');
        await until(async () => (await placesOf(learner)).approval !== undefined);
      },
    };
  },

  async 'asked for papers'(harbour) {
    const { people } = harbour;
    const learner = await newApplicant(harbour);
    const input = { params: { applicationId: learner.applicationId } };
    const office = await harbour.officer();
    granted(await office(claim, input));
    const body = requestMore.body.parse({ evidence: ['letter'], message: 'The letter, please.' });
    granted(await office(requestMore, { ...input, body }));
    return {
      sees: () => everything(people, learner.token),
      goesOn: async () => {
        await handsInLetter(harbour, learner);
        expect(granted(await learner.api(handIn, input)).state).toBe('waiting');
      },
    };
  },

  async 'handed a paper in'(harbour) {
    const { people } = harbour;
    const learner = await newApplicant(harbour);
    await handsInLetter(harbour, learner);
    return {
      sees: () => everything(people, learner.token),
      goesOn: async () => {
        const { papers } = granted(await learner.api(documents.routes.listMyPapers, {}));
        const { paperId } = papers[0] ?? missing();
        const input = { params: { paperId } };
        const { url } = granted(await learner.api(documents.routes.readMyPaper, input));
        expect(await (await fetch(url)).text()).toContain('A guest of ours.');
      },
    };
  },

  async rejected(harbour) {
    const { people } = harbour;
    const learner = await newApplicant(harbour);
    await decided(harbour, learner, 'rejected');
    return {
      sees: () => everything(people, learner.token),
      goesOn: async () => {
        const body = appeal.body.parse({ reason: 'The letter came late.' });
        const input = { params: { applicationId: learner.applicationId }, body };
        expect(granted(await learner.api(appeal, input)).state).toBe('waiting');
      },
    };
  },

  async 'on the waiting list'({ people }) {
    const holder = await people.newLearner({ areaId: 'pier' }, ['resident']);
    const held = granted(await holder.api(apply, { body: { groupId: 'resident' } }));
    const waiting = await people.newLearner({ areaId: 'pier' }, ['resident']);
    const { applicationId, state } = granted(
      await waiting.api(apply, { body: { groupId: 'resident' } }),
    );
    expect([held.state, state]).toEqual(['approved', 'waitlisted']);
    return {
      sees: () => everything(people, waiting.token),
      goesOn: async () => {
        granted(await holder.api(withdraw, { params: { applicationId: held.applicationId } }));
        const input = { params: { applicationId } };
        await until(async () => (await waiting.api(takeOffer, input)).ok);
        expect(granted(await waiting.api(listMine, {})).applications[0]?.state).toBe('approved');
      },
    };
  },

  async 'approved, with no place yet'({ people, world }) {
    const learner = await people.newApprovedLearner({ areaId: 'uptown' }, 'resident');
    return {
      sees: () => everything(people, learner.token),
      goesOn: async () => {
        const { accountId } = granted(await learner.api(choose, toFerry));
        await until(async () => (await world.accountsOf('ferry', accountId))[0]?.active === true);
      },
    };
  },

  async 'with an account that is in use'({ people, world }) {
    const learner = await people.newApprovedLearner({ areaId: 'uptown' }, 'resident');
    const { accountId } = granted(await learner.api(choose, toFerry));
    await people.control.settle();
    return {
      sees: async () => [
        await everything(people, learner.token),
        await world.accountsOf('ferry', accountId),
      ],
      goesOn: async () => {
        const body = { providerId: 'pilot' } as const;
        const next = granted(await learner.api(switchProvider, { params, body }));
        await until(async () => (await world.accountsOf('pilot', next.accountId)).length === 1);
        await until(async () => !(await world.accountsOf('ferry', accountId))[0]?.active);
      },
    };
  },

  async 'waiting for a seat'({ people }) {
    const toPilot = { params, body: { providerId: 'pilot' } } as const;
    const [sitting, waiting] = [
      await people.newApprovedLearner({ areaId: 'downtown' }, 'resident'),
      await people.newApprovedLearner({ areaId: 'downtown' }, 'resident'),
    ];
    granted(await sitting.api(choose, toPilot));
    granted(await waiting.api(wait, toPilot));
    await people.control.settle();
    return {
      sees: () => everything(people, waiting.token),
      goesOn: async () => {
        expect(await sitting.api(giveBack, { params })).toMatchObject({ status: 204 });
        await until(async () => (await placesOf(waiting)).waiting[0]?.offerUntil !== undefined);
        granted(await waiting.api(choose, toPilot));
      },
    };
  },

  async 'moved to another area'({ people }) {
    const learner = await people.newApprovedLearner({ areaId: 'uptown' }, 'resident');
    const read = granted(await learner.api(routes.readMe, {}));
    const { learnerId, consent, ...mine } = read;
    const body = { ...mine, areaId: AreaId.parse('downtown') };
    granted(await learner.api(routes.writeMe, { body }));
    await people.control.settle();
    return {
      sees: () => everything(people, learner.token),
      goesOn: async () => {
        granted(await learner.api(choose, toFerry));
      },
    };
  },

  async 'in a mentorship, with a session booked'({ town }) {
    const wish = { called: 'Mo', subject: 'english' } as const;
    const { learner, mentor, mentorshipId } = await town.newPair('Lee', wish);
    const books = async (from: string) => {
      const series = { days: ['monday' as const], at: '16:00', count: 1, from };
      const body = mentoring.routes.bookSessions.body.parse({ series });
      const which = { params: { mentorshipId }, body };
      return granted(await (await learner.api())(mentoring.routes.bookSessions, which)).sessions;
    };
    const today = await town.today();
    const first = (await books(today.add({ days: 2 }).toString()))[0] ?? missing();
    return {
      sees: async () => {
        const asLearner = await learner.api();
        const which = { params: { mentorshipId } };
        return [
          granted(await asLearner(mentoring.routes.readMyMentorship, which)),
          granted(await asLearner(mentoring.routes.listSessions, which)),
        ];
      },
      goesOn: async () => {
        await books(today.add({ days: 9 }).toString());
        const which = { params: { mentorshipId, sessionId: first.sessionId } };
        const query = { as: 'mentor' } as const;
        const asMentor = await mentor.api();
        granted(await asMentor(mentoring.routes.cancelSession, { ...which, query }));
      },
    };
  },
};
