import { Temporal } from 'temporal-polyfill';
import type { AreaId } from '../../regions/schema.ts';
import type { Application, ApplicationState, WaitingFor } from './contract.ts';

/** Where a case stands, as far as it decides who may do what: what waits or was approved by what it waits for. */
export type Phase =
  | 'review'
  | 'evidence'
  | 'resemblance'
  | 'appeal'
  | Exclude<ApplicationState, 'waiting'>
  /** Suspended until an officer has looked at a profile that changed under an approval. */
  | 'doubted'
  /** Approved, a paper has expired: goes on for its grace, then suspended, until there is a new one (edge case 10). */
  | 'new-paper'
  /** As before, and the new one waits for an officer: the grace does not run out meanwhile. */
  | 'papers-replaced';

/** What can be done with a case: by its applicant, by an officer, by time. */
export const commands = [
  'apply',
  'withdraw',
  'appeal',
  'hand-in',
  'take-offer',
  'decline-offer',
  'claim',
  'release',
  'request-more',
  'tell-apart',
  'approve',
  'reject',
  'offer',
  'lapse',
  'begin-grace',
  'suspend',
  'resume',
  'expire',
] as const;
export type Command = (typeof commands)[number];

/** Why a command is refused; `not-due` is of time's commands, which then do nothing. */
export type StepRefusal =
  | 'application-waiting'
  | 'application-waitlisted'
  | 'place-offered'
  | 'already-approved'
  | 'already-ended'
  | 'not-rejected'
  | 'nothing-asked'
  | 'no-offer'
  | 'already-decided'
  | 'no-resemblance'
  | 'resemblance-first'
  | 'not-due';

type Next = readonly [Phase, ...Phase[]];
type Steps = Readonly<Partial<Record<Command, Next>>>;

const newCase = ['review', 'resemblance', 'approved', 'waitlisted', 'rejected'] as const;
/** What an officer may do with a case that lies there, whatever it is about. */
const onDesk = {
  reject: ['rejected'],
  'request-more': ['evidence'],
} as const;
const approve = ['approved', 'waitlisted'] as const;

/**
 * Every step that a case can take: a phase, the commands that it allows, and the phases that each may lead to.
 * Each phase has a row, or this does not compile; a command that a row lacks is refused by `refusals`.
 */
export const steps: Readonly<Record<Phase, Steps>> = {
  review: { ...onDesk, claim: ['review'], release: ['review'], approve, withdraw: ['ended'] },
  evidence: {
    ...onDesk,
    claim: ['evidence'],
    release: ['evidence'],
    approve,
    'hand-in': ['review', 'resemblance', 'appeal'],
    withdraw: ['ended'],
  },
  resemblance: {
    ...onDesk,
    claim: ['resemblance'],
    release: ['resemblance'],
    'tell-apart': newCase,
    withdraw: ['ended'],
  },
  appeal: { ...onDesk, claim: ['appeal'], release: ['appeal'], approve, withdraw: ['ended'] },
  waitlisted: { offer: ['offered'], withdraw: ['ended'] },
  offered: {
    'take-offer': ['approved'],
    'decline-offer': ['lapsed'],
    lapse: ['lapsed'],
    withdraw: ['ended'],
  },
  approved: {
    'begin-grace': ['new-paper'],
    suspend: ['suspended', 'doubted'],
    expire: ['ended'],
    withdraw: ['ended'],
  },
  'new-paper': {
    claim: ['new-paper'],
    release: ['new-paper'],
    'hand-in': ['papers-replaced'],
    'request-more': ['new-paper'],
    approve: ['approved'],
    reject: ['ended'],
    suspend: ['new-paper', 'suspended', 'doubted'],
    expire: ['ended'],
    withdraw: ['ended'],
  },
  'papers-replaced': {
    claim: ['papers-replaced'],
    release: ['papers-replaced'],
    'request-more': ['new-paper'],
    approve: ['approved'],
    reject: ['ended'],
    suspend: ['suspended', 'doubted'],
    expire: ['ended'],
    withdraw: ['ended'],
  },
  suspended: {
    suspend: ['doubted'],
    resume: ['approved', 'new-paper', 'papers-replaced'],
    expire: ['ended'],
    withdraw: ['ended'],
  },
  doubted: {
    claim: ['doubted'],
    release: ['doubted'],
    approve: ['approved', 'new-paper'],
    reject: ['ended'],
    expire: ['ended'],
    withdraw: ['ended'],
  },
  rejected: { apply: newCase, appeal: ['appeal'] },
  lapsed: { apply: newCase },
  ended: { apply: newCase },
};

