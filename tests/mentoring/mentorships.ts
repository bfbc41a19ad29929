import { Temporal } from 'temporal-polyfill';
import { afterAll, beforeAll, vi } from 'vitest';
import type { z } from 'zod';
import {
  LearnerId,
  MentorId,
  MentorInput,
  ProfileInput,
} from '../../functions/identity/contract.ts';
import { mentorStore as personStore } from '../../functions/identity/mentor.store.ts';
import { identityStore } from '../../functions/identity/store.ts';
import { mentoring } from '../../functions/mentoring/contract.ts';
import { dayStore } from '../../functions/mentoring/day.store.ts';
import { mentorStore } from '../../functions/mentoring/mentor.store.ts';
import { Mentorship } from '../../functions/mentoring/mentorship.contract.ts';
import { mentorshipStore, partitionOf } from '../../functions/mentoring/mentorship.store.ts';
import { MentorRequest } from '../../functions/mentoring/request.contract.ts';
import { requestStore } from '../../functions/mentoring/request.store.ts';
import { sessionStore } from '../../functions/mentoring/session.store.ts';
import { MentorshipId, RequestId, weekdays } from '../../functions/mentoring/words.contract.ts';
import { Sub } from '../../functions/runtime/caller.ts';
import { transact } from '../../functions/runtime/dynamodb.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { type Route, routeKey } from '../../functions/runtime/route.ts';
import { AreaId, type MentoringPolicy } from '../../regions/schema.ts';
import { type Cloud, openCloud } from '../runtime/cloud.ts';
import { type ApiHandler, loadApi } from '../runtime/handlers.ts';
import { captureLog } from '../runtime/log-lines.ts';
import { type Answered, invoke, learnerClaims, staffClaims } from '../runtime/requests.ts';
import { village } from '../runtime/village.ts';
import { approve } from './approvals.ts';

export const routes = mentoring.routes;

/** Sixteen half-hours in eight weeks, as in Seoul. */
export const sixteen = {
  version: 'sixteen-2025',
  from: '2025-03-01',
  legalBasis: 'Ordinance of the village, article 7',
  sessions: 16,
  sessionMinutes: 30,
  weeks: 8,
  usesUp: ['completed', 'learner-no-show', 'learner-cancelled-late'],
  cancelHours: 24,
  extension: { times: 1, sessions: 8, weeks: 4 },
  mentees: 5,
  stipend: { currency: 'KRW', amount: 12_000, pays: ['completed', 'learner-no-show'] },
  deadlines: { answer: 5, outcome: 7, checkReminder: 30, feedback: 30, notes: 90 },
  consulting: { minutes: 30, open: 2, cancelHours: 24 },
  weights: {
    subject: 2,
    topic: 1,
    language: 1,
    way: 1,
    pair: 1,
    start: 1,
    starts: 4,
    waitingWeek: 1,
    waitingWeeks: 4,
  },
  points: { nominated: 2, formerMember: 1, subject: 1, topic: 1, weeklyHour: 1 },
} satisfies z.input<typeof MentoringPolicy>;

/** A village with mentoring. */
export const mentored = village({ mentoring: [sixteen] });

/** Free at any time. */
const always = weekdays.map((day) => ({ day, from: '00:00', until: '24:00' }));

const table = 'mentoring';
export const stores = {
  mentorships: mentorshipStore(table),
  mentors: mentorStore(table),
  requests: requestStore(table),
  sessions: sessionStore(table),
  days: dayStore(table),
};

let cloud: Cloud;
let api: ApiHandler;

/** Opens the mentoring API for one test file, on Monday 2 June 2025, 09:00 in the village. */
export function openMentoring(): () => Cloud {
  captureLog();
  beforeAll(async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    setTime('2025-06-02T00:00:00Z');
    cloud = await openCloud();
    await cloud.createTable(table, ['list', 'list', 'listedAt'], ['due', 'dueLot', 'dueAt']);
    const others = ['identity', 'audit', 'notices', 'eligibility', 'documents'];
    for (const name of others) await cloud.createTable(name);
    Object.assign(process.env, {
      MENTORING_TABLE: table,
      MEETINGS_SECRET: 'meetings',
      API_URL: 'https://api.village.example',
    });
    for (const name of others) process.env[`${name.toUpperCase()}_TABLE`] = name;
    api = await loadApi('mentoring', { '#region': mentored });
  });
  afterAll(async () => {
    vi.useRealTimers();
    await cloud.close();
  });
  return () => cloud;
}

export const setTime = (moment: string) => vi.setSystemTime(Date.parse(moment));

/** Two people and what they have together. */
export interface Pair {
  readonly mentorshipId: MentorshipId;
  readonly learnerId: LearnerId;
  readonly mentorId: MentorId;
  readonly learner: Sub;
  readonly mentor: Sub;
}

let people = 0;

/** A mentor who is free at any time, unless the test says otherwise. */
export async function newMentor(otherwise: object = {}) {
  people += 1;
  const mentor = Sub.parse(`mentor-${people}`);
  const mentorId = newId(MentorId, 'mnt');
  const who = MentorInput.parse({ name: '이멘토', language: 'ko', timeZone: 'Asia/Seoul' });
  await personStore('identity').createMentor(mentor, 'm@village.example', mentorId, who);
  const row = {
    mentorId,
    state: 'selected' as const,
    since: '2025-05-01T00:00:00.000Z',
    subjects: [],
    topics: [],
    languages: [who.language],
    ways: ['online' as const],
    areas: [],
    capacity: 5,
    weekly: always,
    mentees: 1,
    nominated: false,
    formerMember: false,
    exceptions: [],
    ...otherwise,
  };
  const kept = { sub: mentor, marks: [], declared: [], checkReminded: false, checkHeld: false };
  await transact([
    stores.mentors.create(row, { ...kept, learnerId: undefined, decidedBy: undefined }),
  ]);
  return { mentor, mentorId };
}

