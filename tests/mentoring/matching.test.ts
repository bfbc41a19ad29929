import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { terms, townOf } from '../../bench/matching/town.ts';
import { assign } from '../../functions/mentoring/assignment.rules.ts';
import { edgeBetween, none, requestOf } from '../../functions/mentoring/edges.rules.ts';
import {
  edgesOf,
  explainPair,
  type FreeMentor,
  mostPoints,
  type OpenRequest,
  type Reason,
  roomInRound,
  type Terms,
} from '../../functions/mentoring/matching.rules.ts';
import { slotsOf, startsOf } from '../../functions/mentoring/slots.rules.ts';
import { WeeklyTimes } from '../../functions/mentoring/words.contract.ts';
import { AreaId } from '../../regions/schema.ts';
import { runs } from '../runs.ts';

const [river, hill] = [AreaId.parse('river'), AreaId.parse('hill')];

/** Where half-hour sessions can begin within times such as "monday 16:00-17:00". */
function starts(...written: readonly string[]) {
  const times = written.map((one) => {
    const [day, from, until] = one.split(/[ -]/);
    return { day, from, until };
  });
  const zone = 'Asia/Seoul';
  return startsOf(slotsOf(WeeklyTimes.parse(times), { from: zone, to: zone, day: terms.on }), 2);
}

function mentor(overrides: Partial<FreeMentor> = {}): FreeMentor {
  return {
    mentorId: 'minji',
    capacity: 2,
    subjects: ['mathematics', 'coding'],
    topics: ['career'],
    languages: ['ko', 'en'],
    ways: ['online'],
    areas: [],
    starts: starts('monday 16:00-18:00'),
    marks: ['minji'],
    checkUntil: '2026-12-31',
    conflicts: [],
    ...overrides,
  };
}

function request(overrides: Partial<OpenRequest> = {}): OpenRequest {
  return {
    requestId: 'request',
    learnerId: 'gaon',
    areaId: river,
    subjects: ['mathematics'],
    topics: [],
    languages: ['ko'],
    ways: ['online'],
    starts: starts('monday 17:30-20:00'),
    marks: ['gaon'],
    refusedMentors: [],
    vetoedMentors: [],
    waitingSince: '2026-03-02',
    ...overrides,
  };
}

const scores = (theirs: FreeMentor, ours: OpenRequest, under = terms) => [
  ...edgesOf([theirs], [ours], under).score,
];

describe('two who are never paired', () => {
  it.each<[string, Partial<FreeMentor>, Partial<OpenRequest>, string[]]>([
    [
      'edge case 32: a mentor who has all the mentees they have room for',
      { capacity: 0 },
      {},
      ['no-room'],
    ],
    ['edge case 33: a mentor with themself', { marks: ['minji', 'gaon'] }, {}, ['same-household']],
    [
      'edge case 33: a mentor with their household',
      { marks: ['minji', 'home-7'] },
      { marks: ['gaon', 'home-7'] },
      ['same-household'],
    ],
    ['edge case 34: a check that has expired', { checkUntil: '2026-02-28' }, {}, ['check-expires']],
    [
      'edge case 34: a check that expires before the last day',
      { checkUntil: '2026-05-30' },
      {},
      ['check-expires'],
    ],
    ['a conflict that the mentor declared', { conflicts: ['gaon'] }, {}, ['conflict']],
    ['a mentor whom the learner refused', {}, { refusedMentors: ['minji'] }, ['refused']],
    ['a pair that a coordinator vetoed', {}, { vetoedMentors: ['minji'] }, ['vetoed']],
    ['no start that both have', {}, { starts: starts('monday 18:00-20:00') }, ['no-shared-start']],
    [
      'less than a session that both have',
      {},
      { starts: starts('monday 17:45-20:00') },
      ['no-shared-start'],
    ],
    ['no language that both speak', {}, { languages: ['vi', 'zh'] }, ['no-shared-language']],
    ['no way that both meet', {}, { ways: ['offline'] }, ['no-shared-way']],
    [
      'offline in an area where the mentor does not come',
      { ways: ['offline'], areas: [hill] },
      { ways: ['offline'] },
      ['no-shared-way'],
    ],
    [
      'all that stands in the way is told',
      { capacity: 0 },
      { languages: ['vi'] },
      ['no-room', 'no-shared-language'],
    ],
  ])('%s', (_what, theirs, ours, obstacles) => {
    const [one, other] = [mentor(theirs), request(ours)];
    expect(explainPair(one, other, terms)).toEqual({ kind: 'forbidden', obstacles });
    expect(scores(one, other)).toEqual([]);
  });

  it('edge case 34: a check that is valid on the last day holds', () => {
    expect(scores(mentor({ checkUntil: '2026-05-31' }), request())).toHaveLength(1);
  });
});

