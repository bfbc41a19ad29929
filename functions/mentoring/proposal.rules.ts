import { Temporal } from 'temporal-polyfill';
import { dayIn } from '../../regions/calendar.ts';
import type { AreaId, MentoringPolicy, Region } from '../../regions/schema.ts';
import type { LearnerId, MentorId } from '../identity/contract.ts';
import { assign, wouldRather } from './assignment.rules.ts';
import { type Edges, edgeBetween, none } from './edges.rules.ts';
import {
  edgesOf,
  explainPair,
  type FreeMentor,
  type Obstacle,
  type OpenRequest,
  roomInRound,
  type Terms,
} from './matching.rules.ts';
import type { Mentor } from './mentor.contract.ts';
import { canMeet } from './pair.rules.ts';
import type { MentorRequest } from './request.contract.ts';
import type { Pair, Proposal, Rather } from './round.contract.ts';
import { slotsOf, startsOf } from './slots.rules.ts';
import type { RequestId, Way } from './words.contract.ts';

/** A request as rows tell of it. */
export interface WaitingRequest
  extends Pick<
    MentorRequest,
    | 'requestId'
    | 'learnerId'
    | 'areaId'
    | 'subjects'
    | 'topics'
    | 'languages'
    | 'ways'
    | 'weekly'
    | 'meetIn'
    | 'since'
  > {
  readonly marks: readonly string[];
  readonly refused: readonly MentorId[];
  readonly vetoed: readonly MentorId[];
}

/** A mentor as rows tell of them. */
export interface SelectedMentor {
  readonly mentor: Mentor;
  readonly marks: readonly string[];
  readonly timeZone: string;
  /** Learners with whom a conflict was declared. */
  readonly conflicts: readonly LearnerId[];
}

/** A pair that a coordinator has fixed. */
export interface Lock {
  readonly requestId: RequestId;
  readonly areaId: AreaId;
  readonly mentorId: MentorId;
}

/** What a round sees. */
export interface Known {
  readonly requests: readonly WaitingRequest[];
  readonly mentors: readonly SelectedMentor[];
  readonly locks: readonly Lock[];
}

/** How many pairs who would rather have each other are told in all, and of one learner. */
const ratherInAll = 100;
const ratherOfOne = 20;

/** What a round proposes: its pairs, and what it says of itself. */
export interface Proposed {
  readonly proposal: Proposal;
  readonly pairs: readonly Pair[];
}

/**
 * The pairs of the highest total score under all rules (edge cases 32, 33 and 34), locks and vetoes. The same rows give
 * the same proposal.
 */
export function propose(
  region: Region,
  policy: MentoringPolicy,
  { requests, mentors, locks }: Known,
  now: Temporal.Instant,
): Proposed {
  const terms = matchTerms(region, policy, now);
  const free = mentors.map((mentor) => freeMentor(region, policy, mentor, terms.on));
  const open = requests.map((request) => openRequest(region, policy, request, terms.on));
  const edges = edgesOf(free, open, terms);
  const capacities = free.map(({ capacity }) => capacity);
  const { locked, leftOut } = settleLocks(edges, { free, open, locks });
  const { chosen, total } = assign(edges, capacities, [...locked]);
  const rather = wouldRather(edges, capacities, chosen, ratherInAll).flatMap(
    ({ request, mentor, requestGains, mentorGains }): Rather[] => {
      const [asking, helping] = [requests[request], mentors[mentor]];
      if (asking === undefined || helping === undefined) return [];
      const { requestId, areaId } = asking;
      const { mentorId } = helping.mentor;
      return [{ requestId, areaId, mentorId, requestGains, mentorGains }];
    },
  );
  const pairs = [...chosen.entries()].flatMap(([index, edge]): Pair[] => {
    const [asking, helping] = [open[index], free[edges.mentor[edge] ?? none]];
    const request = requests[index];
    const mentor = mentors[edges.mentor[edge] ?? none];
    if (edge === none || !asking || !helping || !request || !mentor) return [];
    return [pairOf(request, mentor, { asking, helping, terms, locked: locked.has(edge), rather })];
  });
  const counts = { requests: requests.length, mentors: mentors.length, pairs: pairs.length };
  const room = capacities.reduce((sum, capacity) => sum + capacity, 0);
  return { pairs, proposal: { ...counts, room, total, rather, leftOut } };
}

interface Made {
  readonly asking: OpenRequest;
  readonly helping: FreeMentor;
  readonly terms: Terms;
  readonly locked: boolean;
  readonly rather: readonly Rather[];
}

