import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { propose, type WaitingRequest } from '../../functions/mentoring/proposal.rules.ts';
import { subjects, type WeeklyTimes } from '../../functions/mentoring/words.contract.ts';
import { AreaId } from '../../regions/schema.ts';
import { runs } from '../runs.ts';
import { known, lock, mentor, now, policy, region, request } from './proposing.ts';

type Asked = Parameters<typeof known>;
const proposed = (...asked: Asked) => propose(region, policy, known(...asked), now);
const matchesOf = (...asked: Asked) =>
  proposed(...asked).pairs.map(({ requestId, mentorId }) => [requestId, mentorId]);

describe('a round', () => {
  it('proposes the best pairs together, not the best pair first', () => {
    const [maths, both] = [['mathematics'] as const, ['mathematics', 'coding'] as const];
    const [sora, tae] = [
      mentor({ subjects: [...both], capacity: 1 }),
      mentor({ capacity: 1, subjects: [...maths] }),
    ];
    const [first, second] = [request({ subjects: [...maths] }), request({ subjects: [...both] })];
    const { pairs, proposal } = proposed([first, second], [sora, tae]);
    expect(new Map(pairs.map((pair) => [pair.requestId, pair.mentorId]))).toEqual(
      new Map([
        [first.requestId, tae.mentor.mentorId],
        [second.requestId, sora.mentor.mentorId],
      ]),
    );
    expect(proposal).toMatchObject({ requests: 2, mentors: 2, pairs: 2, room: 2 });
    expect(proposal.total).toBe(pairs.reduce((sum, { score }) => sum + score, 0));
  });

  it('tells the reasons of a pair, of which the points are its score, and the way to meet', () => {
    const asking = request({
      subjects: ['mathematics'],
      ways: ['offline', 'online'],
      since: '2025-05-18T00:00:00.000Z',
    });
    const [pair] = proposed([asking], [mentor({ subjects: ['mathematics'] })]).pairs;
    expect(pair?.reasons).toEqual([
      { reason: 'pair', count: 1, points: 1 },
      { reason: 'subject', count: 1, points: 2 },
      { reason: 'language', count: 1, points: 1 },
      { reason: 'waiting', count: 2, points: 2 },
      { reason: 'starts', count: 4, points: 4 },
    ]);
    expect(pair).toMatchObject({ score: 10, way: 'online', locked: false, state: 'proposed' });
  });

  it('meets offline in the area that the learner names instead of the own', () => {
    const hill = AreaId.parse('hill');
    const asking = request({ ways: ['offline'], meetIn: hill });
    const comes = mentor({ ways: ['offline'], areas: [hill] });
    expect(matchesOf([asking], [comes])).toHaveLength(1);
    expect(matchesOf([{ ...asking, meetIn: undefined }], [comes])).toEqual([]);
  });

  it('edge case 31: counts times by the clock of the region, wherever the mentor lives', () => {
    const weekly: WeeklyTimes = [{ day: 'monday', from: '03:00', until: '05:00' }];
    const abroad = mentor({ weekly }, { timeZone: 'America/New_York' });
    expect(matchesOf([request()], [abroad])).toHaveLength(1);
    expect(matchesOf([request()], [mentor({ weekly })])).toEqual([]);
  });

  describe('edge case 32: gives a mentor no more learners', () => {
    it.each([
      ['than they take', { capacity: 2 }, 2],
      ['than the policy allows', { capacity: 50 }, 5],
      ['than they have room for beside those whom they have', { capacity: 3, mentees: 2 }, 1],
      ['when they have as many as they take', { capacity: 2, mentees: 2 }, 0],
      [
        'than their week has time for, two half-hours each',
        { weekly: [{ day: 'monday', from: '16:00', until: '18:30' }] satisfies WeeklyTimes },
        2,
      ],
      [
        'when those whom they have take up that time',
        {
          weekly: [{ day: 'monday', from: '16:00', until: '18:30' }] satisfies WeeklyTimes,
          mentees: 2,
        },
        0,
      ],
    ])('%s', (_what, otherwise, expected) => {
      const requests = Array.from({ length: 8 }, () => request());
      expect(matchesOf(requests, [mentor(otherwise)])).toHaveLength(expected);
    });
  });

  describe('never pairs', () => {
    const asking = request({ marks: ['home'] });
    it.each([
      ['edge case 33: someone with themself or their household', mentor({}, { marks: ['home'] })],
      [
        'edge case 34: with a mentor whose check ends before the answer is due',
        mentor({ checkUntil: '2025-06-06' }),
      ],
      ['those of whom a conflict was declared', mentor({}, { conflicts: [asking.learnerId] })],
    ])('%s', (_who, helping) => {
      expect(matchesOf([asking], [helping])).toEqual([]);
    });

    it('those of whom one declined, or whom a coordinator ruled out', () => {
      const helping = mentor();
      const { mentorId } = helping.mentor;
      expect(matchesOf([request({ refused: [mentorId] })], [helping])).toEqual([]);
      expect(matchesOf([request({ vetoed: [mentorId] })], [helping])).toEqual([]);
      expect(matchesOf([request()], [helping])).toHaveLength(1);
    });
  });
});

