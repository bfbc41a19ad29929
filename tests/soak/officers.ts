import { randomBytes, randomUUID } from 'node:crypto';
import { eligibility } from '../../functions/eligibility/contract.ts';
import { identity, type StaffId } from '../../functions/identity/contract.ts';
import { apiClient } from '../../functions/runtime/client.ts';
import { granted, type People } from '../people.ts';
import { until } from '../until.ts';
import { StaffLogin } from '../whole/staff-login.ts';
import { areaId } from './crowd-journeys.ts';
import type { Life, MortalRegion } from './killing.ts';
import { Ledger, type Surroundings } from './ledger.ts';

/** The first administrator, who signs in once in each life of the region: time passes between two. */
export class Administrator {
  readonly #region: MortalRegion;
  readonly #login: StaffLogin;
  #token: { readonly life: number; readonly promise: Promise<string> } | undefined;

  constructor({ region }: Surroundings, email: string) {
    this.#region = region;
    this.#login = new StaffLogin(email);
  }

  async api() {
    const life = await this.#region.alive();
    if (this.#token?.life !== life.number) this.#signIn(life);
    return apiClient(life.people.url, (await this.#token?.promise) ?? '');
  }

  /** Signs in anew at the next request. */
  signOut(): void {
    this.#token = undefined;
  }

  #signIn({ number, people }: Life): void {
    this.#token = { life: number, promise: this.#login.signIn(people) };
  }
}

/** A member of staff on the way from the invitation to the counter. */
export class OfficerJourney {
  readonly ledger: Ledger;
  readonly #login = new StaffLogin(`officer-${randomBytes(6).toString('hex')}@example.com`);
  readonly #surroundings: Surroundings;
  readonly #administrator: Administrator;
  #token = '';

  constructor(surroundings: Surroundings, administrator: Administrator) {
    this.ledger = new Ledger(surroundings);
    this.#surroundings = surroundings;
    this.#administrator = administrator;
  }

  /** Is invited, and comes: the mail is there, the login opens. */
  async arrive(): Promise<void> {
    const staffId = await this.#beInvited();
    await this.#surroundings.region.answerTo(() =>
      until(async () => (await this.#read(staffId)).state === 'invited', 60),
    );
    await this.ledger.change(
      'login',
      ({ people }) => this.signIn(people),
      () => ({
        expected: { ok: true },
        // An officer's token opens this only where invitation, group and area have come together.
        read: (people) => this.api(people)(eligibility.routes.listWaiting, {}),
      }),
    );
  }

  async signIn(people: People): Promise<void> {
    this.#token = await this.#login.signIn(people);
  }

  api(people: People) {
    return apiClient(people.url, this.#token);
  }

  async #beInvited(): Promise<StaffId> {
    const body = { email: this.#login.email, role: 'officer', areaId } as const;
    const request = { body, idempotencyKey: randomUUID() };
    const { staffId } = await this.ledger.change(
      'invitation',
      async () => {
        const api = await this.#administrator.api();
        return granted(await api(identity.routes.inviteStaff, request));
      },
      ({ state, ...expected }) => ({ expected, read: () => this.#read(expected.staffId) }),
    );
    return staffId;
  }

  async #read(staffId: StaffId) {
    const api = await this.#administrator.api();
    return granted(await api(identity.routes.readStaff, { params: { staffId } }));
  }
}
