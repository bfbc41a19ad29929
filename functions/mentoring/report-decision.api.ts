import { timestamp } from '../../regions/calendar.ts';
import { anew } from '../identity/attempt.store.ts';
import type { Member } from '../identity/member.store.ts';
import type { StaffCaller } from '../runtime/caller.ts';
import { now } from '../runtime/clock.ts';
import { type TransactItem, transact } from '../runtime/dynamodb.ts';
import { Conflict, NotFound } from '../runtime/errors.ts';
import type { Call } from '../runtime/http.ts';
import { AnsweredBefore, rememberAnswer } from '../runtime/idempotency.ts';
import { sendNotice } from '../runtime/notice.ts';
import { region } from '../runtime/region.ts';
import { append, auditEntry } from '../runtime/trail.ts';
import { holdStore } from './hold.store.ts';
import type { MentorState } from './mentor.contract.ts';
import { mentorStore } from './mentor.store.ts';
import { mentorDue } from './mentor-due.rules.ts';
import { mentorshipStore } from './mentorship.store.ts';
import { environment, staff } from './people.api.ts';
import type { Report, ReportId, reportRoutes } from './report.contract.ts';
import { accusedOf, decided, entryOf, maySee, personsOf, releasedBy } from './report.rules.ts';
import { reportStore, type SeenReport } from './report.store.ts';

type Routes = typeof reportRoutes;

const { MENTORING_TABLE, NOTICES_TABLE, AUDIT_TABLE } = environment;
const reports = reportStore(MENTORING_TABLE);
const holds = holdStore(MENTORING_TABLE);
const mentors = mentorStore(MENTORING_TABLE);
const mentorships = mentorshipStore(MENTORING_TABLE);

async function listReports({ caller, query }: Call<Routes['listReports']>) {
  const member = await staff.memberOf(caller);
  const page = await reports.listVisible(query.state, (one) => maySee(member, one), query);
  await append(AUDIT_TABLE, looked(member, page.reports));
  return { body: { ...page, reports: page.reports.map(entryOf) } };
}

async function readReport({ caller, params }: Call<Routes['readReport']>) {
  const { member, seen } = await find(caller, params.reportId);
  await append(AUDIT_TABLE, looked(member, [seen.report]));
  return { body: seen.report };
}

async function decideReport({ caller, params, body, claim }: Call<Routes['decideReport']>) {
  return anew(async () => {
    const { member, seen } = await find(caller, params.reportId);
    if (seen.report.state !== 'open') throw alreadyDecided();
    const report = decided(seen.report, body, member.staffId, now());
    const answer = { body: report };
    const written = await transact([
      rememberAnswer(MENTORING_TABLE, claim, { status: 200, ...answer }),
      reports.change({ ...seen, report }),
      ...(await release(report, body.outcome)),
      auditEntry(AUDIT_TABLE, {
        ...did(member, [report.reportId]),
        action: 'report-decided',
        details: [body.outcome],
      }),
    ]);
    if (!written.done && written.failed.includes(0)) throw new AnsweredBefore();
    return written.done ? answer : undefined;
  });
}

/** The writes that let go of all whom a report concerns; what then becomes of mentorships the job does (`settling.job.ts`). */
async function release(report: Report, outcome: 'upheld' | 'dismissed'): Promise<TransactItem[]> {
  const { mentorshipId, about, reportId } = report;
  const named = mentorshipId === undefined ? undefined : await mentorships.read(mentorshipId);
  const writes = await Promise.all(
    personsOf(report, named?.mentorship).map(async (personId) => {
      const seen = await holds.read(personId);
      const { hold, mentor } = releasedBy(seen.hold, reportId, outcome);
      const kept = holds.change(hold, seen, timestamp(now()));
      return [kept, ...(personId === accusedOf(about) ? await reinstate(report, mentor) : [])];
    }),
  );
  return writes.flat();
}

async function reinstate(
  { about }: Report,
  state: MentorState | undefined,
): Promise<TransactItem[]> {
  if (state === undefined || about.kind !== 'mentor') return [];
  const seen = await mentors.read(about.mentorId);
  if (seen === undefined) return [];
  const mentor = { ...seen.mentor, state, since: timestamp(now()) };
  const to = { kind: 'mentor', mentorId: about.mentorId } as const;
  return [
    mentors.change({ ...seen, mentor }, mentorDue(region, mentor, seen.kept, now())),
    sendNotice(NOTICES_TABLE, { kind: 'mentor-reinstated', to, facts: {} }),
  ];
}

/** A report as a lead may see it. @throws {NotFound} `no-such-report`, also of one about themself or of another area */
async function find(
  caller: StaffCaller,
  reportId: ReportId,
): Promise<{ readonly member: Member; readonly seen: SeenReport }> {
  const [member, seen] = await Promise.all([staff.memberOf(caller), reports.read(reportId)]);
  if (seen !== undefined && maySee(member, seen.report)) return { member, seen };
  throw new NotFound({ code: 'no-such-report', detail: 'You can read no report with this id.' });
}

/** A look, as the trail tells it: of whom it is about nothing, since the trail has other readers. */
const looked = (member: Member, seen: readonly Report[]) => ({
  ...did(
    member,
    seen.map(({ reportId }) => reportId),
  ),
  action: 'report-read' as const,
  details: [],
});

const did = ({ staffId }: Member, subjects: ReportId[]) => ({
  at: timestamp(now()),
  actor: { kind: 'staff' as const, staffId },
  subjects,
});

function alreadyDecided(): Conflict {
  return new Conflict({
    code: 'already-decided',
    detail: 'This report is decided. Read it again to see how.',
  });
}

/** The routes of safeguarding leads. */
export const reportDecisionHandlers = { listReports, readReport, decideReport };
