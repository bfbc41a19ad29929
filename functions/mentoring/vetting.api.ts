import { dayIn, mentoringOn, timestamp } from '../../regions/calendar.ts';
import { documentsStore } from '../documents/store.ts';
import { anew } from '../identity/attempt.store.ts';
import type { MentorId, MentorPerson } from '../identity/contract.ts';
import { areasOf } from '../identity/member.store.ts';
import { namesStore } from '../identity/names.store.ts';
import { now } from '../runtime/clock.ts';
import { type TransactItem, transact } from '../runtime/dynamodb.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { Conflict, Forbidden, NotFound, Ruled, Stale } from '../runtime/errors.ts';
import type { Happening } from '../runtime/happening.ts';
import type { Call } from '../runtime/http.ts';
import { AnsweredBefore, type Claim, rememberAnswer } from '../runtime/idempotency.ts';
import { type Message, sendNotice } from '../runtime/notice.ts';
import { region } from '../runtime/region.ts';
import { append, auditEntry } from '../runtime/trail.ts';
import { mentoringEnvironments } from './contract.ts';
import type { Mentor } from './mentor.contract.ts';
import { scoreOf } from './mentor.rules.ts';
import { mentorStore, type SeenMentor } from './mentor.store.ts';
import { mentorDue } from './mentor-due.rules.ts';
import type { Refused } from './mentorship.rules.ts';
import { environment, inArea, type Member, staff } from './people.api.ts';
import type { MentorFile, vettingRoutes } from './vetting.contract.ts';
import { comesTo, decideOn, type Grounds, renewCheckOf } from './vetting.rules.ts';

type Routes = typeof vettingRoutes;

const { MENTORING_TABLE, IDENTITY_TABLE, AUDIT_TABLE, NOTICES_TABLE } = environment;
const { DOCUMENTS_TABLE } = readEnvironment(mentoringEnvironments.papers);
const mentors = mentorStore(MENTORING_TABLE);
const names = namesStore(IDENTITY_TABLE);
const papers = documentsStore(DOCUMENTS_TABLE);

async function listMentors({ caller, query }: Call<Routes['listMentors']>) {
  const member = await staff.memberOf(caller);
  const { staffId, scope } = member;
  if (query.state !== 'selected') wholeRegion(member);
  const page = await mentors.listIn(query.state, query.limit, query.cursor);
  const seen = page.mentors.filter(({ mentor }) => isSeenBy(member, mentor));
  const called = await names.namesOf(
    [],
    seen.map(({ mentor }) => mentor.mentorId),
  );
  await append(AUDIT_TABLE, {
    ...did(member, 'mentors-read'),
    subjects: seen.map(({ mentor }) => mentor.mentorId),
    details: [query.state],
    ...inArea(scope),
  });
  const files = seen.flatMap((one) => {
    const person = called.mentors.get(one.mentor.mentorId);
    return person === undefined ? [] : [fileOf(one, person, { staffId, scope })];
  });
  return { body: { mentors: files, cursor: page.cursor } };
}

async function readMentorFile({ caller, params }: Call<Routes['readMentorFile']>) {
  const member = await staff.memberOf(caller);
  const { seen, person } = await find(params.mentorId, member);
  const subjects = [params.mentorId];
  await append(AUDIT_TABLE, { ...did(member, 'mentor-read'), subjects, details: [] });
  return { body: fileOf(seen, person, member), version: seen.version };
}

async function decideOnMentor(call: Call<Routes['decideOnMentor']>) {
  const { body } = call;
  return change(call, (mentor, grounds) => decideOn(mentor, body, grounds), {
    action: body.outcome === 'selected' ? 'mentor-selected' : 'mentor-rejected',
    tells: body.outcome === 'selected' ? 'mentor-selected' : 'mentor-rejected',
  });
}

async function renewCheck(call: Call<Routes['renewCheck']>) {
  const rule = (mentor: Mentor, grounds: Grounds) => renewCheckOf(mentor, call.body.until, grounds);
  return change(call, rule, { action: 'check-renewed', tells: undefined });
}

type Changing = Call<Routes['decideOnMentor']> | Call<Routes['renewCheck']>;

/** How a decision about a mentor is recorded, and what they hear of it. */
interface Deed {
  readonly action: Happening['action'];
  readonly tells: 'mentor-selected' | 'mentor-rejected' | undefined;
}

