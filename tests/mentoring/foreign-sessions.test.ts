import { beforeAll, describe, expect, it } from 'vitest';
import type { Route } from '../../functions/runtime/route.ts';
import { madeBody } from '../region/made-body.ts';
import {
  ask,
  booked,
  newMentor,
  newPair,
  openMentoring,
  type Pair,
  routes,
  staffAsks,
  stores,
} from './mentorships.ts';

/*
 * Edge case 50, below a thing of one's own: every route of the contract that names a session in a mentorship is asked for
 * another learner's session under the caller's own mentorship, with the same mentor, who may see both.
 */

openMentoring();

const nobodys = `ses_${'0'.repeat(26)}`;
const all: readonly Route[] = Object.values(routes);
const named = all
  .filter(({ path }) => path.includes('{mentorshipId}') && path.includes('{sessionId}'))
  .map((route): [string, Route] => [`${route.method} ${route.path}`, route]);

let own: Pair;
let other: Pair;
let theirs: string;
let mine: string;

beforeAll(async () => {
  const mentor = await newMentor();
  own = await newPair({}, mentor);
  other = await newPair({}, mentor);
  mine = await booked(own, '2025-06-09T07:00:00Z');
  theirs = await booked(other, '2025-06-10T07:00:00Z');
});

/** What each who may use the route is answered about a session under the own mentorship. */
async function answered(route: Route, sessionId: string) {
  const body = route.body && madeBody(route.body, {}, {});
  const sent = { sessionId, body, ifMatch: '"1"' };
  if (route.access.pool === 'staff') return [await staffAsks(own, route, sent)];
  const sides = ['learner', 'mentor'] as const;
  return Promise.all(sides.map((as) => ask(own, route, { ...sent, as })));
}

describe('edge case 50: a session of another’s mentorship, under one’s own', () => {
  it('is asked for by every route that names both', () => {
    expect(named.length).toBeGreaterThan(5);
  });

  it.each(named)('%s: is as one that nobody has', async (_title, route) => {
    const answers = await answered(route, theirs);
    const told = (some: typeof answers) =>
      some.map(({ status, body }) => [status, Object(body).code]);
    expect(told(answers)).toEqual(told(await answered(route, nobodys)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 404));
    expect(told(answers).flat()).toContain('no-such-session');
    expect(JSON.stringify(answers)).not.toContain('2025-06-10T07:00:00Z');
  });

  it.each(named)('%s: one’s own is found', async (_title, route) => {
    const found = (await answered(route, mine)).filter(({ status }) => status !== 404);
    expect(found).not.toEqual([]);
  });

  it('and after all that, the other’s is as it was', async () => {
    const [seen] = await stores.sessions.listOf(other.mentorshipId);
    expect(seen).toMatchObject({ version: 1, session: { sessionId: theirs, state: 'booked' } });
  });
});
