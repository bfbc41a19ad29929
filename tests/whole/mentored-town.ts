import { randomBytes } from 'node:crypto';
import { Temporal } from 'temporal-polyfill';
import { documents } from '../../functions/documents/contract.ts';
import { identity } from '../../functions/identity/contract.ts';
import { mentoring } from '../../functions/mentoring/contract.ts';
import type { Subject, WeeklyTimes } from '../../functions/mentoring/words.contract.ts';
import { apiClient } from '../../functions/runtime/client.ts';
import { AreaId, EvidenceId } from '../../regions/schema.ts';
import { announced, files, send } from '../documents/files.ts';
import { granted } from '../people.ts';
import { StaffLogin } from './staff-login.ts';
import { type TimeTravel, timeTravel } from './time-travel.ts';

const { routes } = mentoring;
const zone = 'America/New_York';

/** Who comes with a request, signed in at whatever time it is. */
export type Login = () => Promise<ReturnType<typeof apiClient>>;

/** Somebody on one side of a mentorship. */
export interface Somebody {
  readonly email: string;
  readonly api: Login;
}

/** A mentor of a story. Nobody else in it offers the subject, so a round pairs them with whoever asks for that. */
export interface NewMentor {
  readonly called: string;
  readonly subject: Subject;
  readonly language?: 'en' | 'ko';
  readonly timeZone?: string;
  readonly weekly?: WeeklyTimes;
  /** The last day of the background check; without it, in eleven months. */
  readonly checkUntil?: Temporal.PlainDate;
}

/** The afternoons on which the people of these stories meet. */
const afternoons: WeeklyTimes = [
  { day: 'sunday', from: '14:00', until: '20:00' },
  { day: 'monday', from: '14:00', until: '20:00' },
];

/**
 * The town of Hudson on the Saturday four weeks and a day before its clocks change, and whoever works there. Access
 * tokens last an hour of its time, so everybody signs in anew after each step of the clock.
 *
 * @param open - another region with what Hudson has
 */
