import { Temporal } from 'temporal-polyfill';
import type { AreaId } from '../../regions/schema.ts';
import { countOf, type Slots, sharedStarts } from './slots.rules.ts';
import type { Subject, Topic, Way } from './words.contract.ts';

/** What both sides of a pair state. */
interface Side {
  readonly subjects: readonly Subject[];
  readonly topics: readonly Topic[];
  readonly languages: readonly string[];
  readonly ways: readonly Way[];
  /** Where a session can begin in each week, on the region's clock: `startsOf`. */
  readonly starts: Slots;
  /**
   * By what people of one household are known, the person's own mark included: whoever shares one with somebody is
   * that person or lives with them (edge case 33).
   */
  readonly marks: readonly string[];
}

/** A mentor as a round sees them. */
export interface FreeMentor extends Side {
  readonly mentorId: string;
  /** How many more mentees they have room for in this round: `roomInRound`. */
  readonly capacity: number;
  /** Where they meet people offline. */
  readonly areas: readonly AreaId[];
  /** The last day on which their background check is valid (edge case 34). */
  readonly checkUntil: string;
  /** Learners of whom they declared that they should not be their mentor, or whom they refused. */
  readonly conflicts: readonly string[];
}

/** A request as a round sees it; the first of its languages and the first of its ways are those it would rather have. */
export interface OpenRequest extends Side {
  readonly requestId: string;
  readonly learnerId: string;
  readonly areaId: AreaId;
  /** Mentors whom the learner refused, or of whom they declared a conflict. */
  readonly refusedMentors: readonly string[];
  /** Mentors whom a coordinator has ruled out for this request. */
  readonly vetoedMentors: readonly string[];
  /** The day on which the request was made. */
  readonly waitingSince: string;
}

/** The points of the region's policy, whole numbers from 0 on. */
export interface Weights {
  /** For having a mentor at all, from 1 on: the higher, the more does the number of pairs count beside how good they are. */
  readonly pair: number;
  /** For each subject asked for that the mentor helps with. */
  readonly subject: number;
  /** The same of each topic. */
  readonly topic: number;
  /** If the mentor speaks the language that the learner would rather speak. */
  readonly language: number;
  /** If they can meet in the way that the learner would rather. */
  readonly way: number;
  /** For each whole week that the request has waited, up to so many. */
  readonly week: number;
  readonly weeks: number;
  /** For each weekly start that they share beside the first, up to so many. */
  readonly start: number;
  readonly starts: number;
}

/** Under which terms a round pairs. */
export interface Terms {
  readonly weights: Weights;
  /** The day of the round. */
  readonly on: Temporal.PlainDate;
  /** The day through which a mentor's check must be valid, such as the last of the mentorship. */
  readonly checkedThrough: Temporal.PlainDate;
}

/** Why two are never paired, whatever their score. */
export type Obstacle =
  | 'no-room'
  | 'check-expires'
  | 'same-household'
  | 'conflict'
  | 'refused'
  | 'vetoed'
  | 'no-shared-start'
  | 'no-shared-language'
  | 'no-shared-way';

export interface Reason {
  readonly reason: 'pair' | 'subject' | 'topic' | 'language' | 'way' | 'waiting' | 'starts';
  /** How often it counts: subjects, topics, weeks or starts. */
  readonly count: number;
  readonly points: number;
}

export type Explanation =
  | { readonly kind: 'forbidden'; readonly obstacles: readonly Obstacle[] }
  | { readonly kind: 'allowed'; readonly score: number; readonly reasons: readonly Reason[] };

/** Why two may not be paired, or what speaks for it: reasons with their points, of which the score is the sum. */
export function explainPair(mentor: FreeMentor, request: OpenRequest, terms: Terms): Explanation {
  const obstacles = obstaclesOf(mentor, request, terms);
  if (obstacles.length > 0) return { kind: 'forbidden', obstacles };
  const reasons = reasonsOf(mentor, request, terms).filter(({ points }) => points > 0);
  return { kind: 'allowed', score: reasons.reduce((sum, { points }) => sum + points, 0), reasons };
}

