import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { Context, DynamoDBStreamEvent } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, vi } from 'vitest';
import { LearnerId, ProfileInput } from '../../functions/identity/contract.ts';
import { identityStore } from '../../functions/identity/store.ts';
import { mentoring } from '../../functions/mentoring/contract.ts';
import { pairStore } from '../../functions/mentoring/pair.store.ts';
import { roundStore } from '../../functions/mentoring/round.store.ts';
import type { RoundId } from '../../functions/mentoring/words.contract.ts';
import { Sub } from '../../functions/runtime/caller.ts';
import { documents, transact } from '../../functions/runtime/dynamodb.ts';
import { newId } from '../../functions/runtime/ids.ts';
import type { Route } from '../../functions/runtime/route.ts';
import type { Region } from '../../regions/schema.ts';
import { type Cloud, openCloud } from '../runtime/cloud.ts';
import { type ApiHandler, loadHandlers } from '../runtime/handlers.ts';
import { captureLog } from '../runtime/log-lines.ts';
import { type Answered, invoke, learnerClaims, type Sent } from '../runtime/requests.ts';
import { approve } from './approvals.ts';
import { mentored, newMentor, setTime, stores } from './mentorships.ts';

export const { routes } = mentoring;
const table = 'mentoring';
export const rounds = roundStore(table);
export const pairs = pairStore(table);

type Trigger = (event: DynamoDBStreamEvent) => Promise<void>;
type Handlers = {
  readonly 'mentoring/api': ApiHandler;
  readonly 'mentoring/round.trigger': Trigger;
  readonly 'mentoring/due.job': (
    event: unknown,
    context: Pick<Context, 'getRemainingTimeInMillis'>,
  ) => Promise<void>;
};

let cloud: Cloud;
let handlers: Handlers;

/** Opens the mentoring API and the trigger of rounds, on Monday 2 June 2025, 09:00 in the village. */
export function openMatching(region: Region = mentored): () => Cloud {
  captureLog();
  beforeAll(async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    setTime('2025-06-02T00:00:00Z');
    cloud = await openCloud();
    await createTable();
    await cloud.createTable('audit', ['staff', 'staffId', 'at']);
    await cloud.createTable('eligibility', ['waiting', 'waitingArea', 'submittedAt']);
    for (const name of ['identity', 'notices', 'documents']) await cloud.createTable(name);
    for (const name of [table, 'audit', 'eligibility', 'identity', 'notices', 'documents']) {
      process.env[`${name.toUpperCase()}_TABLE`] = name;
    }
    // One attempt: what fails has failed.
    process.env['AWS_MAX_ATTEMPTS'] = '1';
    process.env['MEETINGS_SECRET'] = 'meetings';
    process.env['API_URL'] = 'https://api.village.example';
    handlers = await loadHandlers<Handlers>(
      ['mentoring/api', 'mentoring/round.trigger', 'mentoring/due.job'],
      { '#region': region },
    );
  });
  afterEach(() => cloud.disturb(undefined));
  afterAll(async () => {
    vi.useRealTimers();
    await cloud.close();
  });
  return () => cloud;
}

const createTable = () =>
  cloud.createTable(table, ['list', 'list', 'listedAt'], ['due', 'dueLot', 'dueAt']);

/** Has nobody ask, help or be matched: a round sees all who do. */
export async function startAnew(): Promise<void> {
  setTime('2025-06-02T00:00:00Z');
  await cloud.ask('DeleteTable', { TableName: table });
  await createTable();
}

let count = 0;
const next = () => {
  count += 1;
  return count;
};

/** Whoever makes a request, by the claims of their token. */
interface Somebody {
  readonly claims: Record<string, string>;
}

/** A request, a second after the one before. */
export function ask({ claims }: Somebody, route: Pick<Route, 'method' | 'path'>, sent: Sent = {}) {
  vi.setSystemTime(Date.now() + 1_000);
  const headers = { 'idempotency-key': `intent-${next()}-of-test`, ...sent.headers };
  return invoke(handlers['mentoring/api'], route, { claims, ...sent, headers });
}

/** What a learner asks for: half-hours on Monday evenings, online. */
export const wishes = {
  goals: 'Fractions by summer.',
  subjects: ['mathematics'],
  topics: [],
  languages: ['ko'],
  ways: ['online'],
  weekly: [{ day: 'monday', from: '16:00', until: '22:00' }],
};

