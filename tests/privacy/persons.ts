import { LearnerPaper, PaperId } from '../../functions/documents/contract.ts';
import { documentsStore } from '../../functions/documents/store.ts';
import { type PlaceId, Places } from '../../functions/enrolment/contract.ts';
import { toRow } from '../../functions/enrolment/rows.store.ts';
import { enrolmentStore } from '../../functions/enrolment/store.ts';
import { ConsentId } from '../../functions/identity/consent.contract.ts';
import { consentStore } from '../../functions/identity/consent.store.ts';
import { Name as LearnerName } from '../../functions/identity/contract.ts';
import { guardianStore } from '../../functions/identity/guardian.store.ts';
import { proofOf } from '../../functions/identity/proof.store.ts';
import { tieRequest } from '../../functions/identity/tie.store.ts';
import { holdStore } from '../../functions/mentoring/hold.store.ts';
import { Report, ReportId } from '../../functions/mentoring/report.contract.ts';
import { concernedBy, type PersonId } from '../../functions/mentoring/report.rules.ts';
import { reportStore } from '../../functions/mentoring/report.store.ts';
import { provisioningStore } from '../../functions/provisioning/store.ts';
import { Sub } from '../../functions/runtime/caller.ts';
import { transact } from '../../functions/runtime/dynamodb.ts';
import { rememberAnswer } from '../../functions/runtime/idempotency.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { auditEntry } from '../../functions/runtime/trail.ts';
import { ProviderId } from '../../regions/schema.ts';
import { approval, place } from '../enrolment/places.ts';
import { routes as mentoring, newPair, type Pair } from '../mentoring/mentorships.ts';
import { ask } from './house.ts';

const enrolments = enrolmentStore('enrolment');
const accounts = provisioningStore('provisioning');
const month = '2025-06';
const papers = documentsStore('documents');
const holds = holdStore('mentoring');
const reports = reportStore('mentoring');
const mill = ProviderId.parse('mill');

/** Words that stand in rows of a learner and nowhere else. */
export const personal = [
  'okja@home.example',
  '김하늘',
  'h@village.example',
  'Fractions',
  '분수가 어렵대요',
  'Okja',
  '하늘이네 집',
];

/** A learner who has everything: a mentor with a booked session and notes, places, an account, a paper, a guardian. */
export async function newPerson(): Promise<Pair> {
  const pair = await newPair();
  const { learnerId, learner } = pair;
  const params = { mentorshipId: pair.mentorshipId };
  const speak = (sub: Sub, route: Parameters<typeof ask>[1], body: object, as?: string) =>
    ask(sub, route, { params, body, query: as === undefined ? {} : { as } }, 'mentoring/api');
  const session = { start: '2025-06-09T07:00:00Z', way: 'offline', venue: '하늘이네 집' };
  await speak(learner, mentoring.bookSessions, session, 'learner');
  await speak(learner, mentoring.writePlan, { goals: 'Fractions', steps: [] }, 'learner');
  await speak(pair.mentor, mentoring.writeNote, { forMentor: '분수가 어렵대요' });
  await transact([
    { Put: { TableName: 'enrolment', Item: toRow(placesOf(learnerId)) } },
    proofOf('identity', learnerId, {
      word: 'granted',
      at: '2025-06-01T00:00:00.000Z',
      policyVersion: 'first-2025',
      textVersion: '2026-11',
      by: { name: nameOf('Okja'), relation: 'mother', tokenHash: 'hash' },
    }),
    ...consentOf(learnerId),
    auditEntry('audit', {
      at: '2025-06-01T00:00:00.000Z',
      actor: { kind: 'learner' },
      action: 'applied',
      learnerId,
      subjects: [],
      details: [],
    }),
  ]);
  await live(learnerId);
  const answer = { status: 201, body: {} };
  const claim = { id: learnerId, fingerprint: '' };
  const remembered = rememberAnswer('documents', claim, answer);
  await papers.announce(paperOf(learnerId), { awaited: 9, kept: 9 }, remembered);
  return pair;
}

type LearnerId = Pair['learnerId'];

