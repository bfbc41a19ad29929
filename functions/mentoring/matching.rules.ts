import { type Edges, most } from './edges.rules.ts';
import {
  canMeet,
  type FreeMentor,
  isCheckedThrough,
  meetsFirst,
  type OpenRequest,
  speaksFirst,
  type Terms,
  type Weights,
  weeksWaited,
} from './pair.rules.ts';
import { bitCount, type Slots, sessionsThatFit, wordsOfWeek } from './slots.rules.ts';
import { subjects, topics } from './words.contract.ts';

export * from './pair.rules.ts';

/**
 * How many requests a round may give a mentor: no more than they have room for (edge case 32), nor than their weekly
 * times hold side by side.
 *
 * @param free - how many more mentees they would take
 * @param starts - where a session can begin in each week
 * @param session - its length in quarter hours, and how many of them each mentee has in a week
 */
export function roomInRound(
  free: number,
  starts: Slots,
  { quarters, aWeek }: { readonly quarters: number; readonly aWeek: number },
): number {
  return Math.max(0, Math.min(free, Math.floor(sessionsThatFit(starts, quarters) / aWeek)));
}

/**
 * Every pair that is allowed, with its score: what `explainPair` says of each, for all at once. Time and memory grow
 * with the number of pairs; one that shares neither language nor way is not looked at.
 *
 * @throws RangeError if a pair could have more points or none, or there are more mentors, than edges hold
 */
export function edgesOf(
  mentors: readonly FreeMentor[],
  requests: readonly OpenRequest[],
  terms: Terms,
): Edges {
  if (mentors.length > most) throw new RangeError(`a round holds at most ${most} mentors`);
  if (mostPoints(terms.weights) > most) {
    throw new RangeError(`the weights give a pair more than ${most} points`);
  }
  if (terms.weights.pair < 1) throw new RangeError('a pair that is allowed has at least 1 point');
  const company = new Company(mentors, terms);
  const circles = requests.map((request) => company.circleOf(request));
  // Pages of memory behind the last edge are never touched, so they cost nothing.
  const pairs = circles.reduce((sum, { mentors }) => sum + mentors.length, 0);
  const builder = new Builder(company, terms, requests.length, pairs);
  for (const [index, circle] of circles.entries()) {
    const request = requests[index];
    if (request !== undefined) builder.add(request, circle);
  }
  return builder.edges();
}

/** The most points that the weights can give a pair. */
export function mostPoints(weights: Weights): number {
  const { pair, subject, topic, language, way, week, weeks, start, starts } = weights;
  const asked = subject * subjects.length + topic * topics.length;
  return pair + asked + language + way + week * weeks + start * starts;
}

/** Mentors with whom a request shares a language and a way, and what these are worth with each. */
interface Circle {
  readonly mentors: Uint16Array;
  readonly points: Uint16Array;
}

const subjectBits = bitsOf(subjects);
const topicBits = bitsOf(topics);

/** The mentors of a round, arranged for being asked about many requests. */
class Company {
  readonly starts: Uint32Array;
  readonly subjects: Uint32Array;
  readonly topics: Uint32Array;
  readonly #terms: Terms;
  /** Who is ready for anybody at all, by index. */
  readonly #ready: readonly (readonly [number, FreeMentor])[];
  readonly #circles = new Map<string, Circle>();
  readonly #byId: ReadonlyMap<string, readonly number[]>;
  readonly #byMark: ReadonlyMap<string, readonly number[]>;
  readonly #byConflict: ReadonlyMap<string, readonly number[]>;