const decided = { else: 'already-decided' } as const;
const notDue = { else: 'not-due' } as const;

/** The refusal of a command in the phases whose row lacks it. */
const refusals: Readonly<
  Record<Command, Readonly<Partial<Record<Phase, StepRefusal>> & { else: StepRefusal }>>
> = {
  apply: {
    waitlisted: 'application-waitlisted',
    offered: 'place-offered',
    approved: 'already-approved',
    suspended: 'already-approved',
    doubted: 'already-approved',
    'new-paper': 'already-approved',
    'papers-replaced': 'already-approved',
    else: 'application-waiting',
  },
  withdraw: { else: 'already-ended' },
  appeal: { else: 'not-rejected' },
  'hand-in': { else: 'nothing-asked' },
  'take-offer': { else: 'no-offer' },
  'decline-offer': { else: 'no-offer' },
  claim: decided,
  release: decided,
  'request-more': decided,
  'tell-apart': {
    review: 'no-resemblance',
    evidence: 'no-resemblance',
    appeal: 'no-resemblance',
    ...decided,
  },
  approve: { resemblance: 'resemblance-first', ...decided },
  reject: decided,
  offer: notDue,
  lapse: notDue,
  'begin-grace': notDue,
  suspend: notDue,
  resume: notDue,
  expire: notDue,
};

/** Whether a command fits a phase: the phases that it may lead to, or the code of the refusal. */
export function stepOf(phase: Phase, command: Command): Next | StepRefusal {
  return steps[phase][command] ?? refusals[command][phase] ?? refusals[command].else;
}

type Standing = Pick<Application, 'state' | 'waitingFor' | 'because' | 'graceUntil'>;

export function phaseOf(standing: Standing): Phase {
  const { state, waitingFor } = standing;
  if (state === 'approved' || state === 'suspended') return phaseOfApproval(standing);
  if (state !== 'waiting') return state;
  switch (waitingFor) {
    case 'evidence':
    case 'resemblance':
    case 'appeal':
      return waitingFor;
    case 'officer-group':
    case 'registry-unknown':
    case 'registry-unreachable':
    // These are of approvals; an officer finds what else waits.
    case 'new-paper':
    case 'papers-replaced':
    case undefined:
      return 'review';
  }
}

/** Who somebody is comes before consent, and that before papers. */
function phaseOfApproval({ state, waitingFor, because, graceUntil }: Standing): Phase {
  if (state === 'suspended' && because === 'profile-changed') return 'doubted';
  if (state === 'suspended' && because !== 'paper-expired') return 'suspended';
  if (waitingFor === 'papers-replaced') return waitingFor;
  return state === 'suspended' || graceUntil !== undefined ? 'new-paper' : 'approved';
}

/** Whether a case is in the officers' queue: an officer may claim it. */
export function isQueued(application: Application): boolean {
  return steps[phaseOf(application)].claim !== undefined;
}

/**
 * Which queue of an area a case is in: those whose learners have to hand in a new paper are apart, or they would
 * stand before everything that officers can go on with, for as long as an approval may last.
 */
export function queueOf(areaId: AreaId, waitingFor: WaitingFor | undefined): string {
  return waitingFor === 'new-paper' ? `${areaId}#new-paper` : areaId;
}

/** The officer who has the case now; a claim that ran out is none. */
export function claimantOf({ claim }: Application, now: Temporal.Instant) {
  if (claim === undefined) return undefined;
  const held = Temporal.Instant.compare(now, Temporal.Instant.from(claim.until)) < 0;
  return held ? claim.by : undefined;
}
