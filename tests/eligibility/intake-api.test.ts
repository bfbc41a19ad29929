import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { captureLog } from '../runtime/log-lines.ts';
import { firstPolicy, village } from '../runtime/village.ts';
import { office, routes } from './office.ts';

captureLog();

/** Nine hours before UTC all year: the intake closes at 18:00 there, at 09:00 UTC. */
const region = village({
  timeZone: 'Asia/Seoul',
  policies: [{ ...firstPolicy, from: '2020-01-01' }],
  intakes: [{ opens: '2025-03-01T09:00', closes: '2025-11-30T18:00' }],
});
const { apply, learner, newKey } = office(region);

describe('edge case 15: given an intake that closes at 18:00 in the region', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it.each([
    ['opens', '2025-03-01T00:00:00.000Z'],
    ['is in its last second', '2025-11-30T08:59:59.000Z'],
    ['is in its last millisecond', '2025-11-30T08:59:59.999Z'],
  ])('an application that comes as it %s is made', async (_when, moment) => {
    vi.setSystemTime(moment);
    const answer = await apply((await learner()).sub);
    expect(answer.status).toBe(201);
    expect(routes.apply.answers.body.parse(answer.body)).toMatchObject({
      state: 'waiting',
      submittedAt: moment,
    });
  });

  it.each([
    ['a second before it opens', '2025-02-28T23:59:59.000Z'],
    ['in the second after its last', '2025-11-30T09:00:00.000Z'],
    ['in the last second of that hour in UTC', '2025-11-30T17:59:59.000Z'],
  ])('one that comes %s is refused', async (_when, moment) => {
    vi.setSystemTime(moment);
    expect(await apply((await learner()).sub)).toMatchObject({
      status: 422,
      body: { code: 'intake-closed' },
    });
  });

  it('one of its last second, sent again with its key once it is closed, is answered as before', async () => {
    const { sub } = await learner();
    const headers = newKey();
    vi.setSystemTime('2025-11-30T08:59:59.000Z');
    const first = await apply(sub, 'out-of-school', headers);
    vi.setSystemTime('2025-11-30T09:00:01.000Z');
    expect(first.status).toBe(201);
    expect(await apply(sub, 'out-of-school', headers)).toMatchObject({
      status: 201,
      body: first.body,
    });
  });
});