/** A learner with an approval, unless the test says otherwise. */
export async function learner(otherwise: { areaId?: string; approval?: object | 'none' } = {}) {
  const { areaId = 'river', approval = {} } = otherwise;
  const sub = Sub.parse(`asking-${next()}`);
  const learnerId = newId(LearnerId, 'lrn');
  const day = new Date(1_200_000_000_000 + count * 86_400_000).toISOString().slice(0, 10);
  const profile = { name: '김하늘', birthDate: day, stage: 'high', areaId, language: 'ko' };
  await identityStore('identity').createLearner(
    sub,
    `${sub}@village.example`,
    learnerId,
    ProfileInput.parse(profile),
    '2025-05-01T00:00:00.000Z',
  );
  if (approval !== 'none') await approve(learnerId, areaId, approval);
  return { claims: learnerClaims(sub), learnerId, sub };
}

/** Has the consent to a learner taken back, or given again. */
export async function turnConsent(
  learnerId: LearnerId,
  state: 'granted' | 'withdrawn',
): Promise<void> {
  const store = identityStore('identity');
  const record = await store.readRecord(learnerId);
  if (record === undefined) throw new Error('there is this learner');
  const profile = { ...record.profile, consent: { state } };
  await transact([store.putRecord({ ...record, profile }, undefined)]);
}

/** Learners who wait for a mentor. */
export async function waiting(
  many: number,
  otherwise: object = {},
  areaId = 'river',
  approval: object = {},
) {
  return Promise.all(
    Array.from({ length: many }, async () => {
      const someone = await learner({ areaId, approval });
      const body = { ...wishes, ...otherwise };
      const { status } = await ask(someone, routes.writeRequest, { body });
      if (status !== 200) throw new Error(`the request was answered with ${status}`);
      return someone;
    }),
  );
}

/** A mentor with no learner yet, who is free at any time for two. */
export async function helper(otherwise: object = {}) {
  const { mentor, mentorId } = await newMentor({ mentees: 0, capacity: 2, ...otherwise });
  return { claims: learnerClaims(mentor), mentorId, sub: mentor };
}

/** Has the stream bring a row of a round to the trigger, as it is now. */
export async function streamOut(row: object): Promise<void> {
  // The event's and the SDK's types of the same wire format differ only in how they write unions.
  const dynamodb = {
    NewImage: marshall(row, { removeUndefinedValues: true }),
  } as NonNullable<DynamoDBStreamEvent['Records'][number]['dynamodb']>;
  await handlers['mentoring/round.trigger']({ Records: [{ eventName: 'MODIFY', dynamodb }] });
}

/** Has the trigger see all that a round has in its stream: itself, and what is to be published of it. */
export async function deliver(roundId: RoundId): Promise<void> {
  for (const row of await rowsOf(`ROUND#${roundId}`)) await streamOut(row);
}

/** The rows of a partition, as they are. */
export async function rowsOf(pk: string): Promise<Record<string, unknown>[]> {
  const query = { TableName: table, KeyConditionExpression: 'pk = :pk' };
  const values = { ExpressionAttributeValues: { ':pk': pk }, ConsistentRead: true };
  return (await documents.send(new QueryCommand({ ...query, ...values }))).Items ?? [];
}

/** Starts a round and has it propose. */
export async function proposedRound(by: Somebody): Promise<RoundId> {
  const { status, body } = await ask(by, routes.startRound);
  if (status !== 202) throw new Error(`the round was answered with ${status}`);
  const { roundId } = routes.startRound.answers.body.parse(body);
  await deliver(roundId);
  return roundId;
}

/** Publishes a round, all or one area of it. */
export async function publishRound(by: Somebody, roundId: RoundId): Promise<Answered> {
  const answered = await ask(by, routes.publishRound, { params: { roundId } });
  if (answered.status === 202) await deliver(roundId);
  return answered;
}

export const pairsOf = async (by: Somebody, roundId: RoundId, query: Record<string, string> = {}) =>
  routes.listPairs.answers.body.parse(
    (await ask(by, routes.listPairs, { params: { roundId }, query })).body,
  ).pairs;

export const menteesOf = async (mentorId: Parameters<typeof stores.mentors.read>[0]) =>
  (await stores.mentors.read(mentorId))?.mentor.mentees;

/** Has the scheduled job look at what is due. */
export const passes = () =>
  handlers['mentoring/due.job']({}, { getRemainingTimeInMillis: () => 300_000 });

/** Has a mentor be otherwise, as the row tells. */
export async function changeMentor(
  mentorId: Parameters<typeof stores.mentors.read>[0],
  otherwise: object,
  marks?: string[],
) {
  const seen = await stores.mentors.read(mentorId);
  if (seen === undefined) throw new Error('there is this mentor');
  const mentor = { ...seen.mentor, ...otherwise };
  const kept = marks === undefined ? seen.kept : { ...seen.kept, marks };
  await transact([stores.mentors.change({ ...seen, mentor, kept }, undefined)]);
}
