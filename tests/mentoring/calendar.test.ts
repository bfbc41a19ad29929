import ICAL from 'ical.js';
import { Temporal } from 'temporal-polyfill';
import { beforeAll, describe, expect, it } from 'vitest';
import { openTimeOf } from '../../functions/mentoring/meeting.rules.ts';
import { partitionOf } from '../../functions/mentoring/mentorship.store.ts';
import { SessionId } from '../../functions/mentoring/words.contract.ts';
import { putNew, transact } from '../../functions/runtime/dynamodb.ts';
import { newId } from '../../functions/runtime/ids.ts';
import type { Route } from '../../functions/runtime/route.ts';
import { AreaId, Meetings } from '../../regions/schema.ts';
import { type ApiHandler, loadApi } from '../runtime/handlers.ts';
import { invoke, learnerClaims, type Sent } from '../runtime/requests.ts';
import {
  ask,
  booked,
  mentored,
  newMentor,
  newPair,
  openMentoring,
  type Pair,
  routes,
  setTime,
  stores,
} from './mentorships.ts';

const cloud = openMentoring();
const { deployment } = mentored;
const jitsi = Meetings.parse({ via: 'jitsi', url: 'https://meet.village.example', appId: 'l' });

/** The API of a region with rooms; that of all other tests has none. */
let online: ApiHandler;
beforeAll(async () => {
  cloud().secrets.put('meetings', { key: 'a secret of tests that is long enough' });
  const withRooms = { ...mentored, deployment: { ...deployment, meetings: jitsi } };
  online = await loadApi('mentoring', { '#region': withRooms });
});

let keys = 0;
/** A request of somebody; of nobody in particular without a login. */
function call(route: Pick<Route, 'method' | 'path'>, sub: string | undefined, sent: Sent = {}) {
  keys += 1;
  const claims = sub === undefined ? {} : { claims: learnerClaims(sub) };
  return invoke(online, route, {
    headers: { 'idempotency-key': `calendar-${keys}` },
    ...claims,
    ...sent,
  });
}

const start = '2025-06-09T07:00:00Z';

describe('given a session, when somebody wants to come', () => {
  const meeting = (pair: Pair, sessionId: string, as: 'learner' | 'mentor') =>
    invoke(online, routes.readMeeting, {
      claims: learnerClaims(as === 'mentor' ? pair.mentor : pair.learner),
      params: { mentorshipId: pair.mentorshipId, sessionId },
      query: { as },
    });
  async function sessionAt(moment: string) {
    setTime('2025-06-02T00:00:00Z');
    const pair = await newPair();
    const sessionId = await booked(pair, start);
    setTime(moment);
    return { pair, sessionId };
  }

  it('then each has a link of their own to one room, the mentor as its moderator', async () => {
    const { pair, sessionId } = await sessionAt(start);
    const visits = await Promise.all(
      (['learner', 'mentor'] as const).map(async (as) => {
        const { body } = await meeting(pair, sessionId, as);
        const found = routes.readMeeting.answers.body.parse(body);
        const url = new URL(found.way === 'online' ? found.url : '');
        const [, claims = ''] = (url.searchParams.get('jwt') ?? '').split('.');
        const { context } = JSON.parse(Buffer.from(claims, 'base64url').toString());
        return { room: url.pathname, moderator: context.user.moderator, name: context.user.name };
      }),
    );
    const [learner, mentor] = visits;
    expect(learner).toMatchObject({ moderator: 'false', name: '김하늘' });
    expect(mentor).toMatchObject({ moderator: 'true', name: '이멘토', room: learner?.room });
  });

  it('then one of a place leads there, at any time', async () => {
    setTime('2025-06-02T00:00:00Z');
    const pair = await newPair();
    const body = { start, way: 'offline', venue: 'Library' };
    const answer = await ask(pair, routes.bookSessions, { body });
    const [session] = routes.bookSessions.answers.body.parse(answer.body).sessions;
    const { status, body: found } = await meeting(pair, session?.sessionId ?? '', 'mentor');
    expect([status, found]).toEqual([200, { way: 'offline', venue: 'Library' }]);
  });

  it('then a region without rooms says so, and one that is somebody else’s is not there', async () => {
    const { pair, sessionId } = await sessionAt(start);
    const none = await ask(pair, routes.readMeeting, { sessionId });
    expect(none).toMatchObject({ status: 422, body: { code: 'no-meetings' } });
    const stranger = { ...pair, learner: (await newPair()).learner };
    const answer = await meeting(stranger, sessionId, 'learner');
    expect(answer).toMatchObject({ status: 404, body: { code: 'no-such-mentorship' } });
  });

  it('then too early they are told when it opens', async () => {
    const { pair, sessionId } = await sessionAt('2025-06-09T06:49:59Z');
    const detail = expect.stringContaining('06:50:00Z');
    const body = { code: 'meeting-not-open', detail };
    expect(await meeting(pair, sessionId, 'learner')).toMatchObject({ status: 409, body });
  });

  it.each([
    ['2025-06-09T06:49:59Z', 'active', 'booked', 'meeting-not-open'],
    ['2025-06-09T06:50:00Z', 'active', 'booked', 'open'],
    ['2025-06-09T07:59:59Z', 'active', 'booked', 'open'],
    ['2025-06-09T08:00:00Z', 'active', 'booked', 'session-over'],
    // The mentor told how it ended, and they talk on.
    ['2025-06-09T07:40:00Z', 'active', 'ended', 'open'],
    ['2025-06-09T06:55:00Z', 'active', 'cancelled', 'session-over'],
    ['2025-06-09T06:55:00Z', 'paused', 'booked', 'session-held'],
    ['2025-06-09T07:10:00Z', 'paused', 'booked', 'session-held'],
    ['2025-06-09T07:40:00Z', 'paused', 'ended', 'session-held'],
    ['2025-06-09T07:10:00Z', 'ended', 'booked', 'session-over'],
  ] as const)('then at %s, %s, %s: %s', (moment, state, ofSession, outcome) => {
    const session = { state: ofSession, start, minutes: 30 };
    const open = openTimeOf({ state }, session, Temporal.Instant.from(moment));
    expect('because' in open ? open.code : 'open').toBe(outcome);
  });
});

