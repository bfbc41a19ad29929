import { isDeepStrictEqual } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { contracts } from '../../functions/contracts.ts';
import { identity } from '../../functions/identity/contract.ts';
import type { Contract, Role, Route } from '../../functions/runtime/route.ts';
import { granted } from '../people.ts';
import { runs } from '../runs.ts';
import { until } from '../until.ts';
import { inPath, madeBody, madeParts, namesIn, namesOf } from './made-body.ts';
import { people } from './people.ts';
import { isThing, nobodys, regions, type Things } from './things.ts';
import { introduceMentor, type Victim, victimIn } from './victim.ts';

/*
 * Edge case 50, made from the contracts: every route that names somebody's thing is asked by everybody to whom the thing
 * does not belong, and answers as if there were no such thing. A new route takes part without being told of; one with a
 * kind of thing that no list of things.ts knows fails.
 */

/** Answers other than 404 that tell nothing either, for they are the same for what nobody has; and why they are given. */
const tellsNothing: Readonly<Record<string, string>> = {
  // Nobody whom the caller acts for has a profile, an approval.
  'POST /applications': '422 profile-required',
  'GET /courses': '422 profile-required',
  'GET /providers': '422 profile-required',
  'PUT /me/enrolments/{place}': '422 not-eligible',
  'POST /me/enrolments/{place}/switch': '422 not-eligible',
  'PUT /me/enrolments/{place}/waiting': '422 not-eligible',
  // What is not there is deleted already.
  'DELETE /me/enrolments/{place}': '204',
  'DELETE /me/enrolments/{place}/waiting': '204',
  'DELETE /me/calendar': '204',
  'DELETE /me/papers/{paperId}': '204',
  // A paper of a mentor, who belongs to the region.
  'GET /mentors/{mentorId}/papers/{paperId}/content': '403 whole-region-only',
};

const all: readonly Contract[] = contracts;
const routes = all.flatMap(({ routes: some }) => Object.values(some));
const titled = (some: readonly Route[]) =>
  some.map((route): [string, Route] => [`${route.method} ${route.path}`, route]);
/** Where someone lives is theirs to say; by an area only staff ask for others. */
const isSomebodys = (route: Route) => (name: string) =>
  isThing(name) && (name !== 'areaId' || route.access.pool === 'staff');

interface Asker {
  readonly who: string;
  readonly token: string;
  readonly side?: string;
}

let victim: Victim;
let before: readonly string[] = [];
/** Those who are alike: what nobody has is asked for by the first of them. */
let learners: readonly Asker[];
let mentors: readonly Asker[];
const foreign = new Map<Role | 'learner', readonly Asker[]>();
const home = new Map<Role | 'learner', Asker>();

const staffRoles = ['officer', 'coordinator', 'safeguarding-lead'] as const;
/** The victim's partner, another one, and an area of the region itself. */
const [theirs, otherPartner, otherArea] = ['incheon', 'north-chungcheong', 'mapo'];

beforeAll(async () => {
  const [found, learner, parent, teacher] = await Promise.all([
    victimIn(people, theirs),
    people.newLearner({ areaId: otherArea }),
    guardian(),
    mentor(),
  ]);
  // In turns: sign-ins of thirteen people at once would keep each of them waiting for too long.
  for (const role of staffRoles) await newStaff(role);
  const other = await people.newStaff('consultant');
  foreign.set('consultant', [{ who: 'another consultant', token: other.token }]);
  victim = found;
  home.set('learner', { who: 'the learner', token: found.learner.token });
  home.set('consultant', { who: 'their consultant', token: found.consultant.token });
  learners = [{ who: 'another learner', token: learner.token }, parent];
  mentors = [teacher];
  // What is done in the background for the learner has reached all lists when two looks at them see the same.
  await until(async () => {
    const seen = before;
    before = await ownLists();
    return isDeepStrictEqual(seen, before);
  });
}, 120_000);

/**
 * Where staff serve to whom the learner is nobody. The same code decides for all roles, and officers are of both kinds; of
 * the others only in `npm run soak`.
 */
