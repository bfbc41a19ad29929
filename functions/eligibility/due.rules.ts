import { Temporal } from 'temporal-polyfill';
import { dayIn, policyOn, timestamp } from '../../regions/calendar.ts';
import type { Message } from '../../regions/notices.ts';
import type { Policy, Region } from '../../regions/schema.ts';
import type { AuditAction } from '../audit/contract.ts';
import type { Application, Finding } from './contract.ts';
import { waitsBehind } from './officer.rules.ts';
import { expiredOf } from './papers.rules.ts';

/** What time does to an application: what becomes of it, and what the trail and the applicant are told. */
export interface Step {
  readonly next: Application;
  readonly action: AuditAction;
  readonly told: Message;
}

/**
 * The first day on which time alone changes something about an application; undefined where it never does.
 * It is a function of the row, so that whatever writes the row keeps it right.
 */
export function dueOn(application: Application): string | undefined {
  const { state, waitingFor, request, papersUntil, graceUntil, reminded } = application;
  const { validUntil, ageUntil, offerUntil, renewFrom } = application;
  switch (state) {
    case 'waiting':
      return waitingFor === 'evidence' ? dayAfter(request?.until) : dayAfter(papersUntil);
    case 'waitlisted':
      return dayAfter(ageUntil);
    case 'offered':
      return earliest(dayAfter(offerUntil), dayAfter(ageUntil));
    case 'approved':
      return earliest(
        reminded ? undefined : renewFrom,
        // While an officer has a new paper to look at, the delay is the officer's.
        waitingFor === 'papers-replaced' ? undefined : dayAfter(graceUntil ?? papersUntil),
        dayAfter(validUntil),
        dayAfter(ageUntil),
      );
    case 'suspended':
      return earliest(dayAfter(validUntil), dayAfter(ageUntil));
    case 'rejected':
    case 'lapsed':
    case 'ended':
      return undefined;
  }
}

const dayAfter = (day: string | undefined) =>
  day === undefined ? undefined : Temporal.PlainDate.from(day).add({ days: 1 }).toString();

function earliest(...days: readonly (string | undefined)[]): string | undefined {
  return days.filter((day) => day !== undefined).sort()[0];
}

/**
 * What time has done to an application by now: one step, the weightiest first. After it the row is due again
 * later, or the next step is taken at once; undefined where nothing is due.
 */
export function whenDue(
  region: Region,
  application: Application,
  now: Temporal.Instant,
): Step | undefined {
  const today = dayIn(region, now);
  const due = dueOn(application);
  if (due === undefined || due > today.toString()) return undefined;
  const changed = { ...application, changedAt: timestamp(now) };
  const policy = policyOn(region, today);
  if (isOver(application.ageUntil, today)) return end(changed, 'too-old');
  switch (application.state) {
    case 'waiting':
      return application.waitingFor === 'evidence'
        ? rejectWithoutPapers(changed, policy, today)
        : askForPapers(changed, policy, today);
    case 'offered':
      return lapse(changed);
    case 'approved':
    case 'suspended':
      if (isOver(application.validUntil, today)) return end(changed, 'expired');
      return application.state === 'suspended'
        ? undefined
        : (followPapers(changed, policy, today) ?? remind(application));
    case 'waitlisted':
    case 'rejected':
    case 'lapsed':
    case 'ended':
      return undefined;
  }
}

/** Whom a notice about an application is for. */
export const to = ({ learnerId }: Application) => ({ kind: 'learner' as const, learnerId });

const isOver = (lastDay: string | undefined, today: Temporal.PlainDate) =>
  lastDay !== undefined && lastDay < today.toString();

/** Places end with it, through the stream; history stays. */
export function end(application: Application, because: Application['because']): Step {
  const { waitingFor, offerUntil, graceUntil, claim, ...rest } = application;
  return {
    next: { ...rest, state: 'ended', because },
    action: 'ended',
    told: { kind: 'approval-ended', to: to(application), facts: {} },
  };
}