function pairOf(request: WaitingRequest, { mentor }: SelectedMentor, made: Made): Pair {
  const { asking, helping, terms, locked } = made;
  const explained = explainPair(helping, asking, terms);
  const way = wayOf(helping, asking);
  if (explained.kind === 'forbidden' || way === undefined) {
    throw new RangeError('a pair was chosen that its own rules forbid');
  }
  const { requestId, learnerId, areaId } = request;
  const { mentorId } = mentor;
  const rather = made.rather.filter((other) => other.requestId === requestId).slice(0, ratherOfOne);
  return {
    ...{ requestId, learnerId, areaId, mentorId, way, locked, state: 'proposed' },
    score: explained.score,
    reasons: [...explained.reasons],
    rather: rather.map(({ requestId: _, areaId: __, ...other }) => other),
  };
}

/** The first of the ways that the learner names in which the two can meet. */
export function wayOf(mentor: FreeMentor, request: OpenRequest): Way | undefined {
  return request.ways.find((way) => canMeet(mentor, request, way));
}

/** Which locks can be kept: as edges; and the others, each with its reason. */
function settleLocks(
  edges: Edges,
  { free, open, locks }: { free: FreeMentor[]; open: OpenRequest[]; locks: readonly Lock[] },
) {
  const mentors = new Map(free.map(({ mentorId }, index) => [mentorId, index]));
  const requests = new Map(open.map(({ requestId }, index) => [requestId, index]));
  const room = free.map(({ capacity }) => capacity);
  const locked = new Set<number>();
  const leftOut: Proposal['leftOut'] = [];
  for (const lock of locks) {
    const request = requests.get(lock.requestId);
    const mentor = mentors.get(lock.mentorId) ?? none;
    if (request === undefined) {
      leftOut.push({ ...lock, because: 'not-waiting' });
      continue;
    }
    const edge = edgeBetween(edges, request, mentor);
    const left = room[mentor] ?? 0;
    if (edge === none) leftOut.push({ ...lock, because: 'not-allowed' });
    else if (left === 0) leftOut.push({ ...lock, because: 'no-room' });
    else {
      room[mentor] = left - 1;
      locked.add(edge);
    }
  }
  return { locked, leftOut: leftOut.slice(0, 100) };
}

/**
 * Under which terms pairs are made on a day. A background check must hold until the last day for the answers; when it
 * ends later the mentorship's sessions are held until it is renewed (edge case 34).
 */
export function matchTerms(region: Region, policy: MentoringPolicy, now: Temporal.Instant): Terms {
  const { waitingWeek, waitingWeeks, ...weights } = policy.weights;
  const on = dayIn(region, now);
  return {
    weights: { ...weights, week: waitingWeek, weeks: waitingWeeks },
    on,
    checkedThrough: on.add({ days: policy.deadlines.answer }),
  };
}

/** A mentor as the matching sees them: with room for no more learners than they, the policy and their week have. */
export function freeMentor(
  region: Region,
  policy: MentoringPolicy,
  { mentor, marks, timeZone, conflicts }: SelectedMentor,
  on: Temporal.PlainDate,
): FreeMentor {
  const quarters = policy.sessionMinutes / 15;
  const clocks = { from: timeZone, to: region.timeZone, day: on };
  const starts = startsOf(slotsOf(mentor.weekly, clocks), quarters);
  const aWeek = Math.ceil(policy.sessions / policy.weeks);
  // Those whom they have already take up their part of the week.
  const most = roomInRound(Math.min(mentor.capacity, policy.mentees), starts, { quarters, aWeek });
  const { mentorId, subjects, topics, languages, ways, areas } = mentor;
  return {
    ...{ mentorId, subjects, topics, languages, ways, areas, starts, marks, conflicts },
    capacity: Math.max(0, most - mentor.mentees),
    // Where the policy asks for no check there is none that ends.
    checkUntil: mentor.checkUntil ?? '9999-12-31',
  };
}

/** A request as the matching sees it. */
export function openRequest(
  region: Region,
  policy: MentoringPolicy,
  request: WaitingRequest,
  on: Temporal.PlainDate,
): OpenRequest {
  const { requestId, learnerId, subjects, topics, languages, ways, marks } = request;
  const clocks = { from: region.timeZone, to: region.timeZone, day: on };
  return {
    ...{ requestId, learnerId, subjects, topics, languages, ways, marks },
    areaId: request.meetIn ?? request.areaId,
    starts: startsOf(slotsOf(request.weekly, clocks), policy.sessionMinutes / 15),
    refusedMentors: request.refused,
    vetoedMentors: request.vetoed,
    waitingSince: dayIn(region, Temporal.Instant.from(request.since)).toString(),
  };
}

/** Why two cannot be paired now; none where they can. */
export function obstaclesNow(
  region: Region,
  policy: MentoringPolicy,
  request: WaitingRequest,
  mentor: SelectedMentor,
  now: Temporal.Instant,
): readonly Obstacle[] {
  const terms = matchTerms(region, policy, now);
  const helping = freeMentor(region, policy, mentor, terms.on);
  const explained = explainPair(helping, openRequest(region, policy, request, terms.on), terms);
  return explained.kind === 'forbidden' ? explained.obstacles : [];
}
