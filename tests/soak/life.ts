import { Temporal } from 'temporal-polyfill';
import { expect } from 'vitest';
import { eligibility } from '../../functions/eligibility/contract.ts';
import { enrolment } from '../../functions/enrolment/contract.ts';
import { identity } from '../../functions/identity/contract.ts';
import { birthday } from '../../regions/calendar.ts';
import { GroupId, ProviderId } from '../../regions/schema.ts';
import { granted, profile } from '../people.ts';
import type { TimeTravel } from '../whole/time-travel.ts';

type Login = Awaited<ReturnType<TimeTravel['people']['newLogin']>>;

const groupId = GroupId.parse('low-income');
const providerId = ProviderId.parse('highland');
const reading = { place: 'reading', providerId: ProviderId.parse('firefly') } as const;

/**
 * A learner of Taebaek through the years, as their own page would show it. Access tokens last an hour, so each
 * step signs in anew.
 *
 * @param person - whom the welfare registry confirms
 */
export function lifeOf(
  region: TimeTravel,
  login: Login,
  person: { readonly name: string; readonly birthDate: string },
) {
  const { people } = region;
  let mine = profile({ ...person, stage: 'middle', areaId: 'taebaek' });
  /** The last day of the approval that was given last. */
  let last: Temporal.PlainDate = Temporal.PlainDate.from('1970-01-01');
  let accountId = '';

  const signedIn = () => people.signIn(login);

  async function standing() {
    const api = await signedIn();
    const { applications } = granted(await api(eligibility.routes.listMine, {}));
    const { enrolments } = granted(await api(enrolment.routes.listMine, {}));
    return {
      consent: granted(await api(identity.routes.readMe, {})).consent.state,
      applications: applications.map(({ state, because }) => [state, because].join(' ').trim()),
      places: enrolments.map(({ place, state }) => `${place} ${state}`),
    };
  }

  /** Ended places, with the reasons. */
  async function history(): Promise<readonly string[]> {
    const api = await signedIn();
    const ended = granted(await api(enrolment.routes.listHistory, { query: {} })).history;
    return ended.map(({ place, reason }) => `${place} ${reason}`).sort();
  }

  async function writes(stage: typeof mine.stage): Promise<void> {
    mine = { ...mine, stage };
    granted(await (await signedIn())(identity.routes.writeMe, { body: mine }));
  }

  /** Applies, or applies for a renewal. */
  async function applies() {
    const api = await signedIn();
    const application = granted(await api(eligibility.routes.apply, { body: { groupId } }));
    if (application.validUntil !== undefined) {
      last = Temporal.PlainDate.from(application.validUntil);
    }
    await people.control.settle();
    return application;
  }

  /** Is reminded of the approval's end, and renews it a month before. */
  async function renews(): Promise<void> {
    await region.travelTo(last.subtract({ days: 30 }));
    expect(await region.mailed()).toEqual(['child: approval-expiring in ko']);
    expect((await applies()).state).toBe('approved');
    expect(await region.mailed()).toEqual(['child: application-approved in ko']);
  }

  async function chooses(): Promise<void> {
    const api = await signedIn();
    const subject = { params: { place: 'subject' }, body: { providerId } } as const;
    accountId = granted(await api(enrolment.routes.choose, subject)).accountId;
    const { place, ...body } = reading;
    granted(await api(enrolment.routes.choose, { params: { place }, body }));
    await people.control.settle();
  }

  return {
    email: login.email,
    /** As the profile was at first. */
    mine,
    turns: (age: number) => birthday(person.birthDate, age),
    last: () => last,
    signedIn,
    standing,
    history,
    writes,
    applies,
    renews,
    chooses,
    /** What the provider of the subject holds of the learner. */
    accounts: () => region.world.accountsOf(providerId, accountId),
  };
}