/** Edge case 10: an approval whose paper has expired, unless a new one waits for an officer. */
function followPapers(
  application: Application,
  policy: Policy,
  today: Temporal.PlainDate,
): Step | undefined {
  const { waitingFor, graceUntil, papersUntil } = application;
  if (waitingFor === 'papers-replaced') return undefined;
  if (isOver(graceUntil, today)) return suspend(application);
  return graceUntil === undefined && isOver(papersUntil, today)
    ? beginGrace(application, policy, today)
    : undefined;
}

/** Edge case 10: the grace is over and no new paper came; one that comes later still counts. */
function suspend(application: Application): Step {
  return {
    next: {
      ...application,
      state: 'suspended',
      because: 'paper-expired',
      waitingFor: 'new-paper',
    },
    action: 'suspended',
    told: { kind: 'approval-suspended', to: to(application), facts: {} },
  };
}

/** Edge case 10: an approval goes on for a while, counted from the last day on which the paper was seen valid. */
function beginGrace(application: Application, policy: Policy, today: Temporal.PlainDate): Step {
  const graceUntil = today.add({ days: policy.deadlines.grace - 1 }).toString();
  const request = {
    evidence: expiredOf(application, today),
    message:
      'A paper that the approval rests on has expired. Hand in a new one and say so; without it the approval is suspended.',
    askedAt: application.changedAt,
    until: graceUntil,
    before: 'papers-replaced' as const,
  };
  return {
    next: { ...application, graceUntil, waitingFor: 'new-paper', request },
    action: 'grace-begun',
    told: { kind: 'paper-expired', to: to(application), facts: { until: graceUntil } },
  };
}

/** `changedAt` stays: nothing that anyone projects has changed. */
function remind(application: Application): Step | undefined {
  const { validUntil } = application;
  if (validUntil === undefined) return undefined;
  return {
    next: { ...application, reminded: true },
    action: 'reminded',
    told: { kind: 'approval-expiring', to: to(application), facts: { until: validUntil } },
  };
}

/** An offer that was declined, or not taken in time; whoever still wants to join applies again. */
export function lapse(application: Application): Step {
  const { offerUntil, ...rest } = application;
  return {
    next: { ...rest, state: 'lapsed' },
    action: 'lapsed',
    told: { kind: 'offer-lapsed', to: to(application), facts: {} },
  };
}

/** Edge case 10: a paper that expires during review waits for a new one. */
function askForPapers(application: Application, policy: Policy, today: Temporal.PlainDate): Step {
  const { papersUntil, claim, ...rest } = application;
  const evidence = expiredOf(application, today);
  const until = today.add({ days: policy.deadlines.evidence }).toString();
  const request = {
    evidence,
    message: 'A paper that was handed in has expired. Please hand in a new one.',
    askedAt: rest.changedAt,
    until,
    before: waitsBehind(application),
  };
  return {
    next: { ...rest, waitingFor: 'evidence', request },
    action: 'evidence-requested',
    told: { kind: 'evidence-needed', to: to(application), facts: { until } },
  };
}

/** What an officer asked for did not come in time: rejected by the rules, and said so. */
function rejectWithoutPapers(
  application: Application,
  policy: Policy,
  today: Temporal.PlainDate,
): Step {
  const { waitingFor, claim, ...rest } = application;
  const { version: policyVersion, legalBasis, deadlines } = policy;
  const explanation = `What was asked for by ${rest.request?.until ?? 'its last day'} did not come.`;
  const finding: Finding = { rule: 'evidence', met: false, explanation };
  return {
    next: {
      ...rest,
      state: 'rejected',
      decision: {
        outcome: 'rejected',
        policyVersion,
        legalBasis,
        findings: [finding],
        decidedBy: 'rules',
        decidedAt: rest.changedAt,
      },
    },
    action: 'rejected',
    told: {
      kind: 'application-rejected',
      to: to(application),
      facts: { until: today.add({ days: deadlines.appeal }).toString() },
    },
  };
}
