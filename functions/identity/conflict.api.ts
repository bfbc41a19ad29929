import consentText from '#identity';
import { timestamp } from '../../regions/calendar.ts';
import type { StaffCaller } from '../runtime/caller.ts';
import { now } from '../runtime/clock.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { Forbidden, NotFound } from '../runtime/errors.ts';
import type { Happening } from '../runtime/happening.ts';
import type { Call } from '../runtime/http.ts';
import { rememberAnswer } from '../runtime/idempotency.ts';
import { region } from '../runtime/region.ts';
import { append, auditEntry } from '../runtime/trail.ts';
import { anew } from './attempt.store.ts';
import type { ConsentId } from './consent.contract.ts';
import { resolve } from './consent.rules.ts';
import { consentStore, type Request } from './consent.store.ts';
import { type identity, identityEnvironments, type StaffId } from './contract.ts';
import { termsOn } from './link.rules.ts';
import { memberStore } from './member.store.ts';
import { outcomeStore } from './outcome.store.ts';
import { proofOf } from './proof.store.ts';

const environment = readEnvironment(identityEnvironments.api);
const { IDENTITY_TABLE: table, NOTICES_TABLE: notices, AUDIT_TABLE } = environment;
const requests = consentStore(table);
const outcomes = outcomeStore({ identity: table, notices }, region);
const staff = memberStore(table, region);

type Routes = typeof identity.routes;

async function listConflicts({ caller, query }: Call<Routes['listConflicts']>) {
  await mustServeRegion(caller);
  const page = await requests.listConflicts(query.cursor);
  const cursor = page.cursor === undefined ? {} : { cursor: page.cursor };
  return { body: { conflicts: page.requests.map(itemOf), ...cursor } };
}

function itemOf({ consentId, changedAt, learnerId }: Request) {
  return { consentId, since: changedAt, ...(learnerId === undefined ? {} : { learnerId }) };
}

async function readConflict({ caller, params }: Call<Routes['readConflict']>) {
  const staffId = await mustServeRegion(caller);
  const request = await conflictOf(params.consentId);
  const { birthDate, guardians } = request;
  if (birthDate === undefined) throw noSuchConflict();
  // Before anything is shown: a look that cannot be recorded is not taken.
  await append(AUDIT_TABLE, recorded(request, 'consent-read', staffId, timestamp(now())));
  const reachable = guardians.flatMap(({ tokenHash, email, ...guardian }) =>
    email === undefined ? [] : [{ email, ...guardian }],
  );
  return { body: { ...itemOf(request), birthDate, guardians: reachable } };
}

async function resolveConflict(call: Call<Routes['resolveConflict']>) {
  const { caller, params, body, claim } = call;
  const staffId = await mustServeRegion(caller);
  const moment = now();
  return anew(async () => {
    const request = await conflictOf(params.consentId);
    const next = resolve(request, body, staffId, moment);
    if (next === undefined) throw noSuchConflict();
    const kept = { body: { state: next.state } };
    const items = [
      rememberAnswer(table, claim, { status: 200, body: kept.body }),
      ...resolutionProof(next, staffId),
      auditEntry(AUDIT_TABLE, recorded(next, 'consent-resolved', staffId, next.changedAt)),
    ];
    return (await outcomes.settle(request, next, moment, items)) ? kept : undefined;
  });
}

function resolutionProof({ learnerId, changedAt }: Request, staffId: StaffId) {
  if (learnerId === undefined) return [];
  const by = { staffId };
  const terms = termsOn(region, consentText.version, now());
  return [proofOf(table, learnerId, { word: 'resolved', at: changedAt, ...terms, by })];
}

/** What the trail keeps of a case: the outcome, and never the reason, which is in an officer's own words. */
function recorded(
  { consentId, learnerId, state, resolution, policyVersion }: Request,
  action: 'consent-read' | 'consent-resolved',
  staffId: StaffId,
  at: string,
): Happening {
  const codes = [state, resolution?.outcome, policyVersion];
  return {
    at,
    actor: { kind: 'staff', staffId },
    action,
    ...(learnerId === undefined ? {} : { learnerId }),
    subjects: [consentId],
    details: codes.filter((code) => code !== undefined),
  };
}

async function conflictOf(consentId: ConsentId): Promise<Request> {
  const request = await requests.readRequest(consentId);
  if (request?.state === 'conflict') return request;
  throw noSuchConflict();
}

function noSuchConflict(): NotFound {
  return new NotFound({
    code: 'no-such-conflict',
    detail: 'No conflict with this id waits. GET /consents lists those that do.',
  });
}

/** @throws {Forbidden} `whole-region-only`: before there is a profile nobody knows the area */
async function mustServeRegion(caller: StaffCaller): Promise<StaffId> {
  const { staffId, scope } = await staff.memberOf(caller);
  if (scope.kind === 'region') return staffId;
  throw new Forbidden({
    code: 'whole-region-only',
    detail: 'Conflicts about consent belong to staff of the whole region. Ask one of them.',
  });
}

/** What officers do where guardians disagree (edge case 1). */
export const conflicts = { listConflicts, readConflict, resolveConflict };