/** A learner with a request that has become a mentorship with a mentor, which is active for eight weeks. */
export async function newPair(
  otherwise: object = {},
  by?: Pick<Pair, 'mentor' | 'mentorId'>,
): Promise<Pair> {
  const { mentor, mentorId } = by ?? (await newMentor());
  people += 1;
  const learner = Sub.parse(`learner-${people}`);
  const ids = {
    learnerId: newId(LearnerId, 'lrn'),
    mentorshipId: newId(MentorshipId, 'msh'),
    requestId: newId(RequestId, 'req'),
  };
  const profile = ProfileInput.parse({
    name: '김하늘',
    birthDate: '2009-05-20',
    stage: 'high',
    areaId: 'river',
    language: 'ko',
  });
  const at = '2025-06-01T00:00:00.000Z';
  const identity = identityStore('identity');
  await identity.createLearner(learner, 'h@village.example', ids.learnerId, profile, at);
  await approve(ids.learnerId, 'river');
  const shared = {
    ...ids,
    areaId: AreaId.parse('river'),
    subjects: [],
    topics: [],
    policyVersion: sixteen.version,
  };
  const request = MentorRequest.parse({
    ...shared,
    goals: 'Fractions by summer.',
    languages: ['ko'],
    ways: ['online'],
    weekly: always,
    state: 'matched',
    since: at,
  });
  const mentorship = Mentorship.parse({
    ...shared,
    mentorId,
    way: 'online',
    state: 'active',
    budget: { granted: 16, used: 0, left: 16 },
    from: '2025-06-02',
    until: '2025-07-27',
    extensions: 0,
    createdAt: at,
    ...otherwise,
  });
  await transact([
    ...stores.requests.begin({ request, kept: { marks: [], refused: [], vetoed: [] } }, undefined),
    ...stores.mentorships.create(mentorship, undefined),
  ]);
  return { ...ids, learner, mentor, mentorId };
}

let keys = 0;
const newKey = () => {
  keys += 1;
  return `intent-${String(keys).padStart(8, '0')}`;
};

/** Routes of one side only do not ask which. */
const { tellOutcome, disputeOutcome, writeNote } = routes;
const ofOneSide: readonly string[] = [tellOutcome, disputeOutcome, writeNote].map(routeKey);

/** What a request may carry beside who makes it. */
interface Sent {
  readonly as?: 'learner' | 'mentor';
  readonly sessionId?: string | undefined;
  readonly body?: unknown;
  readonly ifMatch?: string | undefined;
  readonly key?: string;
  readonly query?: Record<string, string>;
}

/** A request of one side of a mentorship: the learner's unless the test says otherwise. */
export function ask(
  pair: Pair,
  route: Pick<Route, 'method' | 'path'>,
  sent: Sent = {},
): Promise<Answered> {
  const { as = 'learner', sessionId, body, ifMatch, key = newKey(), query = {} } = sent;
  return invoke(api, route, {
    claims: learnerClaims(as === 'learner' ? pair.learner : pair.mentor),
    params: { mentorshipId: pair.mentorshipId, ...(sessionId === undefined ? {} : { sessionId }) },
    query: { ...(ofOneSide.includes(routeKey(route)) ? {} : { as }), ...query },
    body,
    headers: { 'idempotency-key': key, ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }) },
  });
}

/** A request of a member of staff of the whole region. */
export function staffAsks(
  { mentorshipId }: Pick<Pair, 'mentorshipId'>,
  route: Pick<Route, 'method' | 'path'>,
  { sessionId, body }: Pick<Sent, 'sessionId' | 'body'> = {},
): Promise<Answered> {
  return invoke(api, route, {
    claims: staffClaims('office', 'administrator'),
    params: { mentorshipId, ...(sessionId === undefined ? {} : { sessionId }) },
    body,
    headers: { 'idempotency-key': newKey() },
  });
}

/** Books one session for the learner. */
export const bookAt = (pair: Pair, start: string, sent: Sent = {}) =>
  ask(pair, routes.bookSessions, { body: { start }, ...sent });

/** Books one session and gives its id. */
export async function booked(pair: Pair, start: string): Promise<string> {
  const { body } = await bookAt(pair, start);
  const [session] = routes.bookSessions.answers.body.parse(body).sessions;
  if (session === undefined) throw new Error('nothing was booked');
  return session.sessionId;
}

/** The budget as the row has it, and what is booked. */
export async function budgetOf({ mentorshipId }: Pair) {
  const seen = await stores.mentorships.read(mentorshipId);
  if (seen === undefined) throw new Error('there is no such mentorship');
  const { granted, used, left } = seen.mentorship.budget;
  return { granted, used, left, booked: granted - used - left };
}

/** How many quarter hours of 2025 each side has taken. */
export async function quartersTaken({ learnerId, mentorId }: Pair) {
  const [from, until] = ['2025-01-01T00:00Z', '2026-01-01T00:00Z'].map((at) =>
    Temporal.Instant.from(at),
  );
  if (from === undefined || until === undefined) throw new Error('two moments were named');
  const taken = await Promise.all(
    [learnerId, mentorId].map((who) => stores.days.takenBetween(partitionOf(who), from, until)),
  );
  return taken.map((stretches) =>
    stretches.reduce((sum, one) => sum + one.from.until(one.until).total('minutes') / 15, 0),
  );
}
