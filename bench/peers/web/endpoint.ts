import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type * as z from 'zod';
import { changeStore } from '../../../functions/enrolment/change.store.ts';
import { enrolment } from '../../../functions/enrolment/contract.ts';
import { EnrolmentId, type PlaceId } from '../../../functions/enrolment/place.contract.ts';
import { choose, type Wish } from '../../../functions/enrolment/rules.ts';
import { enrolmentStore } from '../../../functions/enrolment/store.ts';
import { enrolmentView } from '../../../functions/enrolment/view.rules.ts';
import { actingStore } from '../../../functions/identity/acting.store.ts';
import type { LearnerId } from '../../../functions/identity/contract.ts';
import { readCaller, type Sub } from '../../../functions/runtime/caller.ts';
import { now } from '../../../functions/runtime/clock.ts';
import {
  Busy,
  Conflict,
  Ruled,
  Unauthenticated,
  Unreadable,
} from '../../../functions/runtime/errors.ts';
import { newId } from '../../../functions/runtime/ids.ts';
import { log } from '../../../functions/runtime/logger.ts';
import { problemAnswer } from '../../../functions/runtime/problems.ts';
import { region } from '../../../functions/runtime/region.ts';

/**
 * PUT /me/enrolments/{place} as every peer has it: the work that no framework does. Reading the request, validating it
 * by these schemas, finding the handler, writing the answer and turning errors into problems is each peer's own.
 */
export const { params, query, body } = enrolment.routes.choose;

const table = process.env['ENROLMENT_TABLE'] ?? '';
const notices = process.env['NOTICES_TABLE'] ?? '';
const learners = actingStore(process.env['IDENTITY_TABLE'] ?? '');
const places = enrolmentStore(table);
const changes = changeStore({ enrolment: table, notices });
const attempts = 5;

/** Who calls, by the claims that API Gateway has verified. */
export function subOf(event: APIGatewayProxyEventV2): Sub {
  const caller = readCaller(event, { pool: 'public' });
  if (caller !== undefined) return caller.sub;
  throw new Unauthenticated('access-token-required', 'Send an access token.');
}

/** Chooses a provider for a place: two reads, the decision, its seats, one transaction. */
export async function choosePlace(
  sub: Sub,
  place: PlaceId,
  { providerId }: Pick<Wish, 'providerId'>,
  learner: LearnerId | undefined,
) {
  const learnerId = await learners.learnerIdOf(sub, learner);
  if (learnerId === undefined) {
    throw new Ruled({ code: 'not-eligible', detail: 'Write your profile with PUT /me.' });
  }
  const wish = { placeId: place, providerId, enrolmentId: newId(EnrolmentId, 'enr') };
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const choice = choose(region, await places.readPlaces(learnerId), wish, now());
    if (choice.kind === 'refused') {
      throw choice.because === 'rule' ? new Ruled(choice) : new Conflict(choice);
    }
    const answer = enrolmentView(learnerId, place, choice.place);
    if (choice.kind === 'unchanged') return answer;
    const kept = await changes.keep(choice.change);
    if (kept === 'kept') return answer;
    if (kept === 'full') throw new Conflict({ code: 'no-seat-left', detail: 'No seat is left.' });
  }
  throw new Busy();
}

/** What did not fit a schema, as our API says it. */
export function malformed(part: string, issues: readonly Issue[]): Unreadable {
  const faults = issues.map(({ path = [], message }) => ({
    field: [part, ...path.map(String)].join('.'),
    expected: message,
  }));
  return new Unreadable(400, 'malformed', 'Not as expected. See "errors" for each.', faults);
}

/** What zod and Standard Schema have in common of a fault. */
interface Issue {
  readonly path?: readonly unknown[] | undefined;
  readonly message: string;
}

/** A part of the request, for frameworks that leave validation to whoever uses them. */
export function parsePart<Schema extends z.ZodType>(part: string, schema: Schema, value: unknown) {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw malformed(part, parsed.error.issues);
}

/** An error as a problem document: status, headers, body. */
export function problemOf(error: unknown, { requestContext }: APIGatewayProxyEventV2) {
  return problemAnswer(error, requestContext.requestId);
}

/** The line that our API writes for each request. */
export function logAnswer({ requestContext, routeKey }: APIGatewayProxyEventV2, status: number) {
  log.info('answered', { requestId: requestContext.requestId, route: routeKey, status });
}

/** What every answer of our API has. */
export const answerHeaders = {
  'cache-control': 'no-store',
  'content-type': 'application/json',
  'x-content-type-options': 'nosniff',
};
