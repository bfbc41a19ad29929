import type { Temporal } from 'temporal-polyfill';
import { dayIn, policyOn, timestamp } from '../../regions/calendar.ts';
import type { Policy, Region } from '../../regions/schema.ts';
import type { StaffId } from '../identity/contract.ts';
import { type Command, claimantOf, phaseOf, type StepRefusal, stepOf } from './case.rules.ts';
import type { Application, EvidenceRequest, RequestInput } from './contract.ts';

/** Hours for which a claim keeps others off a case: a working day. Nobody has to clear up after an officer who left. */
const claimHours = 8;

/** Why something is not done with a case. */
export interface Refused<Code extends string> {
  readonly kind: 'refused';
  readonly code: Code;
  readonly detail: string;
}

export function refused<const Code extends string>(code: Code, detail: string): Refused<Code> {
  return { kind: 'refused', code, detail };
}

/** What becomes of an application, or why nothing does. */
export type Ruling<Code extends string> =
  | { readonly kind: 'allowed'; readonly next: Application }
  /** It was done before: doing it again changes nothing. */
  | { readonly kind: 'unchanged'; readonly next: Application }
  | Refused<Code>;

export const allowed = (next: Application) => ({ kind: 'allowed' as const, next });
export const unchanged = (next: Application) => ({ kind: 'unchanged' as const, next });

/** An officer who acts, and when. */
export interface Acting {
  readonly staffId: StaffId;
  readonly now: Temporal.Instant;
}

const sayings: Readonly<Record<StepRefusal, string>> = {
  'application-waiting':
    'An application of yours waits for an officer. GET /me/applications shows it.',
  'application-waitlisted':
    'An application of yours waits for a place. GET /me/applications shows it.',
  'place-offered': 'A place is offered to you. Take or decline it first.',
  'already-approved': 'You are approved already. GET /me/enrolments shows your places.',
  'already-ended': 'This application has ended. There is nothing to withdraw.',
  'not-rejected': 'Only a rejection can be appealed. GET /me/applications shows how it stands.',
  'nothing-asked': 'No papers are asked for. GET /me/applications shows how it stands.',
  'no-offer': 'No place is offered to this application. GET /me/applications shows how it stands.',
  'already-decided': 'This application is decided. Read it again to see how.',
  'no-resemblance': 'This application resembles no other. Decide it.',
  'resemblance-first':
    'It may be the same person as another application. Say that they are different people first, or reject it.',
  'not-due': 'Nothing of the kind is due.',
};

/** The refusal of a command by the table of steps; undefined where the table allows it. */
export function outOfStep(
  application: Application,
  command: Command,
): Refused<StepRefusal> | undefined {
  const step = stepOf(phaseOf(application), command);
  return typeof step === 'string' ? refused(step, sayings[step]) : undefined;
}

/** The officers who have decided a case before; an appeal goes to none of them (edge case 11). */
export function decidersOf({ decision, earlier = [] }: Application): readonly StaffId[] {
  return [...earlier, decision].flatMap((made) => made?.officer ?? []);
}

/** Whether a case is an appeal, or one that papers interrupt; afterwards anybody may look at it again. */
export function isAppeal(application: Application): boolean {
  return application.state === 'waiting' && waitsBehind(application) === 'appeal';
}

export type ClaimRefusal = StepRefusal | 'claimed-by-another' | 'same-officer';

/** Takes a case, or begins the time of one's own claim anew. */
export function claimCase(
  application: Application,
  { staffId, now }: Acting,
): Ruling<ClaimRefusal> {
  const wrong = outOfStep(application, 'claim') ?? notMine(application, { staffId, now });
  if (wrong !== undefined) return wrong;
  if (isAppeal(application) && decidersOf(application).includes(staffId)) {
    const detail = 'You decided this case first. Another officer decides the appeal.';
    return refused('same-officer', detail);
  }
  const claim = { by: staffId, until: timestamp(now.add({ hours: claimHours })) };
  return allowed({ ...application, claim });
}

/** Puts a case back; one that nobody has claimed stays as it is. */
export function releaseCase(
  application: Application,
  acting: Acting,
): Ruling<StepRefusal | 'claimed-by-another'> {
  const wrong = outOfStep(application, 'release') ?? notMine(application, acting);
  if (wrong !== undefined) return wrong;
  return application.claim === undefined
    ? unchanged(application)
    : allowed(withoutClaim(application));
}

export function withoutClaim({ claim, ...rest }: Application): Application {
  return rest;
}

function notMine(application: Application, { staffId, now }: Acting) {
  const claimant = claimantOf(application, now);
  if (claimant === undefined || claimant === staffId) return undefined;
  const detail =
    'Another officer has claimed this case. GET /applications?claimed=free lists others.';
  return refused('claimed-by-another', detail);
}

export type DeskRefusal = StepRefusal | 'claimed-by-another' | 'claim-first';

/** Why an officer may not do something with a case: it does not fit, or they do not hold it. */
export function notOnDesk(
  application: Application,
  command: Command,
  acting: Acting,
): Refused<DeskRefusal> | undefined {
  const wrong = outOfStep(application, command) ?? notMine(application, acting);
  if (wrong !== undefined) return wrong;
  if (claimantOf(application, acting.now) === acting.staffId) return undefined;
  return refused('claim-first', 'Claim the case with PUT /applications/{id}/claim first.');
}

/** Asks the applicant for papers, with the days of the policy to hand in; the case leaves the desk. */
export function requestMore(
  region: Region,
  application: Application,
  { evidence, message }: RequestInput,
  acting: Acting,
): Ruling<DeskRefusal | 'no-such-evidence'> {
  const wrong = notOnDesk(application, 'request-more', acting);
  if (wrong !== undefined) return wrong;
  const today = dayIn(region, acting.now);
  const policy = policyOn(region, today);
  const known = evidenceOf(policy, application);
  if (!evidence.every((id) => known.includes(id))) {
    const detail = `The group "${application.groupId}" has these papers: ${known.join(', ') || 'none'}.`;
    return refused('no-such-evidence', detail);
  }
  const { state, graceUntil = '' } = application;
  const lastDay = today.add({ days: policy.deadlines.evidence }).toString();
  // The days to hand in are days of grace, however long the officer took, and no grace is cut short.
  const until = state === 'approved' && graceUntil > lastDay ? graceUntil : lastDay;
  const askedAt = timestamp(acting.now);
  const request = { evidence, message, askedAt, until, before: waitsBehind(application) };
  const asked = { ...withoutClaim(application), request, changedAt: askedAt };
  if (state === 'waiting') return allowed({ ...asked, waitingFor: 'evidence' });
  const grace = state === 'approved' ? { graceUntil: until } : {};
  return allowed({ ...asked, waitingFor: 'new-paper', ...grace });
}

function evidenceOf({ groups }: Policy, { groupId }: Application) {
  const group = groups.find(({ id }) => id === groupId);
  return (group?.evidence ?? []).map(({ id }) => id);
}

/** What a case waits for apart from papers: they only interrupt it. */
export function waitsBehind({
  state,
  waitingFor = 'officer-group',
  request,
}: Application): EvidenceRequest['before'] {
  if (state === 'approved' || state === 'suspended') return 'papers-replaced';
  return waitingFor === 'evidence' || waitingFor === 'new-paper'
    ? (request?.before ?? 'officer-group')
    : waitingFor;
}
