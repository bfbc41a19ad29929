import { Temporal } from 'temporal-polyfill';
import { dayIn, mentoringOn, policyOn, timestamp } from '../../regions/calendar.ts';
import type { Evidence, Region } from '../../regions/schema.ts';
import type { ConsentState } from '../identity/contract.ts';
import {
  type ContentType,
  contentTypes,
  type Owner,
  type Paper,
  type PaperInput,
  type RefusedBecause,
  type Whose,
} from './contract.ts';

/** The bounds of papers that the region file states, or those that its schema promises where it states none. */
export function boundsOf({ deployment }: Pick<Region, 'deployment'>) {
  return deployment.papers ?? { megabytes: 10, awaited: 5, kept: 40 };
}

const bytesPerMegabyte = 1_000_000;

/** The bytes that a paper may have. */
export const mostBytes = (region: Pick<Region, 'deployment'>) =>
  boundsOf(region).megabytes * bytesPerMegabyte;

type HandInRefusal =
  | 'consent-withdrawn'
  | 'paper-too-large'
  | 'issued-in-future'
  | 'no-such-evidence';

export type HandIn =
  | { readonly kind: 'awaited'; readonly paper: Paper }
  | { readonly kind: 'refused'; readonly code: HandInRefusal; readonly detail: string };

/** Who hands something in, and as what it will be known. */
export type Handing = Whose & {
  /** A mentor needs none. */
  readonly consent: ConsentState;
  readonly now: Temporal.Instant;
};

/** Hours that an upload is awaited; one that was abandoned is forgotten then. */
const awaitedHours = 24;

/** The paper that is announced, or why it is not taken: papers that nobody asks for are nobody's to keep. */
export function handIn(
  region: Region,
  input: PaperInput,
  { consent, now, ...whose }: Handing,
): HandIn {
  const today = dayIn(region, now);
  const asked = askedOf(region, whose, today);
  const refused = (code: HandInRefusal, detail: string): HandIn => ({
    kind: 'refused',
    code,
    detail,
  });
  if (stopped(consent)) {
    return refused('consent-withdrawn', 'A guardian has not consented, or took consent back.');
  }
  const known = [...new Set(asked.map(({ id }) => id))];
  if (!known.includes(input.evidenceId)) {
    return refused(
      'no-such-evidence',
      `These papers are asked for: ${known.join(', ') || 'none'}.`,
    );
  }
  if (input.bytes > mostBytes(region)) {
    const { megabytes } = boundsOf(region);
    return refused('paper-too-large', `A paper may have ${megabytes} MB. Scan it smaller.`);
  }
  if (input.issuedOn > today.toString()) {
    return refused('issued-in-future', 'The day of issue lies in the future. Correct "issuedOn".');
  }
  const createdAt = timestamp(now);
  const dueAt = timestamp(now.add({ hours: awaitedHours }));
  const paper = { ...input, ...whose, state: 'awaited', createdAt, dueAt } as const;
  const expiresOn = lastValidDay(asked, input);
  return { kind: 'awaited', paper: expiresOn === undefined ? paper : { ...paper, expiresOn } };
}

/** Edge cases 1 and 2: nobody keeps more of someone for whom consent does not stand. */
function stopped(consent: ConsentState): boolean {
  switch (consent) {
    case 'conflict':
    case 'withdrawn':
    case 'own-lapsed':
      return true;
    case 'not-needed':
    case 'granted':
    case 'own-needed':
    case 'own-given':
      return false;
  }
}

/** The papers that are asked for on a day: of a learner by any group, of a mentor to be vetted (domain.md row 16). */
export function askedOf(
  region: Pick<Region, 'policies' | 'mentoring'>,
  owner: Owner,
  day: Temporal.PlainDate,
): readonly Evidence[] {
  if ('mentorId' in owner) return mentoringOn(region, day)?.evidence ?? [];
  return policyOn(region, day).groups.flatMap(({ evidence }) => evidence ?? []);
}

/**
 * The last day on which a paper is valid: whole months from its day of issue, of those who ask for it the
 * shortest. Undefined where it is valid for good.
 */