export async function mentoredTown(
  open: () => Promise<TimeTravel> = () => timeTravel('tests/regions/hudson.yaml'),
) {
  const region = await open();
  const { people } = region;
  let step = 0;

  const coordinator = await staff('coordinator');
  const lead = await staff('safeguarding-lead');
  await region.mailed();
  const change = changeAfter((await region.today()).add({ days: 31 }));
  await region.travelTo(change.subtract({ days: 29 }));
  step += 1;

  /** Signs somebody in, once for each step of the clock. */
  function signedIn(signIn: Login): Login {
    let last: { readonly step: number; readonly api: ReturnType<Login> } | undefined;
    return () => {
      if (last?.step !== step) last = { step, api: signIn() };
      return last.api;
    };
  }

  async function staff(role: 'coordinator' | 'safeguarding-lead'): Promise<Login> {
    const email = `${role}-${randomBytes(6).toString('hex')}@example.com`;
    const body = { email, role } as const;
    granted(await people.administrator.api(identity.routes.inviteStaff, { body }));
    const login = new StaffLogin(email);
    await login.signIn(people);
    return signedIn(async () => apiClient(people.url, await login.signIn(people)));
  }

  /** It is a moment, and all is done that the time until then has brought. */
  async function travelTo(moment: Temporal.Instant): Promise<void> {
    const { now } = await people.control.clock();
    const seconds = Temporal.Instant.from(now).until(moment).total('seconds');
    if (seconds <= 0) throw new RangeError(`it is ${now}: ${moment} has passed`);
    // A mail that is under way would be three days late, and be given up.
    await people.control.settle();
    await people.control.advance(seconds);
    await people.control.settle();
    step += 1;
  }

  /** A learner of fifteen whom the registry confirms, and who asks for a mentor for a subject. */
  async function newLearner(called: string, subject: Subject) {
    const birthDate = (await region.today()).subtract({ years: 15, days: 100 }).toString();
    const areaId = AreaId.parse('uptown');
    const learner = await people.newApprovedLearner(
      { birthDate, areaId, language: 'en' },
      'resident',
    );
    const { email, learnerId } = learner;
    region.called.set(email, called);
    const body = routes.writeRequest.body.parse({
      ...{ goals: 'To pass in June.', subjects: [subject], topics: [], languages: ['en'] },
      ...{ ways: ['online'], weekly: afternoons },
    });
    granted(await learner.api(routes.writeRequest, { body }));
    return { email, learnerId, api: signedIn(() => people.signIn(learner)) };
  }

  /** Somebody who applies, shows the paper of a background check, and is selected by the coordinator. */
  async function newMentor({ called, subject, ...wish }: NewMentor) {
    const { language = 'en', timeZone = zone, weekly = afternoons } = wish;
    const student = await people.newLogin();
    region.called.set(student.email, called);
    const who = identity.routes.writeMentor.body.parse({ name: called, language, timeZone });
    granted(await student.api(identity.routes.writeMentor, { body: who }));
    const body = routes.writeOffer.body.parse({
      ...{ subjects: [subject], topics: [], languages: ['en'], ways: ['online'] },
      ...{ areas: [], capacity: 1, weekly },
    });
    const { mentorId } = granted(await student.api(routes.writeOffer, { body }));
    const checkUntil = wish.checkUntil ?? (await region.today()).add({ months: 11 });
    const api = signedIn(() => people.signIn(student));
    await showsCheck(api, checkUntil);
    const decision = routes.decideOnMentor.body.parse({
      ...{ outcome: 'selected', reason: 'Free when learners are.' },
      checkUntil: checkUntil.toString(),
    });
    const params = { mentorId };
    granted(await (await coordinator())(routes.decideOnMentor, { params, body: decision }));
    return { email: student.email, mentorId, api };
  }

  /** Hands in the paper of a background check that holds until a day; it is found clean. */
  async function showsCheck(api: Login, until: Temporal.PlainDate): Promise<void> {
    const bytes = files.pdf(`Nothing is known, until ${until}.`);
    const issuedOn = until.add({ days: 1 }).subtract({ months: 12 }).toString();
    const evidenceId = EvidenceId.parse('background-check');
    const body = announced(bytes, { evidenceId, issuedOn });
    const query = { as: 'mentor' } as const;
    const { upload } = granted(await (await api())(documents.routes.handInPaper, { query, body }));
    const status = await send(upload, bytes);
    if (status !== 204) throw new Error(`the upload of a paper was answered ${status}`);
    await people.control.settle();
  }

  /** A coordinator has matches proposed, looks at them, and publishes them; the pairs as they were proposed. */
  async function round() {
    const office = await coordinator();
    const { roundId } = granted(await office(routes.startRound, {}));
    await people.control.settle();
    const params = { roundId };
    const { pairs } = granted(await office(routes.listPairs, { params, query: {} }));
    granted(await office(routes.publishRound, { params }));
    await people.control.settle();
    return pairs;
  }

  /** Both accept what was offered to them last; the mentorship as it begins. */
  async function begin(learner: Somebody, mentor: Somebody) {
    const asLearner = await learner.api();
    const { mentorships } = granted(await asLearner(routes.listMyMentorships, {}));
    const [offered] = mentorships;
    if (offered === undefined) throw new Error('no mentor was offered');
    const params = { mentorshipId: offered.mentorshipId };
    const body = { answer: 'accept' } as const;
    granted(await asLearner(routes.answerOffer, { params, body }));
    const query = { as: 'mentor' } as const;
    return granted(await (await mentor.api())(routes.answerOffer, { params, query, body }));
  }

  /** A learner and a mentor who have found each other, and have read all their mails. */
  async function newPair(called: string, wish: NewMentor) {
    const mentor = await newMentor(wish);
    const learner = await newLearner(called, wish.subject);
    await round();
    const { mentorshipId } = await begin(learner, mentor);
    await region.mailed();
    return { learner, mentor, mentorshipId };
  }

  /** As `mailed`, of these only: what others began may end meanwhile. */
  const mailedTo = async (...names: readonly string[]) =>
    (await region.mailed()).filter((mail) => names.some((name) => mail.startsWith(`${name}: `)));

  return {
    ...{ people, change, coordinator, lead, travelTo },
    ...{ newLearner, newMentor, showsCheck, round, begin, newPair },
    today: region.today,
    mailed: region.mailed,
    everMailed: region.everMailed,
    mailedTo,
    stop: region.stop,
  };
}

export type MentoredTown = Awaited<ReturnType<typeof mentoredTown>>;

/** The Sunday on which the town's clocks change next after a day. */
function changeAfter(day: Temporal.PlainDate): Temporal.PlainDate {
  const change = day.toZonedDateTime(zone).getTimeZoneTransition('next');
  if (change === null) throw new Error('the clocks of the town change no more');
  return change.toPlainDate();
}

/** A moment by the town's clocks. */
export const at = (day: Temporal.PlainDate, plainTime: string): Temporal.Instant =>
  day.toZonedDateTime({ timeZone: zone, plainTime }).toInstant();

/** What a clock on a wall shows at a moment; without a zone, one in the town. */
export const wallClock = (moment: Temporal.Instant | string, timeZone = zone): string =>
  Temporal.Instant.from(moment).toZonedDateTimeISO(timeZone).toPlainTime().toString().slice(0, 5);

/** In the place of what a story has brought about; it fails where that is not there. */
export function missing(): never {
  throw new Error('what the story tells of is not there');
}
