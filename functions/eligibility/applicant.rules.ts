import { Temporal } from 'temporal-polyfill';
import { dayIn, policyOn, timestamp } from '../../regions/calendar.ts';
import type { Region } from '../../regions/schema.ts';
import type { StepRefusal } from './case.rules.ts';
import type { Application } from './contract.ts';
import {
  allowed,
  outOfStep,
  type Ruling,
  refused,
  waitsBehind,
  withoutClaim,
} from './officer.rules.ts';
import { type HeldPaper, notHandedIn, restingOn, rulesFor, shownOf } from './papers.rules.ts';

/** Withdraws an application, or gives an approval back. */
export function withdraw(application: Application, now: Temporal.Instant): Ruling<StepRefusal> {
  const wrong = outOfStep(application, 'withdraw');
  if (wrong !== undefined) return wrong;
  const { waitingFor, offerUntil, graceUntil, ...rest } = withoutClaim(application);
  return allowed({ ...rest, state: 'ended', because: 'withdrawn', changedAt: timestamp(now) });
}

/**
 * The papers that were asked for are there, found clean and valid: the case waits again for what it waited for
 * before, and an approval whose paper has expired for an officer (edge case 10).
 *
 * @param papers - all of the learner's, the newest first
 */
export function handIn(
  region: Region,
  application: Application,
  papers: readonly HeldPaper[],
  now: Temporal.Instant,
): Ruling<StepRefusal | 'papers-missing'> {
  const wrong = outOfStep(application, 'hand-in') ?? notHandedIn(region, application, papers, now);
  if (wrong !== undefined) return wrong;
  const { request } = application;
  const at = timestamp(now);
  const waitingFor = waitsBehind(application);
  const next: Application = {
    ...application,
    waitingFor,
    ...(request === undefined ? {} : { request: { ...request, handedInAt: at } }),
    changedAt: at,
  };
  // What an approval rests on is what an officer has confirmed.
  if (waitingFor === 'papers-replaced') return allowed(next);
  const { papers: _, papersUntil, ...rest } = next;
  const { group } = rulesFor(region, application, now);
  return allowed({ ...rest, ...restingOn(group, shownOf(papers)) });
}

/** The last day on which a rejection can be appealed, by the policy in force when it was made. */
export function appealUntil(region: Region, decidedAt: string): Temporal.PlainDate {
  const day = dayIn(region, Temporal.Instant.from(decidedAt));
  return day.add({ days: policyOn(region, day).deadlines.appeal });
}

/** Appeals a rejection, once and in time; the first decision stays in force until there is another. */
export function appeal(
  region: Region,
  application: Application,
  reason: string,
  now: Temporal.Instant,
): Ruling<StepRefusal | 'already-appealed' | 'appeal-too-late'> {
  const wrong = outOfStep(application, 'appeal');
  if (wrong !== undefined) return wrong;
  if (application.appeal !== undefined) {
    const detail = 'This rejection was appealed before. Apply again with new evidence.';
    return refused('already-appealed', detail);
  }
  const until = appealUntil(region, application.decision?.decidedAt ?? application.changedAt);
  if (dayIn(region, now).toString() > until.toString()) {
    const detail = `The last day for an appeal was ${until}. Apply again with new evidence.`;
    return refused('appeal-too-late', detail);
  }
  const madeAt = timestamp(now);
  return allowed({
    ...withoutClaim(application),
    state: 'waiting',
    waitingFor: 'appeal',
    appeal: { reason, madeAt },
    changedAt: madeAt,
  });
}
