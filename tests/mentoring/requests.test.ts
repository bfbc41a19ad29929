import { describe, expect, it } from 'vitest';
import { learnerClaims } from '../runtime/requests.ts';
import { village } from '../runtime/village.ts';
import { ask, learner, openMatching, routes, waiting, wishes } from './matches.ts';
import { newPair, sixteen } from './mentorships.ts';
import { coordinator } from './office.ts';

const region = village({
  mentoring: [sixteen],
  areas: [
    { id: 'river', name: { ko: '강', en: 'River' } },
    { id: 'hill', name: { ko: '언덕', en: 'Hill' }, services: ['consulting'] },
  ],
});
const cloud = openMatching(region);

const write = (who: Parameters<typeof ask>[0], body: object = {}, headers = {}) =>
  ask(who, routes.writeRequest, { body: { ...wishes, ...body }, headers });

describe('given a learner with an approval', () => {
  it('asks for a mentor, changes what they ask for, and keeps their place', async () => {
    const someone = await learner();
    const first = await write(someone);
    expect(first).toMatchObject({
      status: 200,
      headers: { etag: '"1"' },
      body: { state: 'open', areaId: 'river', since: '2025-06-02T00:00:01.000Z' },
    });
    const second = await write(someone, { subjects: [] }, { 'if-match': '"1"' });
    expect(second).toMatchObject({ status: 200, headers: { etag: '"2"' }, body: { subjects: [] } });
    expect(second.body).toMatchObject({ requestId: Object(first.body)['requestId'] });
    expect(await ask(someone, routes.readRequest)).toMatchObject({ body: second.body });
  });

  it('who changes what somebody else has changed meanwhile, is told', async () => {
    const someone = await learner();
    await write(someone);
    await write(someone);
    expect(await write(someone, {}, { 'if-match': '"1"' })).toMatchObject({
      status: 412,
      body: { code: 'stale' },
    });
  });

  it('with five requests at once, has one', async () => {
    const someone = await learner();
    const answers = await Promise.all(Array.from({ length: 5 }, () => write(someone)));
    expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(200));
    expect(new Set(answers.map(({ body }) => Object(body)['requestId'])).size).toBe(1);
  });

  it('withdraws, twice too, and asks anew', async () => {
    const someone = await learner();
    const { body } = await write(someone);
    for (const _ of ['first', 'second']) {
      expect(await ask(someone, routes.withdrawRequest)).toMatchObject({ status: 204 });
    }
    expect(await ask(someone, routes.readRequest)).toMatchObject({ body: { state: 'withdrawn' } });
    const again = await write(someone);
    expect(again).toMatchObject({ status: 200, body: { state: 'open' } });
    expect(Object(again.body)['requestId']).not.toBe(Object(body)['requestId']);
  });

  it.each([
    ['an area that is not there', { meetIn: 'moon' }, 'unknown-area'],
    ['a language that is not spoken', { languages: ['ko', 'fr'] }, 'unknown-language'],
  ])('who names %s, is told', async (_what, body, code) => {
    expect(await write(await learner(), body)).toMatchObject({ status: 422, body: { code } });
  });
});

describe('given somebody who may have no mentor', () => {
  it.each([
    ['without an approval', { approval: 'none' }, 'not-eligible'],
    ['whose approval has ended', { approval: { validUntil: '2025-06-01' } }, 'approval-expired'],
    ['whose approval is suspended', { approval: { state: 'suspended' } }, 'approval-suspended'],
    ['in an area without mentoring', { areaId: 'hill' }, 'service-not-offered'],
  ] as const)('%s, is told what to do', async (_what, who, code) => {
    const answered = await write(await learner(who));
    expect(answered).toMatchObject({ status: 422, body: { code } });
  });

  it('has no request to read', async () => {
    expect(await ask(await learner(), routes.readRequest)).toMatchObject({
      status: 404,
      body: { code: 'no-mentor-request' },
    });
  });
});

describe('given a learner who has a mentor', () => {
  it.each([
    ['once, it is asked for again', 1, { status: 409, body: { code: 'mentorship-running' } }],
    ['for good, nothing is answered as if there were none', 99, { status: 503 }],
  ])('when a throttled table leaves the mentorship out %s', async (_what, times, expected) => {
    const { learner: sub } = await newPair();
    let left = times;
    cloud().disturb(async (operation, input) => {
      if (operation !== 'BatchGetItem' || left === 0) return undefined;
      left -= 1;
      const body = JSON.stringify({ Responses: {}, UnprocessedKeys: input['RequestItems'] });
      return { reply: { status: 200, body } };
    });
    expect(await write({ claims: learnerClaims(sub) })).toMatchObject(expected);
  });
});

describe('given requests that wait', () => {
  it('edge case 50: a coordinator lists those of their area, and no other', async () => {
    const [someone] = await waiting(1);
    const list = async (area: string | undefined, query = {}) =>
      ask(await coordinator(area), routes.listRequests, { query });
    const { body } = await list('river', { limit: '100' });
    const listed = routes.listRequests.answers.body.parse(body).requests;
    expect(listed.map(({ learnerId }) => learnerId)).toContain(someone?.learnerId);
    expect(await list('hill')).toMatchObject({ body: { requests: [] } });
    expect(await list('hill', { areaId: 'river' })).toMatchObject({ status: 404 });
    expect(await list(undefined)).toMatchObject({ body: { code: 'area-required' } });
  });
});
