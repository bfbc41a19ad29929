import { randomBytes } from 'node:crypto';
import type * as z from 'zod';
import { codeFor, publicLogin } from '../bin/login.ts';
import { recordPerson } from '../bin/person.ts';
import { about, type Configuration } from '../functions/about/contract.ts';
import { eligibility } from '../functions/eligibility/contract.ts';
import { enrolment } from '../functions/enrolment/contract.ts';
import { identity, type ProfileInput, StaffInput } from '../functions/identity/contract.ts';
import { apiClient } from '../functions/runtime/client.ts';
import type { Role } from '../functions/runtime/route.ts';
import { ControlClient } from '../local/control/client.ts';
import { GroupId } from '../regions/schema.ts';
import { acceptInvitation } from './invitation.ts';
import { until } from './until.ts';

/** What a profile may be given in place of the made-up person's. */
type Overrides = Partial<z.input<typeof ProfileInput>>;

/** A made-up person of seventeen in Gangnam; override what a test is about. */
export function profile(overrides: Overrides = {}): z.input<typeof ProfileInput> {
  return {
    name: '한가온',
    birthDate: '2009-03-14',
    stage: 'high',
    areaId: 'gangnam',
    language: 'ko',
    ...overrides,
  };
}

/** An answer that the test takes for granted. */
export function granted<T>(
  answer:
    | { readonly ok: true; readonly body: T }
    | { readonly ok: false; readonly status: number; readonly problem: { readonly code: string } },
): T {
  if (answer.ok) return answer.body;
  throw new Error(`answered ${answer.status} ${answer.problem.code}`);
}

const random = () => randomBytes(6).toString('hex');

/**
 * The people of a running region.
 *
 * @param url - where it answers
 * @param administratorToken - of the administrator whom the region file names
 * @param client - another than the usual, such as one that counts
 */
export function peopleOf(
  url: string,
  administratorToken: string,
  client: typeof apiClient = apiClient,
) {
  const control = new ControlClient(url);
  const anyone = client(url);
  const administrator = { token: administratorToken, api: client(url, administratorToken) };

  let known: Promise<Configuration> | undefined;

  /** Asked for once, as a page does: it is what it is for as long as the region runs. */
  function configuration(): Promise<Configuration> {
    known ??= askForConfiguration().catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return known;
  }

  async function askForConfiguration(): Promise<Configuration> {
    return granted(await anyone(about.routes.configuration, {}));
  }

  /** Someone who can sign in and is nothing else yet. */
  async function newLogin() {
    const email = `learner-${random()}@example.com`;
    const password = `a long password ${random()} 1`;
    const login = publicLogin(await configuration(), email, password);
    await login.signUp();
    await login.confirm(await codeFor(email, control));
    const token = await login.signIn();
    return { email, password, login, token, api: client(url, token) };
  }

  /** Signs someone in again, perhaps where the region answers now. */
  async function signIn({
    email,
    password,
  }: {
    readonly email: string;
    readonly password: string;
  }) {
    return client(url, await publicLogin(await configuration(), email, password).signIn());
  }

  /** Somebody new whom the registry confirms as a member of these groups: nobody is approved twice. */
  async function newPerson(overrides: Overrides = {}, groups: readonly string[] = ['low-income']) {
    const { birthDate } = profile(overrides);
    return recordPerson(url, (await configuration()).region.id, { birthDate, groups });
  }

  /** A learner: a login with a profile; somebody whom the registry confirms, unless they are named. */
  async function newLearner(overrides: Overrides = {}, groups?: readonly string[]) {
    const login = await newLogin();
    const person = overrides.name === undefined ? await newPerson(overrides, groups) : {};
    const body = profile({ ...overrides, ...person });
    const answer = await login.api(identity.routes.writeMe, { body });
    const { learnerId } = granted(answer);
    return { ...login, learnerId, etag: answer.ok ? answer.etag : undefined };
  }

  /** A learner whom the welfare registry confirms, once the approval has reached their places. */
  async function newApprovedLearner(overrides: Overrides = {}, group = 'low-income') {
    const learner = await newLearner(overrides, [group]);
    granted(
      await learner.api(eligibility.routes.apply, {
        body: { groupId: GroupId.parse(group) },
      }),
    );
    await until(
      async () => granted(await learner.api(enrolment.routes.listMine, {})).approval !== undefined,
    );
    return learner;
  }

  /** A member of staff, of an area, a partner or the region, signed in with a second factor. */
  async function newStaff(
    role: Exclude<Role, 'administrator'>,
    areaId?: string,
    partnerId?: string,
  ) {
    const email = `${role}-${random()}@example.com`;
    const body = StaffInput.parse({ email, role, areaId, partnerId });
    const { staffId } = granted(await administrator.api(identity.routes.inviteStaff, { body }));
    const params = { staffId };
    await until(
      async () =>
        granted(await administrator.api(identity.routes.readStaff, { params })).state === 'invited',
    );
    const token = await acceptInvitation(url, email);
    return { token, api: client(url, token), email, staffId };
  }

  return {
    url,
    control,
    anyone,
    administrator,
    configuration,
    newLogin,
    newPerson,
    signIn,
    newLearner,
    newApprovedLearner,
    newStaff,
  };
}

export type People = ReturnType<typeof peopleOf>;
export type Learner = Awaited<ReturnType<People['newLearner']>>;
