import { Temporal } from 'temporal-polyfill';
import { dayIn, policyOn } from '../../regions/calendar.ts';
import type { EvidenceId, Group, Policy, Region } from '../../regions/schema.ts';
import type { Paper } from '../documents/contract.ts';
import { phaseOf } from './case.rules.ts';
import type { Application } from './contract.ts';
import { type Refused, refused } from './officer.rules.ts';
import type { ShownPaper } from './policy.rules.ts';

/** A paper as far as it matters for a case: of which evidence, what became of it, until when it is valid. */
export type HeldPaper = Pick<Paper, 'evidenceId' | 'state' | 'expiresOn' | 'refusedBecause'>;

/** Policy and group that a case is judged by; no group where no policy has it any more. */
export interface Rules {
  readonly policy: Policy;
  readonly group: Group | undefined;
}

/**
 * Policy and group that a case is judged by: those of the day; those of its submission where the policy of the
 * day has no such group any more.
 */
export function rulesFor(
  region: Region,
  application: Pick<Application, 'groupId' | 'submittedAt'>,
  now: Temporal.Instant,
): Rules {
  const days = [now, Temporal.Instant.from(application.submittedAt)];
  const policies = days.map((moment) => policyOn(region, dayIn(region, moment)));
  const found = policies
    .map((policy) => ({
      policy,
      group: policy.groups.find(({ id }) => id === application.groupId),
    }))
    .find(({ group }) => group !== undefined);
  return found ?? { policy: policyOn(region, dayIn(region, now)), group: undefined };
}

/** The papers that somebody may look at: nobody decides on what nobody may see. */
export function shownOf(papers: readonly HeldPaper[]): readonly ShownPaper[] {
  return papers.flatMap(({ state, evidenceId, expiresOn }) => {
    if (state !== 'clean') return [];
    return expiresOn === undefined ? { evidenceId } : { evidenceId, expiresOn };
  });
}

/**
 * The papers that a case rests on, of each evidence of its group the one that holds longest, and the last day on
 * which all of them are valid; without that day where all hold for good, or none is there.
 */
export function restingOn(
  group: Pick<Group, 'evidence'> | undefined,
  papers: readonly ShownPaper[],
): Pick<Application, 'papers' | 'papersUntil'> {
  const best = (group?.evidence ?? []).flatMap(({ id }) => {
    const shown = papers.filter(({ evidenceId }) => evidenceId === id);
    const forGood = shown.find(({ expiresOn }) => expiresOn === undefined);
    return forGood ?? shown.toSorted(byLastDay).at(-1) ?? [];
  });
  const [first] = best.flatMap(({ expiresOn }) => expiresOn ?? []).sort();
  return {
    ...(best.length === 0 ? {} : { papers: best }),
    ...(first === undefined ? {} : { papersUntil: first }),
  };
}

const byLastDay = (a: ShownPaper, b: ShownPaper) =>
  (a.expiresOn ?? '').localeCompare(b.expiresOn ?? '');

/** What the officer who looks at a case may rest a decision on: also what an approval was made on before. */
export function knownPapers(
  { decision, papers = [] }: Application,
  shown: readonly ShownPaper[],
): readonly ShownPaper[] {
  return decision?.outcome === 'approved' ? [...shown, ...papers] : shown;
}

/** Which of the papers that a case rests on are no longer valid (edge case 10). */
export function expiredOf(
  { papers = [] }: Pick<Application, 'papers'>,
  today: Temporal.PlainDate,
): EvidenceId[] {
  return papers.filter((paper) => !isValid(paper, today)).map(({ evidenceId }) => evidenceId);
}

const isValid = ({ expiresOn }: ShownPaper, today: Temporal.PlainDate) =>
  expiresOn === undefined || expiresOn >= today.toString();

/**
 * The papers that have to be there for a hand-in: what was asked for and, of an approval, what has expired. A
 * paper that the group of the day does not ask for any more is not needed.
 */
function neededFor(
  application: Application,
  { group }: Rules,
  today: Temporal.PlainDate,
): readonly EvidenceId[] {
  const all = (group?.evidence ?? []).map(({ id }) => id);
  const asked = application.request?.evidence ?? [];
  if (!rechecked(application)) return all.filter((id) => asked.includes(id));
  const named = [...asked, ...expiredOf(application, today)];
  return named.length === 0 ? all : all.filter((id) => named.includes(id));
}

/**
 * Edge case 10: an approval that an officer confirmed goes on to its old end, on the new papers where they are
 * there. Where it was in doubt for another reason, and a paper is still missing, it stands as time left it.
 */