describe('a locked pair', () => {
  const [good, poor] = [mentor({ subjects: ['science'], capacity: 1 }), mentor({ capacity: 1 })];
  const asking = request({ subjects: ['science'] });

  it('is proposed though another were better, and the two who would rather are told', () => {
    const { pairs, proposal } = proposed([asking], [good, poor], [lock(asking, poor)]);
    expect(pairs).toMatchObject([{ mentorId: poor.mentor.mentorId, locked: true }]);
    const rather = { mentorId: good.mentor.mentorId, requestGains: 2, mentorGains: 9 };
    expect(pairs[0]?.rather).toEqual([rather]);
    expect(proposal.rather).toMatchObject([{ requestId: asking.requestId, ...rather }]);
  });

  it.each([
    ['not-allowed', [request(), mentor({ ways: ['offline'] })]],
    ['no-room', [request(), mentor({ capacity: 1 })]],
    ['not-waiting', [undefined, mentor()]],
  ] as const)('is left out as %s where it cannot be', (because, [waiting, helping]) => {
    const other = request();
    const locks = [lock(other, helping), lock(waiting ?? request(), helping)];
    const requests = waiting === undefined ? [other] : [other, waiting];
    const { leftOut } = proposed(requests, [helping], locks).proposal;
    expect(leftOut).toContainEqual({ ...locks[1], because });
  });
});

describe('with any people, locks and vetoes', () => {
  const times = fc.constantFrom<WeeklyTimes>(
    [{ day: 'monday', from: '16:00', until: '22:00' }],
    [{ day: 'tuesday', from: '16:00', until: '18:00' }],
    [{ day: 'monday', from: '21:00', until: '22:00' }],
  );
  const some = fc.subarray(subjects.slice(0, 4));
  const town = fc.record({
    requests: fc.array(fc.record({ subjects: some, weekly: times }), { maxLength: 12 }),
    mentors: fc.array(
      fc.record({ subjects: some, weekly: times, capacity: fc.integer({ min: 1, max: 3 }) }),
      { minLength: 1, maxLength: 4 },
    ),
    locked: fc.array(fc.tuple(fc.nat(11), fc.nat(3)), { maxLength: 4 }),
    ruledOut: fc.array(fc.tuple(fc.nat(11), fc.nat(3)), { maxLength: 4 }),
  });

  it('no mentor has too many, no request two, and every lock is kept or told of', () => {
    fc.assert(
      fc.property(town, ({ requests, mentors, locked, ruledOut }) => {
        const helping = mentors.map((one) => mentor(one));
        const asking = requests.map((one, index): WaitingRequest => {
          const vetoed = ruledOut.flatMap(([request, at]) =>
            request === index ? (helping[at]?.mentor.mentorId ?? []) : [],
          );
          return request({ ...one, vetoed });
        });
        const locks = new Map(
          locked.flatMap(([request, at]) => {
            const [waiting, other] = [asking[request], helping[at]];
            return waiting && other ? [[request, lock(waiting, other)]] : [];
          }),
        );
        const { pairs, proposal } = proposed(asking, helping, [...locks.values()]);
        expect(new Set(pairs.map(({ requestId }) => requestId)).size).toBe(pairs.length);
        for (const { mentor } of helping) {
          const his = pairs.filter(({ mentorId }) => mentorId === mentor.mentorId);
          expect(his.length).toBeLessThanOrEqual(mentor.capacity);
        }
        for (const { requestId, vetoed } of asking) {
          const pair = pairs.find((one) => one.requestId === requestId);
          expect(pair === undefined || !vetoed.includes(pair.mentorId)).toBe(true);
        }
        const kept = pairs.filter(({ locked }) => locked).length;
        expect(kept + proposal.leftOut.length).toBe(locks.size);
      }),
      { numRuns: runs(20) },
    );
  });
});
