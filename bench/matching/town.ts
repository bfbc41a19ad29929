import { Temporal } from 'temporal-polyfill';
import {
  type FreeMentor,
  type OpenRequest,
  roomInRound,
  type Terms,
} from '../../functions/mentoring/matching.rules.ts';
import { type Slots, slotsOf, startsOf } from '../../functions/mentoring/slots.rules.ts';
import { subjects, topics, type WeeklyTimes } from '../../functions/mentoring/words.contract.ts';
import { AreaId, weekdays } from '../../regions/schema.ts';
import { Chance } from '../chance.ts';

/** A town of made-up mentors and requests. */
export interface Town {
  readonly mentors: readonly FreeMentor[];
  readonly requests: readonly OpenRequest[];
}

/** What the bench pairs under. */
export const terms: Terms = {
  weights: {
    pair: 100,
    subject: 20,
    topic: 10,
    language: 15,
    way: 8,
    week: 2,
    weeks: 12,
    start: 1,
    starts: 8,
  },
  on: Temporal.PlainDate.from('2026-03-02'),
  checkedThrough: Temporal.PlainDate.from('2026-05-31'),
};

const session = { quarters: 2, aWeek: 2 };
const zone = 'Asia/Seoul';
const areas = Array.from({ length: 25 }, (_, number) => AreaId.parse(`area-${number + 1}`));
const ways = [['online'], ['online', 'offline'], ['offline', 'online'], ['offline']] as const;

/** As many mentors and requests as asked for; the same seed makes the same town. */
export function townOf(mentors: number, requests: number, seed: number): Town {
  const chance = new Chance(seed);
  return {
    mentors: Array.from({ length: mentors }, (_, number) => mentorOf(chance, number)),
    requests: Array.from({ length: requests }, (_, number) => requestOf(chance, number)),
  };
}

function mentorOf(chance: Chance, number: number): FreeMentor {
  const starts = startsIn(chance, chance.between(2, 4), [16, 21]);
  return {
    mentorId: `mentor-${number}`,
    capacity: roomInRound(chance.between(1, 6), starts, session),
    areas: chance.some(areas, chance.between(1, 4)),
    checkUntil: chance.happens(0.97) ? '2026-12-31' : '2026-04-30',
    // One in twenty is a member too, and asks for a mentor of their own (edge case 33).
    marks: chance.happens(0.05) ? [`learner-${number}`] : [],
    conflicts: chance.happens(0.05) ? [`learner-${number + 1}`] : [],
    subjects: chance.some(subjects, chance.between(1, 4)),
    topics: chance.some(topics, chance.between(1, 3)),
    languages: chance.happens(0.97) ? ['ko', ...chance.some(['en', 'zh'], 1)] : ['en', 'vi'],
    ways: ways[chance.between(0, ways.length - 1)] ?? [],
    starts,
  };
}

function requestOf(chance: Chance, number: number): OpenRequest {
  const learnerId = `learner-${number}`;
  return {
    requestId: `request-${number}`,
    learnerId,
    areaId: chance.some(areas, 1)[0] ?? AreaId.parse('area-1'),
    refusedMentors: chance.happens(0.03) ? [`mentor-${chance.between(0, 499)}`] : [],
    vetoedMentors: [],
    waitingSince: terms.on.subtract({ days: chance.between(0, 120) }).toString(),
    marks: [learnerId],
    subjects: chance.some(subjects, chance.between(1, 3)),
    topics: chance.some(topics, chance.between(0, 2)),
    languages: chance.happens(0.93) ? ['ko'] : chance.some(['ko', 'en', 'zh', 'vi'], 2),
    ways: ways[chance.between(0, ways.length - 1)] ?? [],
    starts: startsIn(chance, chance.between(1, 3), [15, 20]),
  };
}

/** Where sessions can begin in so many stretches of an hour to two and a half, begun between two hours of the day. */
function startsIn(chance: Chance, stretches: number, [earliest, latest]: [number, number]): Slots {
  const times: WeeklyTimes = chance.some(weekdays, stretches).map((day) => {
    const from = chance.between(earliest * 4, latest * 4);
    return { day, from: clock(from), until: clock(from + chance.between(4, 10)) };
  });
  return startsOf(slotsOf(times, { from: zone, to: zone, day: terms.on }), session.quarters);
}

function clock(quarter: number): string {
  const two = (number: number) => String(number).padStart(2, '0');
  return `${two(Math.floor(quarter / 4))}:${two((quarter % 4) * 15)}`;
}