export function goingOn(
  approved: Application,
  { group }: Rules,
  shown: readonly ShownPaper[],
  today: Temporal.PlainDate,
): Application {
  const { papers = [], papersUntil, graceUntil, ...rest } = approved;
  if (graceUntil === undefined) return approved;
  const resting = restingOn(group, [...shown, ...papers]);
  const unseen = group?.evidence !== undefined && resting.papers === undefined;
  if (!unseen && expiredOf(resting, today).length === 0) return { ...rest, ...resting };
  const waits = { ...approved, waitingFor: 'new-paper' as const };
  if (graceUntil >= today.toString()) return waits;
  return { ...waits, state: 'suspended', because: 'paper-expired' };
}

/** Whether a paper of an approval has expired and has to be replaced, or was (edge case 10). */
export function rechecked(application: Application): boolean {
  const phase = phaseOf(application);
  return phase === 'new-paper' || phase === 'papers-replaced';
}

/** Why a hand-in is refused: each paper that is not there, found clean and valid, is named with how it stands. */
export function notHandedIn(
  region: Region,
  application: Application,
  papers: readonly HeldPaper[],
  now: Temporal.Instant,
): Refused<'papers-missing'> | undefined {
  const today = dayIn(region, now);
  const rules = rulesFor(region, application, now);
  const wrong = neededFor(application, rules, today).flatMap(
    (id) => lackOf(id, papers, today) ?? [],
  );
  if (wrong.length === 0) return undefined;
  const next = 'Hand in what is missing with POST /me/papers, and say so again once it is clean.';
  return refused('papers-missing', `${wrong.join('; ')}. ${next}`);
}

/** What is wrong with the newest paper of an evidence; undefined where a clean one is valid. */
function lackOf(
  id: EvidenceId,
  papers: readonly HeldPaper[],
  today: Temporal.PlainDate,
): string | undefined {
  const held = papers.filter(({ evidenceId }) => evidenceId === id);
  if (shownOf(held).some((paper) => isValid(paper, today))) return undefined;
  const [newest] = held;
  switch (newest?.state) {
    case undefined:
      return `${id} was not handed in`;
    case 'awaited':
      return `${id} was announced and not uploaded`;
    case 'quarantined':
      return `${id} is still being scanned`;
    case 'refused':
      return `${id} was refused (${newest.refusedBecause ?? 'unreadable'})`;
    case 'clean':
      return `${id} expired on ${newest.expiresOn}`;
  }
}

/**
 * Why an officer cannot approve on the papers that are there (edge case 10): one has expired, or is not kept any
 * more because the decision comes later than the days of the policy. One that never came may have been shown at a
 * counter: the officer vouches for it, and the decision says that it is not there. Of an approval whose paper has
 * expired the new one has to be there.
 */
export function notToRestOn(
  region: Region,
  application: Application,
  shown: readonly ShownPaper[],
  now: Temporal.Instant,
): Refused<'papers-missing'> | undefined {
  const today = dayIn(region, now);
  const rules = rulesFor(region, application, now);
  const papers = shown.map((paper) => ({ ...paper, state: 'clean' as const }));
  const wrong = rechecked(application)
    ? neededFor(application, rules, today).flatMap((id) => lackOf(id, papers, today) ?? [])
    : lacksOfCase(region, application, rules, papers, today);
  if (wrong.length === 0) return undefined;
  const next = 'Ask for what is missing with POST /applications/{applicationId}/requests.';
  return refused('papers-missing', `${wrong.join('; ')}. ${next}`);
}

function lacksOfCase(
  region: Region,
  application: Application,
  { policy, group }: Rules,
  papers: readonly HeldPaper[],
  today: Temporal.PlainDate,
): readonly string[] {
  const known = knownPapers(application, shownOf(papers));
  return (group?.evidence ?? []).flatMap(({ id }) => {
    const ofIt = known.filter(({ evidenceId }) => evidenceId === id);
    if (ofIt.length === 0) return wasKept(region, application, id, policy, today);
    if (ofIt.some((paper) => isValid(paper, today))) return [];
    return `${id} expired on ${ofIt.toSorted(byLastDay).at(-1)?.expiresOn}`;
  });
}

/** A paper that is not there, but was, or would not be kept for this long after the case was made. */
function wasKept(
  region: Region,
  { decision, request, papers = [], submittedAt }: Application,
  id: EvidenceId,
  { deadlines }: Policy,
  today: Temporal.PlainDate,
): readonly string[] {
  // It was decided on before, and that decision saw to the papers.
  if (decision?.outcome === 'approved') return [];
  const made = dayIn(region, Temporal.Instant.from(submittedAt));
  const late = made.add({ days: deadlines.evidence + deadlines.documents });
  const handedIn =
    papers.some(({ evidenceId }) => evidenceId === id) ||
    (request?.handedInAt !== undefined && request.evidence.includes(id));
  return handedIn || Temporal.PlainDate.compare(today, late) > 0
    ? [`${id} is not kept any more`]
    : [];
}