/** Decides about a mentor, keeps, records and tells it in one transaction. */
async function change(
  { caller, params, ifMatch, claim }: Changing,
  rule: (mentor: Mentor, grounds: Grounds) => Refused | Mentor,
  deed: Deed,
) {
  const member = await staff.memberOf(caller);
  wholeRegion(member);
  return anew(async () => {
    const { seen, person } = await find(params.mentorId, member);
    if (ifMatch !== undefined && ifMatch !== seen.version) throw stale();
    const held = await papers.papersOf(params.mentorId);
    const mentor = rule(seen.mentor, { region, papers: held, now: now() });
    if ('code' in mentor) throw refusal(mentor);
    const kept = { ...seen.kept, decidedBy: member.staffId, checkReminded: false };
    const next = { mentor, kept, version: seen.version };
    const answer = {
      body: fileOf(next, person, member),
      version: seen.version + 1,
    };
    return (await keep(next, member, deed, { claim, answer })) ? answer : undefined;
  });
}

interface Answered {
  readonly claim: Claim;
  readonly answer: { readonly body: MentorFile; readonly version: number };
}

/** False where the mentor has changed since. */
async function keep(
  next: SeenMentor,
  member: Member,
  { action, tells }: Deed,
  { claim, answer }: Answered,
): Promise<boolean> {
  const { mentor, kept } = next;
  const { mentorId, checkUntil } = mentor;
  const details = checkUntil === undefined ? [] : [checkUntil];
  const happening = { ...did(member, action), subjects: [mentorId], details };
  const written = await transact([
    rememberAnswer(MENTORING_TABLE, claim, { status: 200, ...answer }),
    mentors.change(next, mentorDue(region, mentor, kept, now())),
    auditEntry(AUDIT_TABLE, happening),
    ...told(mentorId, tells),
  ]);
  if (!written.done && written.failed.includes(0)) throw new AnsweredBefore();
  return written.done;
}

function told(mentorId: MentorId, kind: Deed['tells']): TransactItem[] {
  if (kind === undefined) return [];
  const message: Message = { kind, to: { kind: 'mentor', mentorId }, facts: {} };
  return [sendNotice(NOTICES_TABLE, message)];
}

/** A mentor whom a member of staff sees; another is as if they were not there (edge case 50). */
async function find(mentorId: MentorId, member: Member) {
  const seen = await mentors.read(mentorId);
  const person = (await names.namesOf([], [mentorId])).mentors.get(mentorId);
  if (seen !== undefined && person !== undefined && isSeenBy(member, seen.mentor)) {
    return { seen, person };
  }
  throw new NotFound({ code: 'no-such-mentor', detail: 'You see no such mentor.' });
}

const isSeenBy = ({ scope }: Member, mentor: Mentor) =>
  areasOf(scope)?.some((areaId) => comesTo(mentor, areaId)) ?? true;

/** What a coordinator reads of a mentor; the link to a learner's history is for the whole region's only. */
function fileOf({ mentor, kept }: SeenMentor, { name }: MentorPerson, { scope }: Member) {
  const points = mentoringOn(region, dayIn(region, now()))?.points;
  const score = points === undefined ? { score: 0, reasons: [] } : scoreOf(mentor, points);
  const { learnerId } = kept;
  const linked = scope.kind === 'region' && learnerId !== undefined ? { learnerId } : {};
  return { ...mentor, name, ...score, ...linked };
}

/** @throws {Forbidden} `whole-region-only` */
export function wholeRegion({ scope }: Member): void {
  if (scope.kind === 'region') return;
  throw new Forbidden({
    code: 'whole-region-only',
    detail:
      'Mentors belong to the whole region, and you serve some areas of it. Ask its coordinators.',
  });
}

/** What a member of staff does, as the trail tells it. */
export function did({ staffId }: Member, action: Happening['action']) {
  return { at: timestamp(now()), actor: { kind: 'staff' as const, staffId }, action };
}

function refusal(refused: Refused) {
  return refused.because === 'state' ? new Conflict(refused) : new Ruled(refused);
}

function stale(): Stale {
  return new Stale({
    code: 'stale',
    detail: 'The mentor is not as If-Match says. Read them again, and send the new ETag.',
  });
}

/** The routes of coordinators about mentors. */
export const vettingHandlers = { listMentors, readMentorFile, decideOnMentor, renewCheck };
