import { expect } from 'vitest';
import * as z from 'zod';
import { eligibility } from '../../functions/eligibility/contract.ts';
import { enrolment } from '../../functions/enrolment/contract.ts';
import { identity } from '../../functions/identity/contract.ts';
import type { Route } from '../../functions/runtime/route.ts';
import type { Answered } from '../runtime/requests.ts';
import type { Deed } from './commands.ts';
import { guardians, type Heard, nothingHeard, type Person, people } from './people.ts';
import { type Snapshot, snapshotOf } from './snapshot.ts';
import type { Anew, Told, Town } from './town.ts';

const routes = { ...identity.routes, ...eligibility.routes, ...enrolment.routes };
const Mail = z.object({
  message: z.object({
    kind: z.string(),
    to: z.looseObject({ email: z.string().optional() }),
    facts: z.record(z.string(), z.string()),
  }),
});
const Chosen = z.looseObject({ enrolmentId: z.string() });
const nothing = { headers: {}, body: undefined };
const refusedByRule = (status: number) => status >= 400 && status < 500;

type Arrival = Pick<Extract<Deed, { kind: 'arrives' }>, 'again' | 'chooses'>;

/** Those who live in the town, and what they do there. */
export class Life {
  readonly heard: Heard = nothingHeard();
  readonly #town: Town;
  readonly #now: Anew;
  /** What was there when the deed began. */
  seen: Snapshot;
  /** Every enrolment that somebody was told of. */
  readonly promised = new Set<string>();
  /** Whether others are at work at the same moment, who may be quicker. */
  crowded = false;
  /** Each person's learner, once there is one. */
  readonly #learners = new Map<Person, string>();

  constructor(town: Town, now: Anew, seen: Snapshot) {
    this.#town = town;
    this.#now = now;
    this.seen = seen;
  }

  async do(deed: Deed): Promise<void> {
    switch (deed.kind) {
      case 'arrives':
        return this.#arrive(person(deed.who), deed);
      case 'writes':
        return this.#write(person(deed.who), deed.area, deed.renamed);
      case 'asks':
        return this.#ask(deed.both);
      case 'answers':
        return this.#answer(deed.second ? 1 : 0, deed.grants ? 'granted' : 'refused');
      case 'takesBack':
        return this.#takeBack();
      case 'resolves':
        return this.#resolve(deed.grants ? 'granted' : 'refused');
      case 'ownWord':
        await this.#as(person(deed.who), routes.giveConsent, { body: { granted: deed.grants } });
        return;
      case 'parentsWord':
        return this.#parentsWord(deed.grants);
      case 'applies':
        return this.#apply(person(deed.who), deed.again);
      case 'decides':
        return this.#decide(deed);
      case 'appeals':
        return this.#onCase(deed.who, routes.appeal, { body: { reason: 'Look again.' } });
      case 'takesOffer':
        return this.#onCase(deed.who, routes.takeOffer);
      case 'declines':
        return this.#onCase(deed.who, routes.declineOffer);
      case 'withdraws':
        return this.#onCase(deed.who, routes.withdraw, {}, deed.again);
      case 'chooses':
        return this.#place(deed, routes.choose);
      case 'switches':
        return this.#place(deed, routes.switchProvider);
      case 'waits':
        return this.#place(deed, routes.wait);
      case 'givesBack':
        return this.#place(deed, routes.giveBack);
      case 'stopsWaiting':
        return this.#place(deed, routes.stopWaiting);
    }
  }

