import type { MentorId } from '../identity/contract.ts';
import { NotFound } from '../runtime/errors.ts';
import type { Call } from '../runtime/http.ts';
import { rememberAnswer } from '../runtime/idempotency.ts';
import { newId } from '../runtime/ids.ts';
import { region } from '../runtime/region.ts';
import { conflictStore } from './conflict.store.ts';
import type { mentoring } from './contract.ts';
import {
  decide,
  inScope,
  mentorRows,
  mentorships,
  requests,
  sessions,
  table,
  told,
} from './deciding.api.ts';
import { handOver, isClose, mentorFull, tooClose } from './handover.rules.ts';
import { endingNotices } from './invitation.rules.ts';
import { menteeStore } from './mentee.store.ts';
import { offerDue } from './offer.rules.ts';
import { tellOffered } from './offer-told.rules.ts';
import { staff } from './people.api.ts';
import { recorded } from './recording.api.ts';
import { asStaffSee } from './report.rules.ts';
import { MentorshipId } from './words.contract.ts';

type Routes = typeof mentoring.routes;

const mentees = menteeStore(table);
const conflicts = conflictStore(table);

async function handOverMentorship(call: Call<Routes['handOverMentorship']>) {
  const { caller, params, body, claim } = call;
  const member = await staff.memberOf(caller);
  const read = () => inScope(member, params.mentorshipId);
  return decide(read, async ({ mentorship }, terms) => {
    const { learnerId, mentorId } = mentorship;
    const [seen, held, request] = await Promise.all([
      mentorNamed(body.mentorId),
      sessions.listOf(params.mentorshipId),
      requests.read(learnerId),
    ]);
    const close = isClose(seen.kept.marks, request?.kept.marks ?? []);
    if (close !== undefined) return close;
    const mentorshipId = newId(MentorshipId, 'msh');
    const handover = handOver(terms, mentorship, held, { mentor: seen.mentor, mentorshipId });
    if ('because' in handover) return handover;
    const { ending, going } = handover;
    const answer = { body: asStaffSee(going) };
    const along = {
      remembered: rememberAnswer(table, claim, { status: 201, ...answer }),
      guards: [
        { item: mentees.take(body.mentorId), otherwise: mentorFull },
        { item: conflicts.isNone(body.mentorId, learnerId), otherwise: tooClose },
      ],
      others: [
        mentees.free(mentorId),
        ...mentorships.create(going, offerDue(region, going)),
        ...told([...endingNotices(ending, true), ...tellOffered(going)]),
        recorded(member, 'handed-over', mentorship, [mentorshipId, body.mentorId]),
      ],
    };
    return { change: ending, along, answer };
  });
}

async function mentorNamed(mentorId: MentorId) {
  const seen = await mentorRows.read(mentorId);
  if (seen !== undefined) return seen;
  throw new NotFound({
    code: 'no-such-mentor',
    detail: 'There is no such mentor. GET /mentors?state=selected lists them.',
  });
}

/** Handing a mentorship over. */
export const handoverHandlers = { handOverMentorship };
