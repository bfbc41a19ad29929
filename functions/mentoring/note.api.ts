import { anew } from '../identity/attempt.store.ts';
import { now } from '../runtime/clock.ts';
import { transact } from '../runtime/dynamodb.ts';
import { NotFound, Stale } from '../runtime/errors.ts';
import type { Call } from '../runtime/http.ts';
import { AnsweredBefore, rememberAnswer } from '../runtime/idempotency.ts';
import { newId } from '../runtime/ids.ts';
import { region } from '../runtime/region.ts';
import { actingParty, inScope, refusalOf, sessionOf, table, theirs } from './deciding.api.ts';
import { holdStore } from './hold.store.ts';
import type { Mentorship } from './mentorship.contract.ts';
import { termsOf } from './mentorship.rules.ts';
import { type Note, NoteId, type noteRoutes } from './note.contract.ts';
import {
  feedbackHeld,
  feedbackOn,
  isPlanned,
  maySeeNotes,
  type NoteReader,
  noteFor,
  notWritable,
  planned,
} from './note.rules.ts';
import { noteStore } from './note.store.ts';
import { actingMentor, learners, type Party, partyOf, staff } from './people.api.ts';
import { looked } from './recording.api.ts';
import type { MentorshipId } from './words.contract.ts';

type Routes = typeof noteRoutes;

const notes = noteStore(table);
const holds = holdStore(table);

async function readPlan({ caller, params, query }: Call<Routes['readPlan']>) {
  await openTo(await actingParty(caller, query), params.mentorshipId);
  const seen = await notes.readPlan(params.mentorshipId);
  if (seen !== undefined) return { body: seen.plan, version: seen.version };
  throw new NotFound({ code: 'no-plan', detail: 'There is no plan yet. Write one with PUT.' });
}

async function writePlan({ caller, params, query, body, ifMatch }: Call<Routes['writePlan']>) {
  const party = await actingParty(caller, query);
  return anew(async () => {
    await writableBy(party, params.mentorshipId);
    const seen = await notes.readPlan(params.mentorshipId);
    // Asked for again, its answer lost: it says so already (RFC 9110, 13.1.1).
    if (seen !== undefined && isPlanned(seen.plan, body, party.side)) {
      return { body: seen.plan, version: seen.version };
    }
    if (ifMatch !== seen?.version) throw stale();
    const plan = planned(body, party.side, now());
    const written = await transact(notes.putPlan(params.mentorshipId, plan, seen?.version));
    return written.done ? { body: plan, version: (seen?.version ?? 0) + 1 } : undefined;
  });
}

async function writeNote({ caller, params, body, claim }: Call<Routes['writeNote']>) {
  const party = { side: 'mentor', id: await actingMentor(caller) } as const;
  const { mentorshipId } = params;
  return anew(async () => {
    await writableBy(party, mentorshipId);
    if (body.sessionId !== undefined) await sessionOf(mentorshipId, body.sessionId);
    const at = now().toString({ smallestUnit: 'millisecond' });
    const note: Note = { noteId: newId(NoteId, 'nte'), at, ...body };
    const answer = { body: note };
    const written = await transact([
      rememberAnswer(table, claim, { status: 201, ...answer }),
      ...notes.createNote(mentorshipId, note),
    ]);
    if (!written.done && written.failed.includes(0)) throw new AnsweredBefore();
    return written.done ? answer : undefined;
  });
}

async function listNotes({ caller, params, query }: Call<Routes['listNotes']>) {
  const party = await actingParty(caller, query);
  await openTo(party, params.mentorshipId);
  return { body: await pageFor(party.side, params.mentorshipId, query) };
}

async function readFeedback({ caller, params, query }: Call<Routes['readFeedback']>) {
  const party = await partyOf(caller, query);
  await theirs(party, params.mentorshipId);
  const given = (await notes.readFeedback(params.mentorshipId))[party.side];
  if (given !== undefined) return { body: given };
  throw new NotFound({
    code: 'no-feedback',
    detail: 'You gave no feedback on this mentorship. Give it with PUT.',
  });
}

async function writeFeedback({ caller, params, query, body }: Call<Routes['writeFeedback']>) {
  const party = await actingParty(caller, query);
  return anew(async () => {
    const { mentorship } = await theirs(party, params.mentorshipId);
    const feedback = feedbackOn(termsOf(region, mentorship, now()), mentorship, body);
    if ('because' in feedback) throw refusalOf(feedback);
    // First the hold: who is accused replaces nothing, also after the end (edge case 35).
    const written = await transact([
      holds.isFree(party.id),
      ...notes.putFeedback(params.mentorshipId, party.side, feedback),
    ]);
    if (!written.done && written.failed.includes(0)) throw refusalOf(feedbackHeld);
    return written.done ? { body: feedback } : undefined;
  });
}

async function readFile({ caller, params, query }: Call<Routes['readMentorshipFile']>) {
  const member = await staff.memberOf(caller);
  const { mentorshipId } = params;
  const { mentorship } = await inScope(member, mentorshipId);
  const [seen, feedback, page] = await Promise.all([
    notes.readPlan(mentorshipId),
    notes.readFeedback(mentorshipId),
    pageFor('coordinator', mentorshipId, query),
  ]);
  await looked(member, 'mentorship-file-read', mentorship, [mentorshipId]);
  return { body: { ...page, ...(seen && { plan: seen.plan }), feedback } };
}

async function pageFor(
  reader: NoteReader,
  id: MentorshipId,
  query: Parameters<typeof notes.listNotes>[1],
) {
  const page = await notes.listNotes(id, query);
  return { ...page, notes: page.notes.flatMap((note) => noteFor(reader, note) ?? []) };
}

/** A mentorship whose notes one side may see. @throws {NotFound} `no-such-mentorship`, also after a mentor's access ended */
async function openTo(party: Party, id: MentorshipId): Promise<Mentorship> {
  const { mentorship } = await theirs(party, id);
  if (maySeeNotes(mentorship, party.side)) return mentorship;
  throw new NotFound({
    code: 'no-such-mentorship',
    detail: 'You have no such mentorship, or it has ended. GET /me/mentorships lists yours.',
  });
}

async function writableBy(party: Party, id: MentorshipId): Promise<void> {
  const mentorship = await openTo(party, id);
  const record = await learners.readRecord(mentorship.learnerId);
  const refused = notWritable(mentorship, record?.profile);
  if (refused !== undefined) throw refusalOf(refused);
}

function stale(): Stale {
  return new Stale({
    code: 'stale',
    detail:
      'The plan is not as If-Match says, or If-Match is missing. Read it again, apply your change, and send its ETag.',
  });
}

/** What both sides and coordinators do with plans, notes and feedback. */
export const noteHandlers = {
  readPlan,
  writePlan,
  writeNote,
  listNotes,
  readFeedback,
  writeFeedback,
  readMentorshipFile: readFile,
};
