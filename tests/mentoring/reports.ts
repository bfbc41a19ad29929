import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { Context } from 'aws-lambda';
import { afterAll, beforeAll, vi } from 'vitest';
import { auditStore } from '../../functions/audit/store.ts';
import { StaffId } from '../../functions/identity/contract.ts';
import { staffStore } from '../../functions/identity/staff.store.ts';
import { mentoring } from '../../functions/mentoring/contract.ts';
import { holdStore } from '../../functions/mentoring/hold.store.ts';
import type { ReportId, ReportInput } from '../../functions/mentoring/report.contract.ts';
import { Sub } from '../../functions/runtime/caller.ts';
import { documents } from '../../functions/runtime/dynamodb.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { NoticeRow } from '../../functions/runtime/notice.ts';
import type { Role, Route } from '../../functions/runtime/route.ts';
import { AreaId } from '../../regions/schema.ts';
import { type Cloud, openCloud } from '../runtime/cloud.ts';
import { type ApiHandler, loadHandlers } from '../runtime/handlers.ts';
import { captureLog } from '../runtime/log-lines.ts';
import { invoke, learnerClaims, staffClaims } from '../runtime/requests.ts';
import { mentored, type Pair, setTime, stores } from './mentorships.ts';

export const { routes } = mentoring;
export const holds = holdStore('mentoring');

type Clock = Pick<Context, 'getRemainingTimeInMillis'>;

interface Handlers {
  readonly 'mentoring/api': ApiHandler;
  readonly 'mentoring/due.job': (event: unknown, clock: Clock) => Promise<void>;
}

let handlers: Handlers;
let cloud: Cloud;

/** Opens the mentoring API and what runs by the clock, on Monday 2 June 2025, 09:00 in the village. */
export function openReports() {
  const takeLog = captureLog();
  beforeAll(async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    setTime('2025-06-02T00:00:00Z');
    cloud = await openCloud();
    await cloud.createTable('mentoring', ['list', 'list', 'listedAt'], ['due', 'dueLot', 'dueAt']);
    await cloud.createTable('audit', ['staff', 'staffId', 'at']);
    const others = ['identity', 'notices', 'eligibility', 'documents'];
    for (const name of others) await cloud.createTable(name);
    for (const name of ['mentoring', 'audit', ...others]) {
      process.env[`${name.toUpperCase()}_TABLE`] = name;
    }
    Object.assign(process.env, { MEETINGS_SECRET: 'meetings', API_URL: 'https://api.example' });
    const entries = ['mentoring/api', 'mentoring/due.job'] as const;
    handlers = await loadHandlers<Handlers>(entries, { '#region': mentored });
  });
  afterAll(async () => {
    vi.useRealTimers();
    await cloud.close();
  });
  return takeLog;
}

/** Whoever makes a request, by the claims of their token. */
export interface Somebody {
  readonly claims: Record<string, string>;
}

let count = 0;
const next = () => {
  count += 1;
  return count;
};

/** A member of staff, of one area or of the whole region. */
export async function member(role: Exclude<Role, 'administrator'>, area?: string) {
  const sub = Sub.parse(`${role}-${next()}`);
  const staffId = newId(StaffId, 'stf');
  const works = { role, ...(area === undefined ? {} : { areaId: AreaId.parse(area) }) };
  const input = { ...works, email: `${sub}@village.example` };
  const staff = { ...works, staffId, state: 'inviting' } as const;
  await staffStore('identity').invite(staff, input, { id: `office#${sub}`, fingerprint: '' });
  await staffStore('identity').recordInvited({ staff, repeats: 0 }, sub);
  return { claims: staffClaims(sub, role), staffId };
}

interface Sent {
  readonly query?: Record<string, string>;
  readonly params?: Record<string, string>;
  readonly body?: unknown;
  readonly key?: string;
}