describe('what speaks for a pair', () => {
  const base: Reason[] = [
    { reason: 'pair', count: 1, points: 100 },
    { reason: 'subject', count: 1, points: 20 },
    { reason: 'language', count: 1, points: 15 },
    { reason: 'way', count: 1, points: 8 },
  ];
  const but = (reason: Reason['reason'], ...others: Reason[]) => [
    ...base.filter((one) => one.reason !== reason),
    ...others,
  ];

  it.each<[string, Partial<FreeMentor>, Partial<OpenRequest>, Reason[]]>([
    ['a subject, the language and the way', {}, {}, base],
    [
      'each subject that was asked for',
      {},
      { subjects: ['mathematics', 'coding', 'art'] },
      but('subject', { reason: 'subject', count: 2, points: 40 }),
    ],
    [
      'each topic',
      {},
      { topics: ['career', 'college'] },
      [...base, { reason: 'topic', count: 1, points: 10 }],
    ],
    ['nothing for a subject that nobody asked for', {}, { subjects: ['art'] }, but('subject')],
    [
      'nothing for a language that is the second best',
      {},
      { languages: ['zh', 'ko'] },
      but('language'),
    ],
    [
      'nothing for a way that is the second best',
      { ways: ['online'] },
      { ways: ['offline', 'online'] },
      but('way'),
    ],
    [
      'offline where the mentor comes to',
      { ways: ['offline'], areas: [river] },
      { ways: ['offline', 'online'] },
      base,
    ],
    [
      'whole weeks of waiting',
      {},
      { waitingSince: '2026-02-10' },
      [...base, { reason: 'waiting', count: 2, points: 4 }],
    ],
    [
      'no more weeks than count',
      {},
      { waitingSince: '2025-02-10' },
      [...base, { reason: 'waiting', count: 12, points: 24 }],
    ],
    [
      'starts beside the first',
      {},
      { starts: starts('monday 17:00-20:00') },
      [...base, { reason: 'starts', count: 2, points: 2 }],
    ],
    [
      'no more starts than count',
      {},
      { starts: starts('monday 00:00-24:00') },
      [...base, { reason: 'starts', count: 6, points: 6 }],
    ],
  ])('%s', (_what, theirs, ours, reasons) => {
    const [one, other] = [mentor(theirs), request(ours)];
    const explained = explainPair(one, other, {
      ...terms,
      weights: { ...terms.weights, starts: 6 },
    });
    const sum = reasons.reduce((total, { points }) => total + points, 0);
    expect(explained).toMatchObject({ kind: 'allowed', score: sum });
    expect(explained.kind === 'allowed' && new Set(explained.reasons)).toEqual(new Set(reasons));
  });
});

describe('how many requests a round gives a mentor', () => {
  it.each<[string, number, string[], number, number]>([
    ['edge case 32: as many as they have room for', 2, ['monday 10:00-18:00'], 2, 2],
    ['no more than their times hold side by side', 6, ['monday 16:00-18:00'], 2, 2],
    ['each with all their sessions of a week', 6, ['monday 16:00-17:30'], 2, 1],
    ['none with too little time', 6, ['monday 16:00-16:30'], 2, 0],
    ['none when they have too many', -1, ['monday 10:00-18:00'], 1, 0],
  ])('%s', (_what, free, times, aWeek, expected) => {
    expect(roomInRound(free, starts(...times), { quarters: 2, aWeek })).toBe(expected);
  });
});

describe('all pairs at once', () => {
  it('are just those, and worth just that, which is explained of each', () => {
    let [allowed, forbidden] = [0, 0];
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 0, max: 12 }), (seed, most) => {
        const { mentors, requests } = townOf(25, 30, seed);
        const under: Terms = { ...terms, weights: { ...terms.weights, starts: most } };
        const edges = edgesOf(mentors, requests, under);
        for (const [row, ours] of requests.entries()) {
          for (const [column, theirs] of mentors.entries()) {
            const explained = explainPair(theirs, ours, under);
            const edge = edgeBetween(edges, row, column);
            const score = edge === none ? undefined : edges.score[edge];
            expect(score).toBe(explained.kind === 'allowed' ? explained.score : undefined);
            if (explained.kind === 'allowed') allowed += 1;
            else forbidden += 1;
          }
        }
      }),
      { numRuns: runs(25) },
    );
    expect(Math.min(allowed, forbidden)).toBeGreaterThan(1_000);
  });

  it('edge case 33: members who are mentors get a mentor, never themselves', () => {
    const { mentors, requests } = townOf(120, 120, 7);
    const edges = edgesOf(mentors, requests, terms);
    const { chosen } = assign(
      edges,
      mentors.map(({ capacity }) => capacity),
    );
    const marksOf = (edge: number) => mentors[edges.mentor[edge] ?? none]?.marks ?? [];
    const pairs = [...chosen].filter((edge) => edge !== none);
    const own = pairs.filter((edge) => {
      const ours = requests[requestOf(edges, edge)];
      return ours?.marks.some((mark) => marksOf(edge).includes(mark));
    });
    expect(own).toEqual([]);
    expect(pairs.length).toBeGreaterThan(100);
    expect(mentors.filter(({ marks }) => marks.length > 0).length).toBeGreaterThan(3);
  });

  it('whom a coordinator vetoes they never get, and the total is never higher for it', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const { mentors, requests } = townOf(10, 20, seed);
        const capacities = mentors.map(({ capacity }) => capacity);
        const before = edgesOf(mentors, requests, terms);
        const { chosen, total } = assign(before, capacities);
        const vetoed = requests.map((one, row) => {
          const theirs = mentors[before.mentor[chosen[row] ?? none] ?? none];
          return { ...one, vetoedMentors: theirs === undefined ? [] : [theirs.mentorId] };
        });
        const after = edgesOf(mentors, vetoed, terms);
        const again = assign(after, capacities);
        expect(again.total).toBeLessThanOrEqual(total);
        for (const [row, edge] of again.chosen.entries()) {
          if (edge === none) continue;
          expect(after.mentor[edge]).not.toBe(before.mentor[chosen[row] ?? none]);
        }
      }),
      { numRuns: runs(20) },
    );
  });

  it('are refused under weights that no edge can hold', () => {
    const under = (weights: Partial<Terms['weights']>): Terms => ({
      ...terms,
      weights: { ...terms.weights, ...weights },
    });
    const pairs = (at: Terms) => () => scores(mentor(), request(), at);
    const spare = 65_535 - mostPoints(terms.weights) + terms.weights.pair;
    expect(pairs(under({ pair: spare }))).not.toThrow();
    expect(pairs(under({ pair: spare + 1 }))).toThrow(RangeError);
    expect(pairs(under({ pair: 0 }))).toThrow(RangeError);
  });
});
