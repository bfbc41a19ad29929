import type { Temporal } from 'temporal-polyfill';
import { dayIn, mentoringOn, timestamp } from '../../regions/calendar.ts';
import type { AreaId, MentoringPolicy, Region } from '../../regions/schema.ts';
import type { Paper } from '../documents/contract.ts';
import type { Mentor } from './mentor.contract.ts';
import type { Refused } from './mentorship.rules.ts';
import type { DecisionInput } from './vetting.contract.ts';

type HeldPaper = Pick<Paper, 'evidenceId' | 'state' | 'expiresOn'>;

/** On what a decision about a mentor rests, and when it is made. */
export interface Grounds {
  readonly region: Pick<Region, 'mentoring' | 'timeZone'>;
  /** All of the mentor's papers. */
  readonly papers: readonly HeldPaper[];
  readonly now: Temporal.Instant;
}

/** The evidence by this id in a policy is the background check: its end holds sessions (edge case 34). */
const backgroundCheck = 'background-check';

/**
 * An applicant, selected or rejected. Selecting needs clean and valid papers of every kind that the policy names, and the
 * last day of the background check where that is one of them.
 */
export function decideOn(
  mentor: Mentor,
  { outcome, reason, checkUntil }: DecisionInput,
  grounds: Grounds,
): Refused | Mentor {
  if (mentor.state !== 'applied') {
    return {
      because: 'state',
      code: 'already-decided',
      detail: 'Nothing is to be decided about this mentor. Read how they stand.',
    };
  }
  const at = timestamp(grounds.now);
  const decision = { outcome, reason, decidedAt: at };
  if (outcome === 'rejected') return { ...mentor, state: 'rejected', since: at, decision };
  const wrong = missingPaper(grounds) ?? wrongCheck(checkUntil, grounds);
  if (wrong !== undefined) return wrong;
  const checked = checkUntil === undefined ? {} : { checkUntil };
  return { ...mentor, ...checked, state: 'selected', since: at, decision };
}

/** A mentor with a new last day of the background check, whose paper has to be there. */
export function renewCheckOf(mentor: Mentor, until: string, grounds: Grounds): Refused | Mentor {
  if (mentor.state !== 'selected' && mentor.state !== 'suspended') {
    return {
      because: 'state',
      code: 'not-selected',
      detail: 'Only the check of a selected mentor is renewed. Decide on the application first.',
    };
  }
  const wrong = wrongCheck(until, grounds);
  return wrong ?? { ...mentor, checkUntil: until };
}

function missingPaper(grounds: Grounds): Refused | undefined {
  const missing = (policyOf(grounds)?.evidence ?? []).filter(
    ({ id }) => validPapers(grounds, id).length === 0,
  );
  if (missing.length === 0) return undefined;
  const names = missing.map(({ id }) => id).join(', ');
  return ruled('papers-missing', `These papers are not there, clean and valid: ${names}.`);
}

/** Undefined where the day will do: there is a check in the policy, and a paper that holds as long. */
function wrongCheck(until: string | undefined, grounds: Grounds): Refused | undefined {
  const needed = policyOf(grounds)?.evidence?.some(({ id }) => id === backgroundCheck) === true;
  if (until === undefined) {
    if (!needed) return undefined;
    return ruled('check-needed', 'Say with "checkUntil" until when the background check holds.');
  }
  if (until <= today(grounds)) {
    return ruled('check-needed', 'The background check is over. Name a day that is to come.');
  }
  if (!needed) return undefined;
  const papers = validPapers(grounds, backgroundCheck);
  if (papers.length === 0) {
    return ruled(
      'papers-missing',
      'The paper of the background check is not there, clean and valid.',
    );
  }
  if (papers.some(({ expiresOn }) => expiresOn === undefined || until <= expiresOn))
    return undefined;
  return ruled('check-beyond-paper', 'The paper of the background check ends before that day.');
}

function validPapers(grounds: Grounds, evidenceId: string): readonly HeldPaper[] {
  const day = today(grounds);
  return grounds.papers.filter(
    (paper) =>
      paper.evidenceId === evidenceId &&
      paper.state === 'clean' &&
      (paper.expiresOn === undefined || day <= paper.expiresOn),
  );
}

function policyOf({ region, now }: Grounds): MentoringPolicy | undefined {
  return mentoringOn(region, dayIn(region, now));
}

const today = ({ region, now }: Grounds) => dayIn(region, now).toString();

/** Whether those who serve one area see a mentor: a selected one who meets online or comes there. */
export function comesTo({ state, ways, areas }: Mentor, areaId: AreaId): boolean {
  return state === 'selected' && (ways.includes('online') || areas.includes(areaId));
}

function ruled(code: string, detail: string): Refused {
  return { because: 'rule', code, detail };
}
