import { randomBytes, randomUUID } from 'node:crypto';
import {
  NotAuthorizedException,
  UsernameExistsException,
} from '@aws-sdk/client-cognito-identity-provider';
import { codeFor, publicLogin } from '../../bin/login.ts';
import { recordPerson } from '../../bin/person.ts';
import {
  type Application,
  type ApplicationId,
  eligibility,
} from '../../functions/eligibility/contract.ts';
import { enrolment } from '../../functions/enrolment/contract.ts';
import { identity } from '../../functions/identity/contract.ts';
import { launch } from '../../functions/launch/contract.ts';
import { apiClient } from '../../functions/runtime/client.ts';
import { AreaId, type Category, GroupId } from '../../regions/schema.ts';
import { granted, type People, profile } from '../people.ts';
import { type Fact, Ledger, type Surroundings } from './ledger.ts';
import type { OfficerJourney } from './officers.ts';

/** What a learner was promised about an account at a provider. */
export interface Promised {
  readonly providerId: string;
  readonly accountId: string;
  readonly held: boolean;
}

/** What learner and officer are both told of an application. */
type Told = Pick<Application, 'applicationId' | 'state' | 'validUntil' | 'decision'>;

/** The only one of the region that the kills happen to. */
export const areaId = AreaId.parse('taebaek');
const noPlace = { enrolmentId: 'none' };