function elsewhere(role: (typeof staffRoles)[number]) {
  const places: { readonly areaId?: string; readonly partnerId?: string }[] = [
    { partnerId: otherPartner },
    { areaId: otherArea },
  ];
  if (role === 'officer') return places;
  return (role === 'coordinator' ? places : places.toReversed()).slice(0, runs(1));
}

async function newStaff(role: (typeof staffRoles)[number]): Promise<void> {
  const { token } = await people.newStaff(role, undefined, theirs);
  const others: Asker[] = [];
  for (const place of elsewhere(role)) {
    const other = await people.newStaff(role, place.areaId, place.partnerId);
    others.push({ who: `the ${role} of ${place.areaId ?? place.partnerId}`, token: other.token });
  }
  home.set(role, { who: `the ${role} of ${theirs}`, token });
  foreign.set(role, others);
}

async function guardian(): Promise<Asker> {
  const { api, token } = await people.newLogin();
  const child = { name: '한나래', birthDate: '2016-03-14', stage: 'elementary', areaId: otherArea };
  const body = identity.routes.addChild.body.parse({
    ...child,
    language: 'ko',
    relation: 'mother',
  });
  granted(await api(identity.routes.addChild, { body }));
  return { who: 'a guardian of another child', token };
}

async function mentor(): Promise<Asker> {
  const { api, token } = await people.newLogin();
  await introduceMentor(api);
  return { who: 'another mentor', token, side: 'mentor' };
}

/** What somebody is answered who asks for things: all that was said, and in short. */
async function ask(route: Route, { token, side }: Asker, things: Things) {
  const { mentorId, roundId, learner } = victim;
  const others = { ...regions, mentorId, roundId, ...nobodys };
  const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) =>
    known({ ...others, ...things }, name),
  );
  const sided = side !== undefined && namesIn(route.query).includes('as') ? { as: side } : {};
  const asked = route.query && madeBody(route.query, { ...things, ...sided }, others);
  const made = madeParts(route);
  const answer = await fetch(`${people.url}${path}?${new URLSearchParams(Object(asked))}`, {
    method: route.method,
    headers: {
      authorization: `Bearer ${token}`,
      'idempotency-key': crypto.randomUUID(),
      ...(route.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...made.headers,
    },
    body:
      route.body === undefined
        ? (made.body ?? null)
        : JSON.stringify(madeBody(route.body, things, others)),
  });
  const text = await answer.text();
  const code = answer.status < 400 ? '' : ` ${Object(JSON.parse(text))['code']}`;
  const { areaId: _, ...ids } = victim.own;
  const leaks = [...Object.values(ids), learner.email].filter((id) => text.includes(id));
  return { told: `${answer.status}${code}`, text, leaks };
}

function known(named: Readonly<Record<string, string>>, name: string): string {
  const value = named[name];
  if (value !== undefined) return value;
  throw new Error(`no list of things.ts knows what {${name}} is: say whose it is`);
}

/** Whom a route is for by pool and role, and its thing is not. Who serves the whole region sees all of it. */
function othersOf(route: Route): readonly (readonly Asker[])[] {
  const { access } = route;
  switch (access.pool) {
    case 'none':
      return [];
    case 'public':
      // As a mentor nobody acts for a learner.
      return inPath(route).some(isThing) ? [learners, mentors] : [learners];
    case 'staff':
      return [rolesOf(route).flatMap((role) => foreign.get(role) ?? [])];
  }
}

/** The roles that see some learners and not others; a consultant sees those who have booked with them. */
function rolesOf({ access }: Route): readonly (Role | 'learner')[] {
  if (access.pool !== 'staff') return access.pool === 'public' ? ['learner'] : [];
  return access.roles.filter(
    (role) => role !== 'administrator' && (role !== 'consultant' || access.roles.length === 1),
  );
}

/** What the learner reads of what is theirs, without what is signed for a moment. */
function ownLists(): Promise<readonly string[]> {
  const lists = routes.filter(
    ({ method, path, access }) =>
      method === 'GET' &&
      access.pool === 'public' &&
      !path.includes('{') &&
      path.startsWith('/me') &&
      // Of its own moment, with addresses that are signed.
      path !== '/me/data',
  );
  const { token } = victim.learner;
  const asker = { who: 'the learner', token };
  return Promise.all(
    lists.map(async (route) => {
      const { told, text } = await ask(route, asker, {});
      return `${route.path} ${told === '200' ? text : told}`;
    }),
  );
}