export function ask(
  { claims }: Somebody,
  route: Pick<Route, 'method' | 'path'>,
  { key = `intent-${next()}-of-test`, ...sent }: Sent = {},
) {
  return invoke(handlers['mentoring/api'], route, {
    claims,
    ...sent,
    headers: { 'idempotency-key': key },
  });
}

export const learnerOf = ({ learner }: Pair): Somebody => ({ claims: learnerClaims(learner) });
export const mentorOf = ({ mentor }: Pair): Somebody => ({ claims: learnerClaims(mentor) });

const words = 'He asks for pictures, and says that nobody may know.';

/** A report by the learner of a pair about the mentor, unless the test says otherwise. */
export const report = (pair: Pair, otherwise: Partial<ReportInput> = {}, sent: Sent = {}) => {
  const about = { kind: 'mentor', mentorId: pair.mentorId };
  return ask(learnerOf(pair), routes.makeReport, { body: { about, words, ...otherwise }, ...sent });
};

/** The id that whoever reports is given. */
export function receiptOf({ body }: { readonly body: unknown }): ReportId {
  return routes.makeReport.answers.body.parse(body).reportId;
}

export const decide = (lead: Somebody, reportId: ReportId, outcome: 'upheld' | 'dismissed') =>
  ask(lead, routes.decideReport, {
    params: { reportId },
    body: { outcome, reason: 'The messages were looked at.' },
  });

export const listed = async (lead: Somebody, query: Record<string, string> = {}) => {
  const { body } = await ask(lead, routes.listReports, { query });
  return routes.listReports.answers.body.parse(body);
};

/** What runs every five minutes, five minutes later. */
export async function fiveMinutesLater() {
  vi.setSystemTime(Date.now() + 300_000);
  await handlers['mentoring/due.job']({}, { getRemainingTimeInMillis: () => 300_000 });
}

export async function standing({ mentorId, mentorshipId }: Pair) {
  const [mentor, seen] = await Promise.all([
    stores.mentors.read(mentorId),
    stores.mentorships.read(mentorshipId),
  ]);
  const { state, pausedBecause, endedBecause } = seen?.mentorship ?? {};
  return { mentor: mentor?.mentor.state, state, because: pausedBecause ?? endedBecause };
}

/** The kinds of notices to a learner or a mentor, in no order. */
export async function noticesTo(whom: string): Promise<string[]> {
  const { Items = [] } = await documents.send(new ScanCommand({ TableName: 'notices' }));
  return Items.map((item) => NoticeRow.parse(item).message)
    .filter((message) => JSON.stringify(message?.to).includes(whom))
    .map((message) => message?.kind ?? 'mailed')
    .sort();
}

export const trailOf = async (staffId: StaffId) =>
  (await auditStore('audit').listOfStaff(staffId, 100, undefined)).entries;

/** Has something happen right before the next transaction that writes a row of some kind. */
export async function beforeWrite(
  keyPrefix: string,
  happen: () => Promise<unknown>,
): Promise<void> {
  cloud.disturb(async (operation, input) => {
    const isIt = operation === 'TransactWriteItems' && JSON.stringify(input).includes(keyPrefix);
    if (!isIt) return undefined;
    cloud.disturb(undefined);
    await happen();
    return undefined;
  });
}

/** Has every request to DynamoDB fail from the nth on while something runs; whether that failed. */
export async function dyingAt(nth: number, run: () => Promise<void>): Promise<boolean> {
  let count = 0;
  cloud.disturb(async () => {
    count += 1;
    const body = JSON.stringify({ __type: 'com.amazon#ValidationException', message: 'dies' });
    return count >= nth ? { reply: { status: 400, body } } : undefined;
  });
  try {
    await run();
    return false;
  } catch {
    return true;
  } finally {
    cloud.disturb(undefined);
  }
}

/** How a pair stands that no report is about, and one of which the mentor is accused. */
export const going = { mentor: 'selected', state: 'active', because: undefined };
export const stopped = { mentor: 'suspended', state: 'paused', because: 'safeguarding' };
