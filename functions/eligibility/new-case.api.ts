import { dayIn } from '../../regions/calendar.ts';
import type { LearnerId } from '../identity/contract.ts';
import type { Learner } from '../identity/store.ts';
import { now } from '../runtime/clock.ts';
import type { TransactItem } from '../runtime/dynamodb.ts';
import { Busy } from '../runtime/errors.ts';
import { type Claim, rememberAnswer } from '../runtime/idempotency.ts';
import { region } from '../runtime/region.ts';
import { environment, inTheWay, learners, people, quota, records, store } from './case.api.ts';
import type { Application } from './contract.ts';
import { quotaToday } from './quota.rules.ts';
import { type Guardians, othersOf, personOf, register, resemblances } from './resemblance.rules.ts';
import type { PersonRead } from './resemblance.store.ts';
import { told } from './told.rules.ts';
import { shownToLearner } from './view.rules.ts';

/** Times that a new application is looked at anew because another of the same person came at the same moment. */
const attempts = 5;

/**
 * Keeps a new application. Where others' applications may be the same person's, an officer looks at it first,
 * unless the rules reject it anyway; of two that are made in the same moment the later one waits (edge case 5).
 *
 * @returns undefined where the learner has changed since, so that it has to be judged anew
 * @throws {Conflict} another of the learner's stands in its way
 * @throws {Busy} others of the person were quicker all the time; nothing was done
 */
export async function keepNew(
  application: Application,
  learner: Learner,
  claim: Claim,
): Promise<Application | undefined> {
  const person = personOf(learner.profile);
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const registered = await people.read(person);
    const held = await heldBack(application, registered);
    const write = people.write(person, registered, register(registered.known, application));
    const kept = await keep(held, claim, [write, learners.unchanged(learner)]);
    if (kept !== 'changed-meanwhile') return kept;
    const current = await learners.readRecord(application.learnerId);
    if (current?.version !== learner.version) return undefined;
  }
  throw new Busy();
}

/** The application as it waits for an officer where it resembles others' that wait or stand. */
async function heldBack(application: Application, { known }: PersonRead): Promise<Application> {
  const others = othersOf(known, application.learnerId);
  if (others.length === 0 || application.state === 'rejected') return application;
  const theirs = await store.readMany(others.map(({ applicationId }) => applicationId));
  const guardians = await guardiansOf([application, ...theirs]);
  const resembles = resemblances(application, theirs, guardians);
  if (resembles.length === 0) return application;
  const { decision, validUntil, renewFrom, ageUntil, countsFrom, ...rest } = application;
  return { ...rest, state: 'waiting', waitingFor: 'resemblance', resembles };
}

async function guardiansOf(of: readonly Pick<Application, 'learnerId'>[]): Promise<Guardians> {
  const pairs = of.map(async ({ learnerId }): Promise<[LearnerId, string[]]> => {
    const logins = (await learners.loginsOf(learnerId))?.logins ?? [];
    return [learnerId, logins.filter(({ relation }) => relation !== 'self').map(({ sub }) => sub)];
  });
  return new Map(await Promise.all(pairs));
}

async function keep(
  application: Application,
  claim: Claim,
  rests: readonly TransactItem[],
): Promise<Application | 'changed-meanwhile'> {
  const moment = now();
  const today = dayIn(region, moment).toString();
  if (application.state !== 'approved') {
    const kept = await store.keep(application, claim, today, [...recorded(application), ...rests]);
    if (kept.kind === 'kept') return application;
    if (kept.kind === 'standing') throw await inTheWay(application.learnerId, today);
    return 'changed-meanwhile';
  }
  const kept = await quota.keepApproval({
    decided: application,
    seen: undefined,
    capacities: quotaToday(region, application.areaId, moment),
    today,
    rests,
    also: (found) => [
      rememberAnswer(environment.ELIGIBILITY_TABLE, claim, answer(found)),
      ...recorded(found),
    ],
  });
  if (kept.kind === 'kept') return kept.application;
  if (kept.kind === 'standing') throw await inTheWay(application.learnerId, today);
  return 'changed-meanwhile';
}

const answer = (application: Application) => ({
  status: 201,
  body: shownToLearner(application),
  version: 1,
});

function recorded(application: Application): readonly TransactItem[] {
  const { decision, submittedAt } = application;
  const applied = { actor: { kind: 'learner' }, action: 'applied' } as const;
  const notice = told(region, application);
  const entries = records.recorded(application, applied, submittedAt, notice);
  if (decision === undefined || decision.decidedBy === 'officer') return entries;
  const deed = { actor: { kind: decision.decidedBy }, action: decision.outcome } as const;
  return [...entries, ...records.recorded(application, deed, submittedAt)];
}