it.each(titled(routes))('of %s it is known whose the things are that it names', (_title, route) => {
  const named = namesOf(route).filter((name) => /Id$/.test(name) || inPath(route).includes(name));
  expect(named.filter((name) => !isThing(name) && !(name in regions))).toEqual([]);
});

const closed = routes.filter(({ access }) => access.pool !== 'none');
const about = closed.filter(
  (route) => namesOf(route).some(isSomebodys(route)) && rolesOf(route).length > 0,
);
const ofRegion = (title: string) => tellsNothing[title]?.includes('whole-region-only') === true;

describe('edge case 50: somebody else’s thing is as one that nobody has', () => {
  it.each(titled(about))('%s', async (title, route) => {
    expect(await told(title, route, victim.own)).toEqual([]);
  });

  // A body may name a learner and nothing else. Whoever reports to the leads is never turned away (ADR 21).
  const bodies = about.filter(({ body }) => namesIn(body).includes('learnerId'));
  it.each(titled(bodies).filter(([title]) => title !== 'POST /reports'))(
    '%s, naming the learner alone',
    async (title, route) => {
      const { learnerId } = victim.own;
      expect(await told(title, route, { learnerId })).toEqual([]);
    },
  );

  /** Whom of those to whom it is not theirs a route told something, and what. */
  async function told(title: string, route: Route, things: Things): Promise<readonly string[]> {
    const names = Object.keys(things).filter(isThing);
    const none = Object.fromEntries(names.map((name) => [name, nobodys[name]]));
    const wrong = othersOf(route).map(async (alike) => {
      const [first] = alike;
      const expected = first && (await ask(route, first, none)).told;
      const answers = alike.map(async (asker) => {
        const answer = await ask(route, asker, things);
        const fine = /^404/.test(answer.told) || answer.told === tellsNothing[title];
        return fine && answer.told === expected && answer.leaks.length === 0
          ? []
          : [`${asker.who}: ${answer.told}, nobody's ${expected}`];
      });
      return (await Promise.all(answers)).flat();
    });
    return (await Promise.all(wrong)).flat();
  }

  it.each(titled(closed.filter(({ method }) => method === 'GET')))(
    '%s, asked without naming anything, says nothing of it',
    async (_title, route) => {
      const askers = othersOf(route).flat();
      const answers = await Promise.all(askers.map((asker) => ask(route, asker, {})));
      expect(answers.flatMap(({ leaks }) => leaks)).toEqual([]);
    },
  );

  const reads = titled(about.filter(({ method }) => method === 'GET'));
  it.each(reads.filter(([title]) => !ofRegion(title)))(
    '%s is answered to those whom it concerns',
    async (_title, route) => {
      const askers = rolesOf(route).flatMap((role) => home.get(role) ?? []);
      expect(askers).not.toEqual([]);
      for (const asker of askers) {
        const { told } = await ask(route, asker, victim.own);
        expect(told, asker.who).not.toBe((await ask(route, asker, nobodys)).told);
      }
    },
  );

  it('and after all that, nothing of the learner’s has changed', async () => {
    expect(await ownLists()).toEqual(before);
  });
});

const ofProviders = closed.filter(({ path }) => /^\/(provisioning|reports\/savings)\b/.test(path));
it.each(titled(ofProviders))('%s is no business of a hosted partner', async (_title, route) => {
  const told = async (role: Role) => {
    const asker = home.get(role);
    return asker && (await ask(route, asker, {})).told;
  };
  expect(await told('officer')).toBe('403 wrong-role');
  expect(await told('coordinator')).toBe('403 whole-region-only');
});

it('row 14: the weekly round is proposed though nobody asks for it, once', () => {
  expect(victim.rounds).toMatchObject([{ wantedBy: 'schedule', proposal: { requests: 1 } }]);
});