export function lastValidDay(
  evidence: readonly Evidence[],
  { evidenceId, issuedOn }: Pick<PaperInput, 'evidenceId' | 'issuedOn'>,
): string | undefined {
  const asked = evidence.filter(({ id }) => id === evidenceId);
  const months = asked.flatMap(({ validMonths }) => validMonths ?? []);
  if (months.length === 0) return undefined;
  return Temporal.PlainDate.from(issuedOn)
    .add({ months: Math.min(...months) })
    .subtract({ days: 1 })
    .toString();
}

/** What becomes of a paper whose upload has come. */
export function arrived(region: Region, paper: Paper, now: Temporal.Instant): Paper {
  const today = dayIn(region, now);
  const { evidence, documents } = policyOn(region, today).deadlines;
  // Whether and when a decision will rest on it is not known yet: as if it came on the last day to hand in.
  return { ...paper, state: 'quarantined', dueAt: endOf(region, today, evidence + documents) };
}

/** What was found out about an upload; `infected` is the scanner's word. */
export type Verdict = 'clean' | RefusedBecause;

/** What becomes of a paper that was judged. Why one was refused is told for as long as people have to hand in. */
export function judged(
  region: Region,
  paper: Paper,
  verdict: Verdict,
  now: Temporal.Instant,
): Paper {
  if (verdict === 'clean') return { ...paper, state: 'clean' };
  const today = dayIn(region, now);
  const dueAt = endOf(region, today, policyOn(region, today).deadlines.evidence);
  return { ...paper, state: 'refused', refusedBecause: verdict, dueAt };
}

/**
 * A paper that a decision rests on: kept as long as the policy of the decision's day says, from that day on.
 * Papers that came after it, or cannot be seen, are none of its; an earlier one than the latest changes nothing.
 *
 * @param decidedAt - as `timestamp` writes it
 */
export function decidedOn(region: Region, paper: Paper, decidedAt: string): Paper {
  if (paper.state !== 'clean' || paper.createdAt > decidedAt) return paper;
  if (paper.decidedAt !== undefined && paper.decidedAt >= decidedAt) return paper;
  const day = dayIn(region, Temporal.Instant.from(decidedAt));
  const dueAt = endOf(region, day, policyOn(region, day).deadlines.documents);
  return { ...paper, decidedAt, dueAt };
}

/** The first moment after so many days from a day on. */
function endOf(
  { timeZone }: Pick<Region, 'timeZone'>,
  day: Temporal.PlainDate,
  days: number,
): string {
  return timestamp(
    day
      .add({ days: days + 1 })
      .toZonedDateTime(timeZone)
      .toInstant(),
  );
}

/** What an upload turned out to be. */
export interface Found {
  readonly bytes: number;
  /** In base 64. */
  readonly sha256: string;
  readonly contentType: ContentType | undefined;
}

/** What is wrong with an upload before any scanner sees it; undefined where it is what was announced. */
export function mismatch(
  region: Pick<Region, 'deployment'>,
  paper: Pick<Paper, 'bytes' | 'sha256' | 'contentType'>,
  found: Found,
): Exclude<RefusedBecause, 'infected'> | undefined {
  if (found.bytes > mostBytes(region)) return 'too-large';
  if (found.bytes !== paper.bytes || found.sha256 !== paper.sha256) return 'checksum';
  return found.contentType === paper.contentType ? undefined : 'wrong-type';
}

/** The beginnings of files by ISO 32000-1 section 7.5.2, ISO 10918-1 annex B and PNG (RFC 2083) section 3.1. */
const beginnings = {
  'application/pdf': [0x25, 0x50, 0x44, 0x46, 0x2d],
  'image/jpeg': [0xff, 0xd8, 0xff],
  'image/png': [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
} as const satisfies Record<ContentType, readonly number[]>;

/** What some bytes are by their beginning, whatever anybody calls them. */
export function typeOf(bytes: Uint8Array): ContentType | undefined {
  const begins = (type: ContentType) => beginnings[type].every((byte, at) => bytes[at] === byte);
  return contentTypes.find(begins);
}

/**
 * Whether whoever handed a paper in can no longer delete it: a mentor's, once it can be read. A mentor is selected by it,
 * and may destroy nothing when a safeguarding report is made (edge case 35), of which papers know nothing.
 */
export const isKept = (paper: Paper): boolean => 'mentorId' in paper && paper.state === 'clean';
