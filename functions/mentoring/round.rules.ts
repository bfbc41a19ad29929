import { Temporal } from 'temporal-polyfill';
import { dayIn, mentoringOn, timestamp } from '../../regions/calendar.ts';
import type { AreaId, Region } from '../../regions/schema.ts';
import { type Scope, sees } from '../identity/scope.rules.ts';
import type { Round } from './round.contract.ts';
import { type RoundId, weekdays } from './words.contract.ts';

/** The latest round of the region. */
export interface LastRound {
  readonly roundId: RoundId;
  readonly wantedAt: string;
  /** Whether it still has pairs to publish. */
  readonly open: boolean;
}

/**
 * Whether the weekly round has to begin: its moment has passed since the last round began, by the clock of the region
 * (edge case 31: a time that a clock skips is the moment after it). One that nobody published by then lapses.
 *
 * @param last - undefined where there was none
 */
export function roundDue(
  region: Region,
  last: Pick<LastRound, 'wantedAt'> | undefined,
  now: Temporal.Instant,
): boolean {
  const rounds = mentoringOn(region, dayIn(region, now))?.rounds;
  if (rounds === undefined) return false;
  const here = now.toZonedDateTimeISO(region.timeZone);
  const since = (here.dayOfWeek - 1 - weekdays.indexOf(rounds.day) + 7) % 7;
  const at = (days: number) =>
    here
      .toPlainDate()
      .subtract({ days })
      .toZonedDateTime({ timeZone: region.timeZone, plainTime: rounds.at })
      .toInstant();
  const today = at(since);
  const latest = Temporal.Instant.compare(today, now) <= 0 ? today : at(since + 7);
  return last === undefined || last.wantedAt < timestamp(latest);
}

/** A round that is about to propose; undefined where no policy of mentoring is in force. */
export function newRound(
  region: Region,
  roundId: RoundId,
  wantedBy: Round['wantedBy'],
  now: Temporal.Instant,
): Round | undefined {
  const policy = mentoringOn(region, dayIn(region, now));
  if (policy === undefined) return undefined;
  const wantedAt = timestamp(now);
  const { version: policyVersion } = policy;
  return { roundId, state: 'wanted', attempt: 1, wantedBy, wantedAt, policyVersion };
}

/** Minutes after which a round that has not proposed can be run again: longer than any takes. */
const stuckAfter = 15;

/**
 * A round that is run again, with the policy of the day.
 *
 * @returns the code of what stands in the way
 */
export function runAgain(
  region: Region,
  round: Round,
  now: Temporal.Instant,
): Round | 'round-closed' | 'round-at-work' {
  const policy = mentoringOn(region, dayIn(region, now));
  const since = Temporal.Instant.from(round.runAt ?? round.wantedAt);
  switch (round.state) {
    case 'published':
    case 'lapsed':
      return 'round-closed';
    case 'wanted':
      if (Temporal.Instant.compare(since.add({ minutes: stuckAfter }), now) > 0) {
        return 'round-at-work';
      }
      break;
    case 'proposed':
  }
  const { proposal, proposedAt, ...rest } = round;
  const policyVersion = policy?.version ?? round.policyVersion;
  return {
    ...rest,
    state: 'wanted',
    attempt: round.attempt + 1,
    runAt: timestamp(now),
    policyVersion,
  };
}

/** A round as a member of staff sees it: of other areas nobody's requests (edge case 50). */
export function shownTo(round: Round, scope: Scope): Round {
  const { proposal } = round;
  if (scope.kind === 'region' || proposal === undefined) return round;
  const mine = <Of extends { readonly areaId: AreaId }>(all: readonly Of[]) =>
    all.filter(({ areaId }) => sees(scope, areaId));
  const { rather, leftOut } = proposal;
  return { ...round, proposal: { ...proposal, rather: mine(rather), leftOut: mine(leftOut) } };
}