/** A learner on the way from sign-up to places, who asks again whenever there was no answer. */
export class LearnerJourney {
  readonly ledger: Ledger;
  /** By account id. */
  readonly promised = new Map<string, Promised>();
  readonly #email = `learner-${randomBytes(6).toString('hex')}@example.com`;
  readonly #password = `a long password ${randomBytes(6).toString('hex')} 1`;
  readonly #surroundings: Surroundings;
  #token = '';
  #name = '';
  #learnerId: string | undefined;

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
    this.ledger = new Ledger(surroundings);
  }

  async signUp(): Promise<void> {
    const inPool = async (people: People) =>
      publicLogin(await people.configuration(), this.#email, this.#password);
    await this.ledger.change(
      'sign-up',
      async ({ people, again }) => {
        const login = await inPool(people);
        await login.signUp().catch(unless(again, UsernameExistsException));
      },
      // Nobody can read it before it is confirmed; that shows whether it was kept.
      () => undefined,
    );
    await this.ledger.change(
      'confirmation',
      async ({ people, again }) => {
        const login = await inPool(people);
        const code = await codeFor(this.#email, people.control);
        await login.confirm(code).catch(unless(again, NotAuthorizedException));
      },
      () => ({
        expected: { signsIn: true },
        read: async (people) => ({ signsIn: (await (await inPool(people)).signIn()) !== '' }),
      }),
    );
    await this.#surroundings.region.answerTo(({ people }) => this.signIn(people));
  }

  /** Signs in anew; otherwise the first token serves in all lives of the region. */
  async signIn(people: People): Promise<void> {
    const login = publicLogin(await people.configuration(), this.#email, this.#password);
    this.#token = await login.signIn();
  }

  async writeProfile(name: string): Promise<void> {
    this.#name = name;
    const body = profile({ name, areaId });
    const { learnerId } = await this.ledger.change(
      'profile',
      async ({ people }) => granted(await this.#api(people)(identity.routes.writeMe, { body })),
      (expected) => ({
        expected,
        read: async (people) => granted(await this.#api(people)(identity.routes.readMe, {})),
      }),
    );
    this.#learnerId = learnerId;
  }

  /** Undefined until there is a profile. */
  get learnerId(): string | undefined {
    return this.#learnerId;
  }

  /** Applies as a member of a group whom either the registry or an officer confirms. */
  async apply(group: 'low-income' | 'out-of-school'): Promise<ApplicationId> {
    const request = { body: { groupId: GroupId.parse(group) }, idempotencyKey: randomUUID() };
    const application = await this.ledger.change(
      'application',
      async ({ people }) => {
        // The registry forgets with the region's process whom it did not know from the beginning.
        if (group === 'low-income')
          await recordPerson(people.url, 'taebaek', this.#onRecord(group));
        return granted(await this.#api(people)(eligibility.routes.apply, request));
      },
      (answered) => this.#onlyApplication(answered),
    );
    return application.applicationId;
  }

  #onRecord(group: string) {
    return { name: this.#name, birthDate: profile({}).birthDate, groups: [group] };
  }

  /** Has an officer approve the application. */
  async beApprovedBy(officer: OfficerJourney, applicationId: ApplicationId): Promise<void> {
    const { claim, decide } = eligibility.routes;
    const body = { outcome: 'approved', reason: 'Seen at the counter.' } as const;
    const request = { params: { applicationId }, body, idempotencyKey: randomUUID() };
    await this.ledger.change(
      'decision',
      async ({ people }) => {
        const api = officer.api(people);
        const answer = await api(decide, request);
        if (answer.ok || answer.problem.code !== 'claim-first') return granted(answer);
        granted(await api(claim, { params: { applicationId } }));
        return granted(await api(decide, request));
      },
      (answered) => this.#onlyApplication(answered),
      'application',
    );
  }

  /** @returns whether there was a seat */
  async choose(category: Category, providerId: string): Promise<boolean> {
    const { choose } = enrolment.routes;
    const input = { params: { place: category }, body: { providerId } };
    const answer = await this.ledger.change(
      'choice',
      async ({ people }) => {
        const answer = await this.#api(people)(choose, input);
        if (answer.ok || answer.problem.code !== 'no-seat-left') granted(answer);
        return answer;
      },
      (answer) =>
        this.#placeIs(
          category,
          answer.ok ? { enrolmentId: answer.body.enrolmentId, providerId } : noPlace,
        ),
      category,
    );
    if (!answer.ok) return false;
    const { accountId } = answer.body;
    this.promised.set(accountId, { providerId, accountId, held: true });
    return true;
  }

  async giveBack(category: Category, providerId: string): Promise<void> {
    const { giveBack } = enrolment.routes;
    await this.ledger.change(
      'return',
      async ({ people }) =>
        granted(await this.#api(people)(giveBack, { params: { place: category } })),
      () => this.#placeIs(category, noPlace),
      category,
    );
    for (const one of this.promised.values())
      if (one.providerId === providerId) this.promised.set(one.accountId, { ...one, held: false });
  }

  async switchTo(category: Category, from: string, providerId: string): Promise<void> {
    const { switchProvider } = enrolment.routes;
    const request = {
      params: { place: category },
      body: { providerId },
      idempotencyKey: randomUUID(),
    };
    const { accountId } = await this.ledger.change(
      'switch',
      async ({ people }) => granted(await this.#api(people)(switchProvider, request)),
      ({ enrolmentId }) => this.#placeIs(category, { enrolmentId, providerId }),
      category,
    );
    for (const one of this.promised.values())
      if (one.providerId === from) this.promised.set(one.accountId, { ...one, held: false });
    this.promised.set(accountId, { providerId, accountId, held: true });
  }

  /** Asks for the way in to a place. */
  async launch(people: People, place: Category) {
    return granted(await this.#api(people)(launch.routes.open, { params: { place } }));
  }

  async places(people: People) {
    return granted(await this.#api(people)(enrolment.routes.listMine, {})).enrolments;
  }

  /** A retried application must not have become two. */
  #onlyApplication({ applicationId, state, validUntil, decision }: Told): Fact {
    const { listMine } = eligibility.routes;
    return {
      expected: { applications: [{ applicationId, state, validUntil, decision }] },
      read: async (people) => granted(await this.#api(people)(listMine, {})),
    };
  }

  #placeIs(category: Category, expected: object): Fact {
    return {
      expected,
      read: async (people) =>
        (await this.places(people)).find((place) => place.category === category) ?? noPlace,
    };
  }

  #api(people: People) {
    return apiClient(people.url, this.#token);
  }
}

/** Lets a refusal pass that says: what you ask for again was done when you heard nothing. */
function unless(again: () => boolean, refusal: abstract new (...given: never) => Error) {
  return (error: unknown) => {
    if (!again() || !(error instanceof refusal)) throw error;
  };
}
