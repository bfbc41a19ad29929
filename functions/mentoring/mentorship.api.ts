import type { TransactItem } from '../runtime/dynamodb.ts';
import type { Call } from '../runtime/http.ts';
import { type Claim, rememberAnswer } from '../runtime/idempotency.ts';
import type { mentoring } from './contract.ts';
import {
  actingParty,
  type Decision,
  decide,
  inScope,
  reasonToHold,
  requests,
  sessions,
  table,
  theirs,
  told,
} from './deciding.api.ts';
import { backWithRest } from './handover.rules.ts';
import { endingNotices, pausedNotices, resumedNotices } from './invitation.rules.ts';
import { menteeStore } from './mentee.store.ts';
import type { EndedBecause, Mentorship } from './mentorship.contract.ts';
import { ended, paused, type Refused, resumed, type Terms } from './mentorship.rules.ts';
import { staff } from './people.api.ts';
import { recorded } from './recording.api.ts';
import { asSidesSee, asStaffSee } from './report.rules.ts';

type Routes = typeof mentoring.routes;

const mentees = menteeStore(table);

async function leaveMentorship({ caller, params, query, claim }: Call<Routes['leaveMentorship']>) {
  const party = await actingParty(caller, query);
  const read = () => theirs(party, params.mentorshipId);
  const because = party.side === 'learner' ? 'learner-left' : 'mentor-left';
  return decide(read, ({ mentorship }, { now }) =>
    ending(
      { mentorship, because, waits: party.side === 'mentor', now, claim, others: [] },
      asSidesSee,
    ),
  );
}

async function endMentorship({ caller, params, body, claim }: Call<Routes['endMentorship']>) {
  const member = await staff.memberOf(caller);
  const read = () => inScope(member, params.mentorshipId);
  return decide(read, async ({ mentorship }, { now }) => {
    const others = [recorded(member, 'mentorship-ended', mentorship)];
    const wish = {
      mentorship,
      because: 'coordinator',
      waits: body.waits,
      now,
      claim,
      others,
    } as const;
    return ending(wish, asStaffSee);
  });
}

async function pauseMentorship({ caller, params, claim }: Call<Routes['pauseMentorship']>) {
  const member = await staff.memberOf(caller);
  const read = () => inScope(member, params.mentorshipId);
  return decide(read, async ({ mentorship }, { now }) => {
    const next = paused(mentorship, 'asked', now);
    if (next === undefined) return notActive();
    const answer = { body: asStaffSee(next) };
    const remembered = rememberAnswer(table, claim, { status: 200, ...answer });
    const others = [
      recorded(member, 'mentorship-paused', mentorship),
      ...told(pausedNotices(next)),
    ];
    return { change: { next, sessions: [] }, along: { remembered, others }, answer };
  });
}

async function resumeMentorship({ caller, params, claim }: Call<Routes['resumeMentorship']>) {
  const member = await staff.memberOf(caller);
  const read = () => inScope(member, params.mentorshipId);
  return decide(read, async ({ mentorship }, terms) => {
    const refused = notToResume(mentorship);
    if (refused !== undefined) return refused;
    const because = await reasonToHold(mentorship);
    const change =
      because === undefined
        ? resumed(terms, mentorship, await sessions.listOf(params.mentorshipId))
        : { next: { ...mentorship, pausedBecause: because }, sessions: [] };
    const answer = { body: asStaffSee(change.next) };
    const remembered = rememberAnswer(table, claim, { status: 200, ...answer });
    const others = [
      recorded(
        member,
        'mentorship-resumed',
        mentorship,
        [],
        because === undefined ? [] : [because],
      ),
      ...(because === undefined ? told(resumedNotices(change)) : []),
    ];
    return { change, along: { remembered, others }, answer };
  });
}

/** An end that somebody wants. */
interface Ending {
  readonly mentorship: Mentorship;
  readonly because: EndedBecause;
  /** Whether the learner waits for another mentor with what remains (edge case 28). */
  readonly waits: boolean;
  readonly now: Terms['now'];
  readonly claim: Claim;
  readonly others: readonly TransactItem[];
}

async function ending<Seen extends object>(
  { mentorship, because, waits, now, claim, others }: Ending,
  asSeen: (mentorship: Mentorship) => Seen,
): Promise<Decision<{ readonly body: Seen }> | Refused> {
  const { mentorshipId, learnerId, mentorId, state } = mentorship;
  if (state !== 'active' && state !== 'paused') return notActive();
  const [held, request] = await Promise.all([
    sessions.listOf(mentorshipId),
    waits ? requests.read(learnerId) : undefined,
  ]);
  const change = ended(mentorship, because, held, now);
  const back = backWithRest(request, change.next);
  const answer = { body: asSeen(change.next) };
  return {
    change,
    along: {
      remembered: rememberAnswer(table, claim, { status: 200, ...answer }),
      others: [
        mentees.free(mentorId),
        ...(back === undefined ? [] : [requests.change(back)]),
        ...told(endingNotices(change, back !== undefined)),
        ...others,
      ],
    },
    answer,
  };
}

/** A hold by the rules ends with its reason: a renewed check, a decided report, a consent or an approval that holds. */
function notToResume({ state, pausedBecause }: Mentorship): Refused | undefined {
  if (state !== 'paused') {
    const detail = 'This mentorship is not paused.';
    return { because: 'state', code: 'not-paused', detail };
  }
  if (pausedBecause === 'asked') return undefined;
  const detail = 'The rules hold it: it goes on by itself, as soon as they allow it.';
  return { because: 'state', code: 'held-by-rules', detail };
}

function notActive(): Refused {
  const detail = 'This mentorship does not go on: it waits for answers, is paused, or has ended.';
  return { because: 'state', code: 'not-active', detail };
}

/** What becomes of mentorships by the decision of one of its sides, or of a coordinator. */
export const mentorshipHandlers = {
  leaveMentorship,
  endMentorship,
  pauseMentorship,
  resumeMentorship,
};
