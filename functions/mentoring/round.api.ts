import { timestamp } from '../../regions/calendar.ts';
import { anew } from '../identity/attempt.store.ts';
import { areasOf } from '../identity/member.store.ts';
import { namesStore } from '../identity/names.store.ts';
import type { StaffCaller } from '../runtime/caller.ts';
import { now } from '../runtime/clock.ts';
import { type TransactItem, transact } from '../runtime/dynamodb.ts';
import { Conflict, Forbidden, NotFound, Ruled } from '../runtime/errors.ts';
import type { AuditAction } from '../runtime/happening.ts';
import type { Call } from '../runtime/http.ts';
import { AnsweredBefore, rememberAnswer } from '../runtime/idempotency.ts';
import { newId } from '../runtime/ids.ts';
import { region } from '../runtime/region.ts';
import { append, auditEntry } from '../runtime/trail.ts';
import type { mentoring } from './contract.ts';
import { pairStore } from './pair.store.ts';
import { areaOf, environment, inArea, type Member, staff } from './people.api.ts';
import { publicationStore } from './publication.store.ts';
import type { Pair, PairView, Round } from './round.contract.ts';
import { newRound, runAgain, shownTo } from './round.rules.ts';
import { roundStore } from './round.store.ts';
import { RoundId } from './words.contract.ts';

const table = environment.MENTORING_TABLE;
const rounds = roundStore(table);
const publications = publicationStore(table);
const pairs = pairStore(table);
const names = namesStore(environment.IDENTITY_TABLE);

type Routes = typeof mentoring.routes;

async function startRound({ caller, claim }: Call<Routes['startRound']>) {
  const member = await ofRegion(caller);
  const moment = now();
  const round = newRound(region, newId(RoundId, 'rnd'), 'staff', moment);
  if (round === undefined) throw notBegun();
  return anew(async () => {
    const last = await rounds.readLast();
    if (last?.open) throw roundOpen(last.roundId);
    const written = await transact([
      rememberAnswer(table, claim, { status: 202, body: round }),
      ...rounds.begin(round, last),
      recorded(member, 'round-started', round),
    ]);
    if (!written.done && written.failed.includes(0)) throw new AnsweredBefore();
    return written.done ? { body: round } : undefined;
  });
}

async function listRounds({ caller, query }: Call<Routes['listRounds']>) {
  const { scope } = await staff.memberOf(caller);
  const page = await rounds.list(query.limit, query.cursor);
  return { body: { ...page, rounds: page.rounds.map((round) => shownTo(round, scope)) } };
}

async function readRound({ caller, params }: Call<Routes['readRound']>) {
  const { scope } = await staff.memberOf(caller);
  return { body: shownTo(await roundOf(params.roundId), scope) };
}

async function listPairs({ caller, params, query }: Call<Routes['listPairs']>) {
  const member = await staff.memberOf(caller);
  const whole = member.scope.kind === 'region' && query.areaId === undefined;
  const areaId = whole ? undefined : areaOf(member, query.areaId);
  const round = await roundOf(params.roundId);
  const page = await pairs.list(round, areaId, query.limit, query.cursor);
  // Before anything is shown: a look that cannot be recorded is not taken.
  await append(environment.AUDIT_TABLE, {
    at: timestamp(now()),
    actor: { kind: 'staff', staffId: member.staffId },
    action: 'mentor-pairs-read',
    ...(areaId === undefined ? {} : { areaId }),
    subjects: page.pairs.map(({ requestId }) => requestId),
    details: [round.roundId],
  });
  return { body: { ...page, pairs: await named(page.pairs) } };
}

async function named(found: readonly Pair[]): Promise<PairView[]> {
  const people = await names.namesOf(
    found.map(({ learnerId }) => learnerId),
    found.map(({ mentorId }) => mentorId),
  );
  return found.map((pair): PairView => {
    const learner = people.learners.get(pair.learnerId);
    const mentor = people.mentors.get(pair.mentorId);
    const { name, language, stage } = learner ?? {};
    return {
      ...pair,
      ...(name && language && stage ? { learner: { name, language, stage } } : {}),
      ...(mentor ? { mentor: { name: mentor.name, language: mentor.language } } : {}),
    };
  });
}

async function rerunRound({ caller, params, claim }: Call<Routes['rerunRound']>) {
  const member = await ofRegion(caller);
  return anew(async () => {
    const seen = await roundOf(params.roundId);
    const next = runAgain(region, seen, now());
    if (typeof next === 'string') throw notNow(next);
    const written = await transact([
      rememberAnswer(table, claim, { status: 202, body: next }),
      rounds.again(seen, next),
      recorded(member, 'round-run-again', next),
    ]);
    if (!written.done && written.failed.includes(0)) throw new AnsweredBefore();
    return written.done ? { body: next } : undefined;
  });
}

async function publishRound({ caller, params, claim }: Call<Routes['publishRound']>) {
  const member = await staff.memberOf(caller);
  return anew(async () => {
    const seen = await roundOf(params.roundId);
    if (seen.state === 'wanted') throw notNow('round-at-work');
    if (seen.state !== 'proposed') throw notNow('round-closed');
    const { scope, staffId } = member;
    const body = shownTo(seen, scope);
    const { roundId, attempt } = seen;
    const wanted = { roundId, attempt, wantedBy: staffId, wantedAt: timestamp(now()) };
    const written = await transact([
      rememberAnswer(table, claim, { status: 202, body }),
      ...publications.want(seen, wanted, areasOf(scope)),
      recorded(member, 'round-published', seen),
    ]);
    if (!written.done && written.failed.includes(0)) throw new AnsweredBefore();
    return written.done ? { body } : undefined;
  });
}

function recorded({ staffId, scope }: Member, action: AuditAction, round: Round): TransactItem {
  return auditEntry(environment.AUDIT_TABLE, {
    at: timestamp(now()),
    actor: { kind: 'staff', staffId },
    action,
    ...inArea(scope),
    subjects: [round.roundId],
    details: [round.policyVersion],
  });
}

/** @throws {NotFound} `no-such-round` */
export async function roundOf(roundId: RoundId): Promise<Round> {
  const round = await rounds.read(roundId);
  if (round !== undefined) return round;
  throw new NotFound({
    code: 'no-such-round',
    detail: 'There is no such round of matching. GET /mentoring-rounds lists them.',
  });
}

/** @throws {Forbidden} `whole-region-only`: mentors are shared by all areas */
async function ofRegion(caller: StaffCaller): Promise<Member> {
  const member = await staff.memberOf(caller);
  if (member.scope.kind === 'region') return member;
  throw new Forbidden({
    code: 'whole-region-only',
    detail: 'A round is about all areas: staff of the whole region run it. Ask one of them.',
  });
}

export function notNow(code: 'round-closed' | 'round-at-work'): Conflict {
  const details = {
    'round-closed': 'The round is over. GET /mentoring-rounds names the latest.',
    'round-at-work': 'The round has not proposed yet. Read it again until its state is "proposed".',
  };
  return new Conflict({ code, detail: details[code] });
}

function roundOpen(roundId: RoundId): Conflict {
  return new Conflict({
    code: 'round-open',
    detail: `Round ${roundId} is open. Publish it, or run it again with POST /mentoring-rounds/${roundId}/rerun.`,
  });
}

function notBegun(): Ruled {
  return new Ruled({
    code: 'mentoring-not-begun',
    detail: 'No policy of mentoring is in force yet. Try again later.',
  });
}

/** What coordinators do with rounds as a whole. */
export const roundHandlers = {
  startRound,
  listRounds,
  readRound,
  listPairs,
  rerunRound,
  publishRound,
};
