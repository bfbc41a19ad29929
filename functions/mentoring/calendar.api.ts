import calendarWords from '#mentoring';
import type { LearnerId, MentorId } from '../identity/contract.ts';
import { now } from '../runtime/clock.ts';
import { transact } from '../runtime/dynamodb.ts';
import { NotFound } from '../runtime/errors.ts';
import type { Call } from '../runtime/http.ts';
import { feedOf } from '../runtime/icalendar.ts';
import { AnsweredBefore, rememberAnswer } from '../runtime/idempotency.ts';
import { region } from '../runtime/region.ts';
import type { calendarRoutes } from './calendar.contract.ts';
import { calendarOf, calendarSpan } from './calendar.rules.ts';
import { type CalendarOwner, calendarStore, newCalendarToken } from './calendar.store.ts';
import { dayStore } from './day.store.ts';
import { partitionOf } from './mentorship.store.ts';
import { environment, learners, persons } from './people.api.ts';

type Routes = typeof calendarRoutes;

const table = environment.MENTORING_TABLE;
const calendars = calendarStore(table);
const days = dayStore(table);

async function makeCalendar({ caller, query, apiUrl, claim }: Call<Routes['makeCalendar']>) {
  const owner = { sub: caller.sub, learnerId: query.learnerId };
  if (partitionsOf(await knownAs(owner)).length === 0) throw noProfile();
  const token = newCalendarToken(owner);
  const answer = { body: { url: `${apiUrl}/me/calendar.ics?token=${token}` } };
  // Remembered for a day as any other's answer is: whoever did not get it can ask again.
  const remembered = rememberAnswer(table, claim, { status: 201, ...answer });
  const written = await transact([remembered, calendars.keep(owner, token)]);
  if (!written.done) throw new AnsweredBefore();
  return answer;
}

async function revokeCalendar({ caller, query }: Call<Routes['revokeCalendar']>) {
  await calendars.revoke({ sub: caller.sub, learnerId: query.learnerId });
  return { body: undefined };
}

async function readCalendar({ query }: Call<Routes['readCalendar']>) {
  const owner = await calendars.ownerOf(query.token);
  // Asked each time: a guardian whose access has ended sees nothing any more.
  const known = owner === undefined ? {} : await knownAs(owner);
  const partitions = partitionsOf(known);
  if (partitions.length === 0) throw noSuchCalendar();
  const moment = now();
  const { from, until } = calendarSpan(moment);
  const taken = partitions.map((partition) => days.takenBetween(partition, from, until));
  const bookings = (await Promise.all(taken)).flat().map(({ booking }) => booking);
  const [language, placed] = await Promise.all([languageOf(known), calendars.placedAs(bookings)]);
  const words = calendarWords[language];
  if (words === undefined) throw new Error('the texts of the first language are missing');
  const entries = calendarOf(region, words, placed, region.name[language] ?? '', moment);
  const { contentType, text } = feedOf(words.title, entries);
  return { body: { mediaType: contentType, text } };
}

/** As whom somebody has sessions. */
interface Known {
  readonly learnerId?: LearnerId | undefined;
  readonly mentorId?: MentorId | undefined;
}

/** As whom the owner of a calendar has sessions: as the child that it is of; else as a learner and as a mentor. */
async function knownAs({ sub, learnerId }: CalendarOwner): Promise<Known> {
  if (learnerId !== undefined) return { learnerId: await learners.learnerIdOf(sub, learnerId) };
  const [learner, mentorId] = await Promise.all([
    learners.learnerIdOf(sub),
    persons.mentorIdOf(sub),
  ]);
  return { learnerId: learner, mentorId };
}

const partitionsOf = ({ learnerId, mentorId }: Known) =>
  [learnerId, mentorId].flatMap((id) => (id === undefined ? [] : partitionOf(id)));

/** The language that whoever follows a calendar reads; the region's first where it has given that up. */
async function languageOf({ learnerId, mentorId }: Known): Promise<string> {
  const record = learnerId && (await learners.readRecord(learnerId));
  const mentor = mentorId && (await persons.readMentor(mentorId));
  const language = record?.profile.language ?? mentor?.person.language;
  return region.languages.find((one) => one === language) ?? region.languages[0] ?? '';
}

function noProfile(): NotFound {
  return new NotFound({
    code: 'no-profile',
    detail: 'You act for no such learner. Write a profile with PUT /me first.',
  });
}

function noSuchCalendar(): NotFound {
  return new NotFound({
    code: 'no-such-calendar',
    detail: 'This address is nobody’s, or no longer. Make a new one with POST /me/calendar.',
  });
}

/** Calendars that other programs follow. */
export const calendarHandlers = { makeCalendar, revokeCalendar, readCalendar };
