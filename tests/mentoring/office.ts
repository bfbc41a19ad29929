import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, vi } from 'vitest';
import { type Paper, PaperId } from '../../functions/documents/contract.ts';
import { documentsStore } from '../../functions/documents/store.ts';
import {
  LearnerId,
  MentorId,
  MentorInput,
  ProfileInput,
  StaffId,
} from '../../functions/identity/contract.ts';
import { guardianStore } from '../../functions/identity/guardian.store.ts';
import { mentorStore as personStore } from '../../functions/identity/mentor.store.ts';
import { staffStore } from '../../functions/identity/staff.store.ts';
import { identityStore } from '../../functions/identity/store.ts';
import { mentoring } from '../../functions/mentoring/contract.ts';
import { mentorStore } from '../../functions/mentoring/mentor.store.ts';
import { Sub } from '../../functions/runtime/caller.ts';
import { documents, transact } from '../../functions/runtime/dynamodb.ts';
import { rememberAnswer } from '../../functions/runtime/idempotency.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { NoticeRow } from '../../functions/runtime/notice.ts';
import type { Route } from '../../functions/runtime/route.ts';
import { AreaId, EvidenceId, PartnerId } from '../../regions/schema.ts';
import { type Cloud, openCloud } from '../runtime/cloud.ts';
import { type ApiHandler, loadApi } from '../runtime/handlers.ts';
import { captureLog } from '../runtime/log-lines.ts';
import { invoke, learnerClaims, type Sent, staffClaims } from '../runtime/requests.ts';
import { offered, vettingVillage } from './mentors.ts';

export const { routes } = mentoring;

/** Whoever makes a request, by the claims of their token. */
export interface Somebody {
  readonly claims: Record<string, string>;
}

let cloud: Cloud;
let api: ApiHandler;

export const stores = { mentors: mentorStore('mentoring'), identity: identityStore('identity') };

export const setTime = (moment: string) => vi.setSystemTime(Date.parse(moment));

/** Opens the mentoring API of the village whose mentors are vetted, on Monday 2 June 2025, 09:00 there. */
export function openOffice(): () => Cloud {
  captureLog();
  beforeAll(async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    setTime('2025-06-02T00:00:00Z');
    cloud = await openCloud();
    await cloud.createTable('mentoring', ['list', 'list', 'listedAt'], ['due', 'dueLot', 'dueAt']);
    const others = ['identity', 'notices', 'eligibility', 'documents'];
    for (const name of others) await cloud.createTable(name);
    await cloud.createTable('audit', ['staff', 'staffId', 'at']);
    for (const name of ['mentoring', 'audit', ...others]) {
      process.env[`${name.toUpperCase()}_TABLE`] = name;
    }
    process.env['MEETINGS_SECRET'] = 'meetings';
    api = await loadApi('mentoring', { '#region': vettingVillage });
  });
  afterAll(async () => {
    vi.useRealTimers();
    await cloud.close();
  });
  return () => cloud;
}

let count = 0;
const next = () => {
  count += 1;
  return count;
};

/** A request with an `Idempotency-Key` of its own, unless the test names one. */
export function ask({ claims }: Somebody, route: Pick<Route, 'method' | 'path'>, sent: Sent = {}) {
  const headers = { 'idempotency-key': `intent-${next()}-of-test`, ...sent.headers };
  return invoke(api, route, { claims, ...sent, headers });
}

/** Someone who has said who they are as a mentor, and has not applied yet. */
export async function newcomer(otherwise: { sub?: string; email?: string; name?: string } = {}) {
  const {
    sub = `mentor-${next()}`,
    email = `${sub}@university.example`,
    name = '이멘토',
  } = otherwise;
  const mentorId = newId(MentorId, 'mnt');
  const who = MentorInput.parse({ name, language: 'ko', timeZone: 'Asia/Seoul' });
  await personStore('identity').createMentor(Sub.parse(sub), email, mentorId, who);
  return { mentorId, sub: Sub.parse(sub), claims: learnerClaims(sub) };
}

