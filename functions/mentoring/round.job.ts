import { timestamp } from '../../regions/calendar.ts';
import type { Moment } from '../runtime/clock.ts';
import { transact } from '../runtime/dynamodb.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { newId } from '../runtime/ids.ts';
import { region } from '../runtime/region.ts';
import { auditEntry } from '../runtime/trail.ts';
import { mentoringEnvironments } from './contract.ts';
import { newRound, roundDue } from './round.rules.ts';
import { roundStore } from './round.store.ts';
import { RoundId } from './words.contract.ts';

const environment = readEnvironment(mentoringEnvironments.due);
const rounds = roundStore(environment.MENTORING_TABLE);

/**
 * Starts the weekly round if its moment has come; the one before lapses with what nobody published. Capacity: 1 read
 * unit, and 12 write units where one starts.
 *
 * @returns whether one was started
 */
export async function startRound(now: Moment): Promise<boolean> {
  const last = await rounds.readLast();
  if (!roundDue(region, last, now)) return false;
  const round = newRound(region, newId(RoundId, 'rnd'), 'schedule', now);
  if (round === undefined) return false;
  const written = await transact([
    ...rounds.begin(round, last),
    auditEntry(environment.AUDIT_TABLE, {
      at: timestamp(now),
      actor: { kind: 'time' },
      action: 'round-started',
      subjects: [round.roundId],
      details: [round.policyVersion],
    }),
  ]);
  // Refused where somebody else has just started one, or has published the last: the next look sees it.
  return written.done;
}