  /** All the way to an approval, and to a place, or as far as it goes. */
  async #arrive(one: Person, how: Arrival): Promise<void> {
    for (let step = 0; step < 5; step += 1) {
      if (!(await this.#onward(one, how))) return;
      this.seen = await snapshotOf(this.#town);
    }
  }

  /** The next step towards a place; whether there may be another. */
  async #onward(one: Person, { again, chooses }: Arrival): Promise<boolean> {
    const who = people.indexOf(one);
    const mine = this.#newest(one);
    const onward = { who, again, place: 'reading', provider: 'well' };
    if (!this.#learners.has(one)) {
      if (one.login === 'child') await this.#ask(false);
      if (one.login === 'child') await this.#answer(0, 'granted');
      await this.#write(one, 'river', false);
      return this.#learners.has(one);
    }
    switch (mine?.state) {
      case 'waiting':
        await this.#decide({ ...onward, officer: mine.appeal ? 1 : 0, approves: true });
        return true;
      case 'offered':
        await this.#onCase(who, routes.takeOffer);
        return true;
      case 'approved':
        if (!chooses) return false;
        await this.#place(onward, routes.choose);
        await this.#place(onward, routes.wait);
        return false;
      case 'suspended':
      case 'waitlisted':
        return false;
      case undefined:
      case 'rejected':
      case 'lapsed':
      case 'ended':
        await this.#apply(one, again);
        return true;
    }
  }

  #newest(one: Person) {
    const id = this.#learners.get(one);
    const mine = this.seen.applications.filter(({ learnerId }) => learnerId === id);
    return mine.sort((a, b) => b.submittedAt.localeCompare(a.submittedAt))[0];
  }