function obstaclesOf(mentor: FreeMentor, request: OpenRequest, terms: Terms): Obstacle[] {
  const met: readonly (readonly [Obstacle, boolean])[] = [
    ['no-room', mentor.capacity < 1],
    ['check-expires', !isCheckedThrough(mentor, terms)],
    ['same-household', count(mentor.marks, request.marks) > 0],
    ['conflict', mentor.conflicts.includes(request.learnerId)],
    ['refused', request.refusedMentors.includes(mentor.mentorId)],
    ['vetoed', request.vetoedMentors.includes(mentor.mentorId)],
    ['no-shared-start', countOf(sharedStarts(mentor.starts, request.starts)) === 0],
    ['no-shared-language', count(mentor.languages, request.languages) === 0],
    ['no-shared-way', !request.ways.some((way) => canMeet(mentor, request, way))],
  ];
  return met.flatMap(([obstacle, holds]) => (holds ? [obstacle] : []));
}

function reasonsOf(mentor: FreeMentor, request: OpenRequest, { weights, on }: Terms): Reason[] {
  const shared = countOf(sharedStarts(mentor.starts, request.starts));
  const counted = (reason: Reason['reason'], times: number, each: number): Reason => ({
    reason,
    count: times,
    points: times * each,
  });
  return [
    counted('pair', 1, weights.pair),
    counted('subject', count(request.subjects, mentor.subjects), weights.subject),
    counted('topic', count(request.topics, mentor.topics), weights.topic),
    counted('language', Number(speaksFirst(mentor, request)), weights.language),
    counted('way', Number(meetsFirst(mentor, request)), weights.way),
    counted('waiting', Math.min(weeksWaited(request, on), weights.weeks), weights.week),
    counted('starts', Math.min(shared - 1, weights.starts), weights.start),
  ];
}

/** Whether a mentor's check is valid through the day that the terms name. */
export function isCheckedThrough(
  { checkUntil }: Pick<FreeMentor, 'checkUntil'>,
  { checkedThrough }: Pick<Terms, 'checkedThrough'>,
): boolean {
  return checkUntil >= checkedThrough.toString();
}

/** Whether two can meet in a way: online anywhere, offline where the mentor comes to. */
export function canMeet(
  mentor: Pick<FreeMentor, 'ways' | 'areas'>,
  request: Pick<OpenRequest, 'ways' | 'areaId'>,
  way: Way,
): boolean {
  if (!mentor.ways.includes(way) || !request.ways.includes(way)) return false;
  return way === 'online' || mentor.areas.includes(request.areaId);
}

/** Whether the mentor speaks the language that the learner would rather speak. */
export function speaksFirst(
  mentor: Pick<FreeMentor, 'languages'>,
  request: Pick<OpenRequest, 'languages'>,
): boolean {
  const [first] = request.languages;
  return first !== undefined && mentor.languages.includes(first);
}

/** Whether they can meet in the way that the learner would rather. */
export function meetsFirst(
  mentor: Pick<FreeMentor, 'ways' | 'areas'>,
  request: Pick<OpenRequest, 'ways' | 'areaId'>,
): boolean {
  const [first] = request.ways;
  return first !== undefined && canMeet(mentor, request, first);
}

/** How many whole weeks a request has waited on a day. */
export function weeksWaited(
  { waitingSince }: Pick<OpenRequest, 'waitingSince'>,
  on: Temporal.PlainDate,
): number {
  const { days } = Temporal.PlainDate.from(waitingSince).until(on, { largestUnit: 'days' });
  return Math.max(0, Math.floor(days / 7));
}

/** How many of the one are among the other. */
function count<T>(some: readonly T[], others: readonly T[]): number {
  return [...new Set(some)].filter((one) => others.includes(one)).length;
}
