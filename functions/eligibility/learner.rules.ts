import type { Temporal } from 'temporal-polyfill';
import { dayIn, policyOn, timestamp } from '../../regions/calendar.ts';
import type { Message } from '../../regions/notices.ts';
import type { Policy, Region } from '../../regions/schema.ts';
import type { AuditAction } from '../audit/contract.ts';
import type { Profile } from '../identity/contract.ts';
import type { Application } from './contract.ts';
import { consentOf } from './decision.rules.ts';
import { end, to } from './due.rules.ts';
import { offerPlace } from './offer.rules.ts';
import { waitlisted, withoutAge } from './quota.rules.ts';

/** A learner's profile before and after it changed. */
export interface ProfileChange {
  readonly before: Profile | undefined;
  readonly after: Profile;
  /** The version of the profile after it: streams bring a change late, and again; decisions name theirs. */
  readonly version: number;
}

/** What a changed profile does to an application; whom consent concerns is told by identity. */
export type Effect =
  | ({ readonly kind: 'change'; readonly action: AuditAction } & Changed)
  | { readonly kind: 'move'; readonly placed: Changed; readonly unplaced: Changed };

/** What becomes of an application, and what its learner is told. */
export interface Changed {
  readonly next: Application;
  readonly told?: Message;
}

/**
 * What a changed profile does to one of the learner's applications: the weightiest first, to be asked again until
 * nothing is left; undefined where nothing is. Safe to ask for the same change twice.
 */
export function followLearner(
  region: Region,
  application: Application,
  change: ProfileChange,
  now: Temporal.Instant,
): Effect | undefined {
  const { profileVersion = 0 } = application;
  if (isClosed(application) || change.version < profileVersion) return undefined;
  const changed = { ...application, changedAt: timestamp(now), profileVersion: change.version };
  return (
    // Before all that goes on: afterwards the same version has been followed.
    withdrawn(changed, change.after) ??
    doubt(application, changed, change, policyOn(region, dayIn(region, now))) ??
    followConsent(application, changed, change.after) ??
    (application.areaId === change.after.areaId
      ? undefined
      : move(region, changed, change.after, now))
  );
}

const isClosed = ({ state }: Application) =>
  state === 'rejected' || state === 'lapsed' || state === 'ended';

/** Edge case 2: taken back, what depended on consent ends. */
function withdrawn(changed: Application, { consent }: Profile): Effect | undefined {
  return consent.state === 'withdrawn'
    ? { kind: 'change', action: 'ended', next: end(changed, 'consent-withdrawn').next }
    : undefined;
}

/** Edge case 1: in conflict, an approval stands still. */
function followConsent(
  { state, because }: Application,
  changed: Application,
  profile: Profile,
): Effect | undefined {
  const missing = consentOf(profile) === 'missing';
  if (missing && state === 'approved')
    return {
      kind: 'change',
      action: 'suspended',
      next: { ...changed, state: 'suspended', because: 'consent-withdrawn' },
    };
  if (missing && (state === 'waitlisted' || state === 'offered'))
    return sentToReview(changed, 'consent-withdrawn');
  if (missing || state !== 'suspended' || because !== 'consent-withdrawn') return undefined;
  const { because: _, ...rest } = changed;
  return { kind: 'change', action: 'resumed', next: { ...rest, state: 'approved' } };
}

/** Edge case 14: the place of the old area goes back, one of the new is taken or waited for; history comes along. */
function move(
  region: Region,
  application: Application,
  { areaId }: Profile,
  now: Temporal.Instant,
): Effect {
  const { claim, ...rest } = application;
  const moved: Application = { ...rest, areaId };
  if (moved.state === 'waiting') return { kind: 'change', action: 'moved', next: moved };
  const waits: Application = { ...waitlisted(moved), because: 'moved' };
  if (moved.state === 'waitlisted')
    return { kind: 'move', placed: offerPlace(region, moved, now), unplaced: { next: waits } };
  if (moved.because === 'profile-changed')
    return { kind: 'move', placed: { next: moved }, unplaced: { next: reviewed(moved, 'moved') } };
  return {
    kind: 'move',
    placed: { next: moved },
    unplaced: { next: waits, told: { kind: 'waitlisted', to: to(moved), facts: {} } },
  };
}

/**
 * Who somebody is was judged with the name and birthday of then: an officer looks at it again. What was judged on
 * this version, or a later one, was judged on the new ones; no clock says so, as a decision and a change overlap.
 */
function doubt(
  application: Application,
  changed: Application,
  { before, after, version }: ProfileChange,
  policy: Policy,
): Effect | undefined {
  const same =
    before === undefined || (before.name === after.name && before.birthDate === after.birthDate);
  if (same || version <= (application.profileVersion ?? 0)) return undefined;
  const { state, because } = application;
  const born = before.birthDate === after.birthDate ? changed : withoutAge(policy, changed);
  switch (state) {
    case 'approved':
    case 'suspended':
      if (because !== 'profile-changed')
        return {
          kind: 'change',
          action: 'suspended',
          next: doubtful(born),
          told: { kind: 'approval-suspended', to: to(changed), facts: {} },
        };
      // In doubt for a name until now; the applicant knows.
      return born === changed
        ? undefined
        : { kind: 'change', action: 'suspended', next: doubtful(born) };
    case 'waitlisted':
    case 'offered':
      return sentToReview(changed, 'profile-changed');
    // An officer decides it on the profile of that day.
    case 'waiting':
    case 'rejected':
    case 'lapsed':
    case 'ended':
      return undefined;
  }
}

/** Without the claim: what lies on an officer's desk for a paper is not decided as who somebody is, unseen. */
function doubtful({ claim, ...rest }: Application): Application {
  return { ...rest, state: 'suspended', because: 'profile-changed' };
}

function sentToReview(application: Application, because: Application['because']): Effect {
  return { kind: 'change', action: 'sent-to-review', next: reviewed(application, because) };
}

/** Back to the officers, at its old place in their queue; whoever approves it counts its days anew. */
function reviewed(application: Application, because: Application['because']): Application {
  const { lot, offerUntil, validUntil, renewFrom, graceUntil, ...granted } = application;
  const { countsFrom, ageUntil, monthsUntil, reminded, ...rest } = granted;
  return { ...rest, state: 'waiting', waitingFor: 'officer-group', because };
}