/** A newcomer who has applied. */
export async function applicant(offer: object = {}) {
  const someone = await newcomer();
  const { status } = await ask(someone, routes.writeOffer, { body: { ...offered, ...offer } });
  if (status !== 200) throw new Error(`the offer was answered with ${status}`);
  return someone;
}

/** A coordinator, of one area, of a partner or of the whole region. */
export async function coordinator(area?: string, partner?: string) {
  const sub = Sub.parse(`coordinator-${next()}`);
  const staffId = newId(StaffId, 'stf');
  const tied = {
    ...(area === undefined ? {} : { areaId: AreaId.parse(area) }),
    ...(partner === undefined ? {} : { partnerId: PartnerId.parse(partner) }),
  };
  const staff = { staffId, role: 'coordinator', state: 'inviting', ...tied } as const;
  const input = { email: `${sub}@village.example`, role: 'coordinator', ...tied } as const;
  await staffStore('identity').invite(staff, input, { id: `office#${sub}`, fingerprint: '' });
  await staffStore('identity').recordInvited({ staff, repeats: 0 }, sub);
  return { claims: staffClaims(sub, 'coordinator'), staffId };
}

/** A learner of the village, with guardians. */
export async function learner(
  who: { sub?: string; name?: string; birthDate?: string } = {},
  guardians: readonly Sub[] = [],
) {
  const { sub = `learner-${next()}`, name = '김하늘', birthDate = '2009-05-20' } = who;
  const learnerId = newId(LearnerId, 'lrn');
  const profile = { name, birthDate, stage: 'high', areaId: 'river', language: 'ko' };
  const since = '2025-05-01T00:00:00.000Z';
  await stores.identity.createLearner(
    Sub.parse(sub),
    `${sub}@village.example`,
    learnerId,
    ProfileInput.parse(profile),
    since,
  );
  for (const guardian of guardians) {
    const until = Date.parse('2028-05-20') / 1_000;
    const link = {
      sub: guardian,
      learnerId,
      relation: 'mother',
      email: 'g@village.example',
    } as const;
    await transact(guardianStore('identity').addGuardian({ ...link, since, until }));
  }
  return { learnerId, sub: Sub.parse(sub) };
}

/** The kinds of notices to a mentor or an address, as they wait to be mailed. */
export async function noticesTo(whom: string): Promise<string[]> {
  const { Items = [] } = await documents.send(new ScanCommand({ TableName: 'notices' }));
  return Items.map((item) => NoticeRow.parse(item).message)
    .filter((message) => JSON.stringify(message?.to).includes(whom))
    .map((message) => message?.kind ?? 'mailed');
}

/** Hands in a paper for a mentor; it was found clean unless the test says otherwise. */
export async function handIn(mentorId: MentorId, evidence: string, otherwise: Partial<Paper> = {}) {
  const paper: Paper = {
    paperId: newId(PaperId, 'ppr'),
    evidenceId: EvidenceId.parse(evidence),
    contentType: 'application/pdf',
    bytes: 1,
    sha256: `${'A'.repeat(43)}=`,
    issuedOn: '2025-05-20',
    state: 'clean',
    createdAt: '2025-06-01T00:00:00.000Z',
    dueAt: '2026-10-13T15:00:00.000Z',
    ...otherwise,
    mentorId,
  };
  const answer = rememberAnswer(
    'documents',
    { id: paper.paperId, fingerprint: '' },
    { status: 201, body: {} },
  );
  await documentsStore('documents').announce(paper, { awaited: 9, kept: 9 }, answer);
}

/** Hands in all that the village asks for; the check ends on 31 May 2026. */
export async function handInAll(mentorId: MentorId) {
  await handIn(mentorId, 'student-card');
  await handIn(mentorId, 'background-check', { expiresOn: '2026-05-31' });
}