  async #write(one: Person, areaId: string, renamed: boolean): Promise<void> {
    const { birthDate, stage, names } = one;
    const body = { name: names[renamed ? 1 : 0], birthDate, stage, areaId, language: 'ko' };
    const first = !this.#learners.has(one);
    if (one.by === 'parent' && first) {
      const child = { ...body, relation: 'mother' };
      const claims = this.#town.as('parent')(routes.addChild, { body: child });
      this.#keepLearner(one, await this.#send(claims, true));
      return;
    }
    this.#keepLearner(one, await this.#as(one, routes.writeMe, { body }));
  }

  #keepLearner(one: Person, { status, body }: Answered): void {
    if (status > 201) return;
    this.#learners.set(one, z.looseObject({ learnerId: z.string() }).parse(body).learnerId);
  }

  async #ask(both: boolean): Promise<void> {
    const body = {
      birthDate: person(0).birthDate,
      language: 'ko',
      guardianEmails: both ? [...guardians] : [guardians[0]],
    };
    const { status } = await this.#as(person(0), routes.askConsent, { body });
    if (status !== 202) return;
    Object.assign(this.heard, nothingHeard(), { said: body.guardianEmails.map(() => undefined) });
  }

  async #answer(position: 0 | 1, answer: 'granted' | 'refused'): Promise<void> {
    const granting = { guardianName: '이순자', relation: 'mother' };
    for (const token of await this.#tokens('consent-asked', guardians[position])) {
      const body = { token, answer, ...(answer === 'granted' ? granting : {}) };
      const { status } = await this.#send(this.#town.anyone(routes.answerAsked, { body }));
      // The answer to an earlier request, said again, is answered too: a word is changed by nobody.
      if (status === 200 && position < this.heard.said.length) this.heard.said[position] ??= answer;
    }
  }

  async #takeBack(): Promise<void> {
    for (const token of await this.#tokens('consent-confirmed', guardians[0])) {
      const sent = this.#town.anyone(routes.takeBack, { body: { token } });
      const { status } = await this.#send(sent);
      if (status === 200) this.heard.takenBack = true;
    }
  }

  async #resolve(outcome: 'granted' | 'refused'): Promise<void> {
    const open = this.seen.requests.find(({ state }) => state === 'conflict');
    if (open === undefined) return;
    const params = { consentId: open.consentId };
    const told = { params, body: { outcome, reason: 'Both were heard.' } };
    const [officer] = this.#now.officers;
    const { status } = await this.#send(this.#town.staff(officer, routes.resolveConflict, told));
    if (status !== 200) return;
    if (outcome === 'granted') this.heard.resolved = true;
    else this.heard.takenBack = true;
  }

  async #parentsWord(grants: boolean): Promise<void> {
    const learnerId = this.#learners.get(person(1));
    if (learnerId === undefined) return;
    const route = grants ? routes.consentAgain : routes.withdrawConsent;
    await this.#send(this.#town.as('parent')(route, { params: { learnerId } }));
  }

  async #apply(one: Person, again: boolean): Promise<void> {
    await this.#as(one, routes.apply, { body: { groupId: 'resident' } }, again);
  }

  async #decide(
    decides: Pick<Extract<Deed, { kind: 'decides' }>, 'who' | 'officer' | 'approves' | 'again'>,
  ): Promise<void> {
    const mine = this.#newest(person(decides.who));
    const officer = this.#now.officers[decides.officer];
    if (mine === undefined || officer === undefined) return;
    const params = { applicationId: mine.applicationId };
    await this.#send(this.#town.staff(officer, routes.claim, { params }));
    const body = { outcome: decides.approves ? 'approved' : 'rejected', reason: 'Shown.' };
    await this.#send(this.#town.staff(officer, routes.decide, { params, body }), decides.again);
  }

  async #onCase(who: number, route: Route, told: Told = {}, again = false): Promise<void> {
    const mine = this.#newest(person(who));
    if (mine === undefined) return;
    const params = { applicationId: mine.applicationId };
    await this.#as(person(who), route, { ...told, params }, again);
  }

  async #place(
    wish: { who: number; place: string; provider?: string; again?: boolean },
    route: Route,
  ): Promise<void> {
    const { who, place, provider, again = false } = wish;
    const body = provider === undefined ? {} : { body: { providerId: provider } };
    const answered = await this.#as(person(who), route, { params: { place }, ...body }, again);
    const chosen = Chosen.safeParse(answered.body);
    if (chosen.success) this.promised.add(chosen.data.enrolmentId);
  }

  /** Sends as whoever acts for a person. */
  async #as(one: Person, route: Route, told: Told, again = false): Promise<Answered> {
    const learnerId = this.#learners.get(one);
    // Without a name of the child the parent would speak for themself.
    if (one.by === 'parent' && learnerId === undefined) return { status: 404, ...nothing };
    const query: Record<string, string> =
      one.by === 'parent' && learnerId !== undefined ? { learnerId } : {};
    const login = one.by === 'parent' ? 'parent' : one.login;
    return this.#send(this.#town.as(login)(route, { ...told, query }), again);
  }

  /** Sends a request; what was done is answered alike when it is sent again with the same key. */
  async #send(request: () => Promise<Answered>, again = false): Promise<Answered> {
    const answered = await this.#once(request);
    if (!again || answered.status >= 500) return answered;
    const repeated = await this.#once(request);
    if (refusedByRule(answered.status) || repeated.status >= 500 || this.crowded) return answered;
    expect([repeated.status, repeated.body], 'the same request, sent again').toEqual([
      answered.status,
      answered.body,
    ]);
    return answered;
  }

  async #once(request: () => Promise<Answered>): Promise<Answered> {
    const crashes = this.#now.disorder.crashed;
    const answered = await request();
    const unplugged = this.#now.disorder.crashed > crashes;
    const busy = this.crowded && answered.status === 503;
    if (answered.status >= 500 && !unplugged && !busy)
      expect(answered, 'a failure of ours').toMatchObject({ status: 200 });
    return answered;
  }

  /** The secrets in the links that were mailed to a guardian. */
  async #tokens(kind: string, email: string): Promise<readonly string[]> {
    const mails = (await this.#town.rows('notices')).map((row) => Mail.parse(row).message);
    const links = mails.filter((mail) => mail.kind === kind && mail.to.email === email);
    return links.flatMap(({ facts }) => facts['link']?.split('#')[1] ?? []);
  }
}

function person(who: number): Person {
  const one = people[who];
  if (one === undefined) throw new Error(`nobody is number ${who}`);
  return one;
}
