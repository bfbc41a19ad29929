import { beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { paperOf } from '../documents/papers.ts';
import { captureLog } from '../runtime/log-lines.ts';
import { invoke, learnerClaims } from '../runtime/requests.ts';
import { office, routes } from './office.ts';

captureLog();

const {
  act,
  api,
  apply,
  claimCase,
  cloud,
  decide,
  newKey,
  officer,
  readCase,
  settle,
  trailOf,
  waiting,
} = office();

describe('given an officer of an area', () => {
  let river: Awaited<ReturnType<typeof officer>>;
  let hill: Awaited<ReturnType<typeof officer>>;
  beforeEach(async () => {
    river = await officer('river');
    hill = await officer('hill');
  });

  it('decides what they have claimed, once', async () => {
    const found = await waiting('river');
    expect(await decide(found, river)).toMatchObject({
      status: 409,
      body: { code: 'claim-first' },
    });
    expect(await claimCase(found, river)).toMatchObject({
      status: 200,
      headers: { etag: '"2"' },
      body: { claim: { by: river.staffId } },
    });
    const { status, headers, body } = await decide(found, river);
    expect({ status, etag: headers['etag'] }).toEqual({ status: 200, etag: '"3"' });
    expect(body).toMatchObject({ state: 'approved', decision: { officer: river.staffId } });
    expect(await decide(found, river)).toMatchObject({
      status: 409,
      body: { code: 'already-decided' },
    });
  });

  it('edge case 10: decides on clean papers, and keeps how long they are valid', async () => {
    const found = await waiting('river');
    await paperOf(found.learnerId, { state: 'quarantined', expiresOn: '2099-12-31' });
    await claimCase(found, river);
    const shown = await waiting('river');
    await paperOf(shown.learnerId, { expiresOn: '2099-06-19' });
    await paperOf(shown.learnerId, { state: 'refused', expiresOn: '2099-12-31' });
    await claimCase(shown, river);
    const decisions = [await decide(found, river), await decide(shown, river)].map(({ body }) => {
      const { papersUntil, decision } = routes.decide.answers.body.parse(body);
      return [papersUntil, decision?.findings.find(({ rule }) => rule === 'evidence')?.met];
    });
    expect(decisions).toEqual([
      [undefined, false],
      ['2099-06-19', true],
    ]);
  });

  it('ten times at once with one key, decides once and hears ten times the same', async () => {
    const found = await waiting('river');
    await claimCase(found, river);
    const headers = newKey();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => decide(found, river, { headers })),
    );
    for (const { status, body } of answers) {
      expect({ status, body }).toEqual({ status: 200, body: answers[0]?.body });
    }
  });

  it('and ten others who claim one case at once: one has it, and only they decide', async () => {
    const found = await waiting('river');
    const officers = await Promise.all(Array.from({ length: 10 }, () => officer('river')));
    const answers = await Promise.all(officers.map((claims) => claimCase(found, claims)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const others = officers.filter((_, index) => answers[index]?.status !== 200);
    for (const refused of await Promise.all(others.map((claims) => decide(found, claims))))
      expect(refused).toMatchObject({ status: 409, body: { code: 'claimed-by-another' } });
    const [holder] = officers.filter((claims) => !others.includes(claims));
    if (holder === undefined) throw new Error('one of them has it');
    expect(await decide(found, holder)).toMatchObject({ status: 200 });
  });

  it('puts a case back, for others to claim; twice is fine', async () => {
    const found = await waiting('river');
    const other = await officer('river');
    await claimCase(found, river);
    expect(await act(routes.release, found, other)).toMatchObject({ status: 409 });
    expect(await act(routes.release, found, river)).toMatchObject({ status: 204 });
    expect(await act(routes.release, found, river)).toMatchObject({ status: 204 });
    expect(await claimCase(found, other)).toMatchObject({ status: 200 });
  });

  it('on what they saw before, hears that it is stale', async () => {
    const found = await waiting('river');
    const headers = { ...newKey(), 'if-match': '"9"' };
    expect(await decide(found, river, { headers })).toMatchObject({
      status: 412,
      body: { code: 'stale' },
    });
  });

  it('reads who applied, and each look is in the trail before it is answered', async () => {
    const found = await waiting('river');
    expect(await act(routes.readApplicant, found, river)).toMatchObject({
      status: 200,
      body: { learnerId: found.learnerId, name: '김하늘' },
    });
    await readCase(found, river);
    expect(await trailOf(found.learnerId)).toEqual([
      'learner applied',
      'staff applicant-read',
      'staff application-read',
    ]);
    cloud().disturb(async (operation) => {
      if (operation !== 'PutItem') return undefined;
      throw new Error('the trail is out of reach');
    });
    expect(await act(routes.readApplication, found, river)).toMatchObject({ status: 503 });
    cloud().disturb(undefined);
  });

  it('asks for papers in words that the applicant reads, who hands in', async () => {
    const found = await waiting('river');
    await claimCase(found, river);
    const body = { evidence: ['school-letter'], message: 'This year’s letter, please.' };
    expect(await act(routes.requestMore, found, river, { body })).toMatchObject({
      status: 200,
      body: { waitingFor: 'evidence', request: body },
    });
    const mine = await invoke(api(), routes.listMine, { claims: learnerClaims(found.sub) });
    expect(mine).toMatchObject({ body: { applications: [{ request: body }] } });
    await paperOf(found.learnerId);
    const handedIn = await act(routes.handIn, found, learnerClaims(found.sub));
    expect(handedIn).toMatchObject({ status: 200, body: { waitingFor: 'officer-group' } });
    await settle(found, river, 'approved');
    expect(await trailOf(found.learnerId)).toEqual([
      'learner applied',
      'staff case-claimed',
      'staff evidence-requested',
      'learner handed-in',
      'staff case-claimed',
      'staff approved',
    ]);
  });

  it('edge 50: is told that another area’s application is not there', async () => {
    const application = await waiting('hill');
    const refused = { status: 404, body: { code: 'no-such-application' } };
    expect(await decide(application, river)).toMatchObject(refused);
    const params = { applicationId: application.applicationId };
    expect(await invoke(api(), routes.readApplication, { params, claims: river })).toMatchObject(
      refused,
    );
    expect(await invoke(api(), routes.readApplication, { params, claims: hill })).toMatchObject({
      status: 200,
    });
  });

  const list = (claims: Record<string, string>, query: Record<string, string> = {}) =>
    invoke(api(), routes.listWaiting, { claims, query });

  it('sees what waits there without naming the area', async () => {
    const { applicationId } = await waiting('river');
    await waiting('hill');
    const { body } = await list(river, { limit: '100' });
    const { applications } = routes.listWaiting.answers.body.parse(body);
    expect(applications.map((found) => found.applicationId)).toContain(applicationId);
    expect(new Set(applications.map(({ areaId }) => areaId))).toEqual(new Set(['river']));
  });

  it.each([
    ['another area', 'hill'],
    ['an area that is not there', 'moon'],
  ])('edge 50: asking for %s, is told that it is not there', async (_what, areaId) => {
    expect(await list(river, { areaId })).toMatchObject({
      status: 404,
      body: { code: 'no-such-area' },
    });
  });

  it('edge 50: does not get into another area by its cursor', async () => {
    await Promise.all([waiting('hill'), waiting('hill')]);
    const { body } = await list(hill, { limit: '1' });
    const { cursor } = z.looseObject({ cursor: z.string() }).parse(body);
    expect(await list(river, { cursor })).toMatchObject({
      status: 400,
      body: { code: 'malformed', errors: [{ field: 'query.cursor' }] },
    });
  });

  it.each([['0'], ['101'], ['many'], ['1.5']])(
    'asking for pages of %s, is corrected',
    async (limit) => {
      expect(await list(river, { limit })).toMatchObject({
        status: 400,
        body: { errors: [{ field: 'query.limit' }] },
      });
    },
  );

  it('of the whole region, says which area', async () => {
    const everywhere = await officer();
    expect(await list(everywhere)).toMatchObject({ status: 422, body: { code: 'area-required' } });
    expect(await list(everywhere, { areaId: 'hill' })).toMatchObject({ status: 200 });
  });
});

describe('edge case 11: given a rejection', () => {
  it('is appealed to another officer, and the first decision stays', async () => {
    const [first, second] = [await officer('river'), await officer('river')];
    const found = await waiting('river');
    const { decision } = await settle(found, first, 'rejected');
    const body = { reason: 'The letter came on 5 March.' };
    const own = learnerClaims(found.sub);
    expect(await act(routes.appeal, found, own, { body })).toMatchObject({
      status: 200,
      body: { state: 'waiting', waitingFor: 'appeal' },
    });
    expect(await claimCase(found, first)).toMatchObject({
      status: 403,
      body: { code: 'same-officer' },
    });
    const settled = await settle(found, second, 'approved');
    expect(settled).toMatchObject({ earlier: [decision], decision: { officer: second.staffId } });
  });

  it('can be followed by a new case, after which it cannot be appealed', async () => {
    const found = await waiting('river');
    const rejected = await settle(found, await officer('river'), 'rejected');
    expect(await apply(found.sub)).toMatchObject({ status: 201 });
    const body = { reason: 'After all.' };
    expect(await act(routes.appeal, found, learnerClaims(found.sub), { body })).toMatchObject({
      status: 409,
      body: { code: 'application-waiting' },
    });
    expect(await readCase(found, await officer('river'))).toEqual(rejected);
  });
});

describe('edge case 7: given words with a resident registration number', () => {
  const number = '900101-1234567';
  const words = `Her number is ${number}.`;

  it.each([
    ['requestMore', 'message', { evidence: [], message: words }],
    ['decide', 'reason', { outcome: 'approved', reason: words }],
    ['tellApart', 'reason', { verdict: 'different-people', reason: words }],
    ['appeal', 'reason', { reason: words }],
  ] as const)('%s: 400 that names the field and repeats no number', async (name, field, body) => {
    const found = await waiting('river');
    const claims = name === 'appeal' ? learnerClaims(found.sub) : await officer('river');
    const answer = await act(routes[name], found, claims, { body });
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 'malformed', errors: [{ field: `body.${field}` }] },
    });
    expect(JSON.stringify(answer)).not.toContain(number);
  });
});