  constructor(mentors: readonly FreeMentor[], terms: Terms) {
    this.#terms = terms;
    this.#ready = [...mentors.entries()].filter(
      ([, mentor]) => mentor.capacity >= 1 && isCheckedThrough(mentor, terms),
    );
    this.#byId = indexed(mentors, ({ mentorId }) => [mentorId]);
    this.#byMark = indexed(mentors, ({ marks }) => marks);
    this.#byConflict = indexed(mentors, ({ conflicts }) => conflicts);
    this.subjects = Uint32Array.from(mentors, (mentor) => subjectBits(mentor.subjects));
    this.topics = Uint32Array.from(mentors, (mentor) => topicBits(mentor.topics));
    this.starts = new Uint32Array(mentors.length * wordsOfWeek);
    for (const [index, mentor] of mentors.entries()) {
      this.starts.set(mentor.starts, index * wordsOfWeek);
    }
  }

  /** With whom a request shares a language and a way; few requests differ in that, so each kind is asked about once. */
  circleOf(request: OpenRequest): Circle {
    const area = request.ways.includes('offline') ? request.areaId : '';
    const kind = JSON.stringify([request.languages, request.ways, area]);
    const known = this.#circles.get(kind);
    if (known !== undefined) return known;
    const met = this.#ready.filter(([, mentor]) => canTalk(mentor, request));
    const circle = {
      mentors: Uint16Array.from(met, ([index]) => index),
      points: Uint16Array.from(met, ([, mentor]) => this.#pointsBetween(mentor, request)),
    };
    this.#circles.set(kind, circle);
    return circle;
  }

  #pointsBetween(mentor: FreeMentor, request: OpenRequest): number {
    const { pair, language, way } = this.#terms.weights;
    const spoken = speaksFirst(mentor, request) ? language : 0;
    return pair + spoken + (meetsFirst(mentor, request) ? way : 0);
  }

  /** With whom a request is never paired: their own household, and whom either side or a coordinator ruled out. */
  barredFrom(request: OpenRequest): number[] {
    return [
      ...request.marks.flatMap((mark) => this.#byMark.get(mark) ?? []),
      ...(this.#byConflict.get(request.learnerId) ?? []),
      ...request.refusedMentors.flatMap((id) => this.#byId.get(id) ?? []),
      ...request.vetoedMentors.flatMap((id) => this.#byId.get(id) ?? []),
    ];
  }
}

/** Fills the rows of edges, a request after the other. */
class Builder {
  readonly #company: Company;
  readonly #terms: Terms;
  readonly #first: Uint32Array;
  readonly #mentor: Uint16Array;
  readonly #score: Uint16Array;
  /** By mentor, the last request (counted from 1) that they are barred from. */
  readonly #barred: Uint32Array;
  readonly #weeks = new Map<string, number>();
  #rows = 0;
  #count = 0;

  constructor(company: Company, terms: Terms, requests: number, pairs: number) {
    this.#company = company;
    this.#terms = terms;
    this.#first = new Uint32Array(requests + 1);
    this.#mentor = new Uint16Array(pairs);
    this.#score = new Uint16Array(pairs);
    this.#barred = new Uint32Array(company.subjects.length);
  }

  add(request: OpenRequest, circle: Circle): void {
    this.#rows += 1;
    for (const mentor of this.#company.barredFrom(request)) this.#barred[mentor] = this.#rows;
    const { weights } = this.#terms;
    const words = [...request.starts.keys()].filter((word) => request.starts[word] !== 0);
    const asked = subjectBits(request.subjects);
    const topicsAsked = topicBits(request.topics);
    const waited = Math.min(this.#weeksOf(request), weights.weeks) * weights.week;
    const { mentors, points } = circle;
    const { subjects: taught, topics: helped } = this.#company;
    for (let index = 0; index < mentors.length; index += 1) {
      const mentor = mentors[index] ?? 0;
      const shared = this.#shared(mentor, request.starts, words);
      if (shared === 0 || this.#barred[mentor] === this.#rows) continue;
      const met = bitCount(asked & (taught[mentor] ?? 0)) * weights.subject;
      const metTopics = bitCount(topicsAsked & (helped[mentor] ?? 0)) * weights.topic;
      const extra = Math.min(shared - 1, weights.starts) * weights.start;
      this.#put(mentor, (points[index] ?? 0) + waited + met + metTopics + extra);
    }
    this.#first[this.#rows] = this.#count;
  }

  edges(): Edges {
    return {
      first: this.#first,
      mentor: this.#mentor.subarray(0, this.#count),
      score: this.#score.subarray(0, this.#count),
    };
  }

  /** How many starts they share, as far as that counts. */
  #shared(mentor: number, starts: Slots, words: readonly number[]): number {
    const begin = mentor * wordsOfWeek;
    const enough = this.#terms.weights.starts + 1;
    let shared = 0;
    for (const word of words) {
      const both = (starts[word] ?? 0) & (this.#company.starts[begin + word] ?? 0);
      if (both !== 0) shared += bitCount(both);
      if (shared >= enough) return enough;
    }
    return shared;
  }

  #put(mentor: number, score: number): void {
    this.#mentor[this.#count] = mentor;
    this.#score[this.#count] = score;
    this.#count += 1;
  }

  /** Requests of one day have waited equally long. */
  #weeksOf(request: OpenRequest): number {
    const known = this.#weeks.get(request.waitingSince);
    const weeks = known ?? weeksWaited(request, this.#terms.on);
    if (known === undefined) this.#weeks.set(request.waitingSince, weeks);
    return weeks;
  }
}

/** Whether two share a language, and a way to meet. */
function canTalk(mentor: FreeMentor, request: OpenRequest): boolean {
  const speak = request.languages.some((language) => mentor.languages.includes(language));
  return speak && request.ways.some((way) => canMeet(mentor, request, way));
}

/** Sets of a short list of words as bits. */
function bitsOf<Word extends string>(words: readonly Word[]): (some: readonly Word[]) => number {
  const bit = new Map(words.map((word, index) => [word, 1 << index]));
  return (some) => some.reduce((bits, word) => bits | (bit.get(word) ?? 0), 0);
}

function indexed(
  mentors: readonly FreeMentor[],
  keysOf: (mentor: FreeMentor) => readonly string[],
): Map<string, number[]> {
  const index = new Map<string, number[]>();
  for (const [position, mentor] of mentors.entries()) {
    for (const key of keysOf(mentor)) {
      const others = index.get(key);
      if (others === undefined) index.set(key, [position]);
      else others.push(position);
    }
  }
  return index;
}