/** Pauses a mentorship at this moment. */
async function pause({ mentorshipId }: Pair) {
  const seen = await stores.mentorships.read(mentorshipId);
  if (seen === undefined) throw new Error('there is no such mentorship');
  const pausedAt = new Date().toISOString();
  const held = { state: 'paused', pausedBecause: 'asked', pausedAt } as const;
  const next = { ...seen, mentorship: { ...seen.mentorship, ...held } };
  await transact([stores.mentorships.change(next, undefined)]);
}

describe('given an address of a calendar', () => {
  async function address(sub: string, query: Record<string, string> = {}) {
    const { status, body } = await call(routes.makeCalendar, sub, { query });
    expect(status).toBe(201);
    const { url } = routes.makeCalendar.answers.body.parse(body);
    return new URL(url).searchParams.get('token') ?? '';
  }
  const follow = (token: string) =>
    call(routes.readCalendar, undefined, { query: { token }, headers: {} });
  function eventsOf(body: unknown) {
    const calendar = new ICAL.Component(ICAL.parse(String(body)));
    expect(calendar.getFirstPropertyValue('method')).toBe('PUBLISH');
    return calendar.getAllSubcomponents('vevent').map((event) => ({
      uid: event.getFirstPropertyValue('uid'),
      start: String(event.getFirstPropertyValue('dtstart')),
      status: event.getFirstPropertyValue('status'),
      location: event.getFirstPropertyValue('location'),
    }));
  }

  it('when a calendar follows it, it has all sessions, and nothing of the other side', async () => {
    setTime('2025-06-02T00:00:00Z');
    const pair = await newPair();
    for (const at of ['2025-06-16T07:00:00Z', start]) await booked(pair, at);
    const gone = await booked(pair, '2025-06-23T07:00:00Z');
    await ask(pair, routes.cancelSession, { sessionId: gone });
    const { status, headers, body } = await follow(await address(pair.learner));
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/calendar; charset=utf-8; method=PUBLISH');
    expect(headers['cache-control']).toBe('no-store');
    expect(eventsOf(body)).toMatchObject([
      { start, status: 'CONFIRMED', location: null },
      { start: '2025-06-16T07:00:00Z', status: 'CONFIRMED' },
    ]);
    // The ids of sessions are drawn, and may spell any word.
    expect(String(body).replaceAll(/ses_\w+/g, '')).not.toMatch(
      /이멘토|김하늘|lrn_|mnt_|jwt|ATTENDEE/,
    );
    await pause(pair);
    const held = await follow(await address(pair.learner));
    expect(eventsOf(held.body).map((one) => one.status)).toEqual(['TENTATIVE', 'TENTATIVE']);
  });

  it('of somebody who is a learner and a mentor it has the sessions of both', async () => {
    setTime('2025-06-02T00:00:00Z');
    const mine = await newPair();
    const { mentor, mentorId } = await newMentor();
    const others = await newPair({}, { mentor, mentorId });
    await booked(mine, start);
    await booked(others, '2025-06-10T07:00:00Z');
    const link = {
      pk: `LOGIN#${mine.learner}`,
      sk: 'MENTOR',
      mentorId,
      email: 'b@village.example',
    };
    await transact([putNew('identity', link)]);
    const { body } = await follow(await address(mine.learner));
    expect(eventsOf(body).map((one) => one.start)).toEqual([start, '2025-06-10T07:00:00Z']);
  });

  it('when there are more than one request takes, none is missing, in few requests', async () => {
    setTime('2025-06-02T00:00:00Z');
    const by = await newMentor();
    const { mentorshipId, learnerId, mentorId } = await newPair({}, by);
    const first = Temporal.Instant.from('2025-06-10T00:00:00Z');
    // Five days of 24, each written at once.
    for (const day of [0, 1, 2, 3, 4]) {
      const taken = Array.from({ length: 24 }, (_, hour) => ({
        ...{ start: first.add({ hours: 24 * day + hour }), minutes: 30 },
        booking: { mentorshipId, sessionId: newId(SessionId, 'ses') },
      }));
      const rows = taken.map(({ start: at, minutes, booking }) => {
        const when = { ...booking, learnerId, mentorId, start: at.toString(), minutes };
        const more = {
          way: 'online',
          state: 'booked',
          uid: booking.sessionId,
          sequence: 0,
        } as const;
        const session = { ...when, ...more };
        return stores.sessions.put({ session, version: 0 }, AreaId.parse('river'), undefined);
      });
      await transact([...rows, ...stores.days.change(partitionOf(mentorId), taken)]);
    }
    const token = await address(by.mentor);
    const before = cloud().asked('BatchGetItem');
    expect(eventsOf((await follow(token)).body)).toHaveLength(120);
    expect(cloud().asked('BatchGetItem') - before).toBe(2);
  });

  it.each(['made anew', 'revoked'])('when it is %s, the one before is nobody’s', async (how) => {
    const { learner } = await newPair();
    const token = await address(learner);
    const fresh = how === 'revoked' ? undefined : await address(learner);
    if (fresh === undefined) await call(routes.revokeCalendar, learner);
    const answer = await follow(token);
    expect(answer).toMatchObject({ status: 404, body: { code: 'no-such-calendar' } });
    if (fresh !== undefined) expect((await follow(fresh)).status).toBe(200);
  });

  it('when the secret is another’s, or made up, nobody’s calendar is shown', async () => {
    const [one, other] = [await newPair(), await newPair()];
    const tokens = await Promise.all([address(one.learner), address(other.learner)]);
    const [[name = ''] = [], [, secret = ''] = []] = tokens.map((token) => token.split('.'));
    expect((await follow(`${name}.${secret}`)).status).toBe(404);
    expect((await follow(`${'A'.repeat(43)}.${secret}`)).status).toBe(404);
    expect((await follow('short')).status).toBe(400);
  });

  it('when it is asked for again with the same key, it is the same; of a stranger there is none', async () => {
    const { learner, learnerId } = await newPair();
    const headers = { 'idempotency-key': 'calendar-twice' };
    const [first, second] = [
      await call(routes.makeCalendar, learner, { headers }),
      await call(routes.makeCalendar, learner, { headers }),
    ];
    expect(second.body).toEqual(first.body);
    for (const sent of [{}, { query: { learnerId } }]) {
      const answer = await call(routes.makeCalendar, 'a-stranger', sent);
      expect(answer).toMatchObject({ status: 404, body: { code: 'no-profile' } });
    }
  });
});