/** The request for consent that a learner came of: it keeps the address that was asked, for the consent can be withdrawn. */
function consentOf(learnerId: LearnerId) {
  const consentId = newId(ConsentId, 'cns');
  const at = '2025-06-01T00:00:00.000Z';
  const asked = { consentId, version: 0, state: 'granted', learnerId, guardians: [] } as const;
  const guardian = { tokenHash: 'hash', email: 'okja@home.example', answer: 'granted' } as const;
  const terms = { policyVersion: 'first-2025', textVersion: '2026-11', answerBy: '2025-06-14' };
  const request = { ...asked, ...terms, askedAt: at, changedAt: at, guardians: [guardian] };
  return [
    consentStore('identity').putRequest(request, undefined),
    tieRequest('identity', learnerId, consentId),
  ];
}

const nameOf = (name: string) => LearnerName.parse(name);

function placesOf(learnerId: LearnerId): Places {
  const subject = 'subject' satisfies PlaceId;
  return Places.parse({
    ...{ learnerId, version: 1, approval: approval(), waits: {}, switched: 0, givenBack: {} },
    ...{ endings: {}, places: { [subject]: place('mill') } },
  });
}

async function live(learnerId: LearnerId): Promise<void> {
  const begun = await accounts.begin({ learnerId, providerId: mill }, 'create', undefined, month);
  if (begun === undefined) throw new Error('there is an account already');
  await accounts.end({ ...begun, state: 'present' }, month);
}

function paperOf(learnerId: LearnerId) {
  return LearnerPaper.parse({
    paperId: newId(PaperId, 'ppr'),
    ...{ learnerId, evidenceId: 'letter', contentType: 'application/pdf', bytes: 1 },
    ...{ sha256: `${'A'.repeat(43)}=`, issuedOn: '2025-05-20', state: 'clean' },
    ...{ createdAt: '2025-06-01T00:00:00.000Z', dueAt: '2026-10-13T15:00:00.000Z' },
  });
}

/** What provisioning does once the provider has ended the account. */
export async function endAccount(learnerId: LearnerId): Promise<void> {
  const seen = await accounts.readAccount(learnerId, mill);
  const begun =
    seen && (await accounts.begin({ learnerId, providerId: mill }, 'delete', seen, month));
  if (begun !== undefined) await accounts.end({ ...begun, state: 'absent' }, month);
  const { sweepDue, ...places } = await enrolments.readPlaces(learnerId);
  await enrolments.keepPlaces({ ...places, endings: {} });
}

/** An open report, with the holds of all whom it concerns. */
export async function openReport(
  said: Pick<Report, 'about' | 'mentorshipId'>,
  concerned: readonly PersonId[],
  createdAt = '2025-06-02T00:00:00.000Z',
): Promise<ReportId> {
  const reportId = newId(ReportId, 'rpt');
  const words = { words: 'They ask for pictures.', reporter: { kind: 'login', sub: 'somebody' } };
  const kept = { reportId, ...said, ...words, areaId: 'river', state: 'open', createdAt };
  await transact([reports.create(Report.parse(kept))]);
  for (const who of concerned) {
    const seen = await holds.read(who);
    await transact([holds.change(concernedBy(seen.hold, reportId), seen, createdAt)]);
  }
  return reportId;
}

/** Has an open report concern somebody, or none any more. */
export async function report(who: LearnerId, open: boolean): Promise<void> {
  const decidedAt = '2025-06-02T00:00:00.000Z';
  if (open) {
    await openReport({ about: { kind: 'learner', learnerId: who } }, [who]);
    return;
  }
  const seen = await holds.read(who);
  for (const reportId of seen.hold.concerned) {
    const found = await reports.read(reportId);
    if (found === undefined) throw new Error('there is no such report');
    const decided = { ...found.report, state: 'dismissed' as const, decidedAt };
    await transact([reports.change({ ...found, report: decided })]);
  }
  await transact([holds.change({ ...seen.hold, concerned: [] }, seen, decidedAt)]);
}

/** Makes a login the guardian of a learner. */
export async function addGuardian(learnerId: LearnerId, name: string): Promise<Sub> {
  const sub = Sub.parse(name);
  const until = Date.parse('2028-05-20') / 1_000;
  const link = { sub, learnerId, relation: 'mother', email: `${name}@home.example` } as const;
  const since = '2025-05-01T00:00:00.000Z';
  await transact(guardianStore('identity').addGuardian({ ...link, since, until }));
  return sub;
}
