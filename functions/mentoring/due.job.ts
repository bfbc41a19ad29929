import { timestamp } from '../../regions/calendar.ts';
import { type Moment, now } from '../runtime/clock.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { describeError, log } from '../runtime/logger.ts';
import { checkMentor } from './checking.job.ts';
import { mentoringEnvironments } from './contract.ts';
import { dueStore } from './due.store.ts';
import { endMentorship } from './ending.job.ts';
import { toMentorship } from './mentorship.store.ts';
import { lapse } from './offer.job.ts';
import { lookAtSession } from './reminding.job.ts';
import { forgetMentorship, lookAtAppointment } from './retention.job.ts';
import { startRound } from './round.job.ts';
import { settleHold } from './settling.job.ts';
import { settleStanding } from './standing.job.ts';

const environment = readEnvironment(mentoringEnvironments.due);
const store = dueStore(environment.MENTORING_TABLE);

/** Rows that are looked at side by side. */
const abreast = 10;
/** Milliseconds before the function's end after which no further page is begun; the next run goes on. */
const reserve = 20_000;

/** What Lambda tells a function of its time. */
interface Clock {
  getRemainingTimeInMillis(): number;
}

/**
 * What a moment brings in mentoring though no request comes: reminders, ends, checks that expire, offers that lapse, and
 * the weekly round. Whatever fails stops nothing else, and is due at the next run.
 *
 * @throws {Error} some could not be looked at; the log says why
 */
export async function handler(_event: unknown, clock: Clock): Promise<void> {
  let failed = await counted(async () => {
    await startRound(now());
  });
  let count = 0;
  for await (const rows of store.listDue(timestamp(now()))) {
    failed += await lookAtAll(rows);
    count += rows.length;
    if (clock.getRemainingTimeInMillis() < reserve) break;
  }
  log.info('looked', { count });
  if (failed > 0) throw new Error(`${failed} could not be looked at; the log says why`);
}

/** @returns how many failed */
async function lookAtAll(rows: readonly Record<string, unknown>[]): Promise<number> {
  const rest = rows.values();
  let failed = 0;
  const worker = async () => {
    for (const row of rest) {
      const failure = await counted(() => look(row, now()));
      failed += failure;
    }
  };
  await Promise.all(Array.from({ length: abreast }, worker));
  return failed;
}

async function look(row: Record<string, unknown>, moment: Moment): Promise<void> {
  const kind = String(row['sk']);
  if (kind.startsWith('SESSION#')) return lookAtSession(row, moment);
  switch (kind) {
    case 'MENTOR':
      return checkMentor(row, moment);
    case 'MENTORSHIP':
      return lookAtMentorship(row, moment);
    case 'HOLD':
      return settleHold(row);
    case 'APPOINTMENT':
      return lookAtAppointment(row, moment);
    default:
      throw new RangeError('rows of this kind bring nothing by themselves');
  }
}

async function lookAtMentorship(row: Record<string, unknown>, moment: Moment): Promise<void> {
  const { mentorshipId, state } = toMentorship(row).mentorship;
  switch (state) {
    case 'offered':
      await lapse(row, moment);
      return;
    case 'active':
    case 'paused':
      await settleStanding(mentorshipId, moment);
      await endMentorship(row, moment);
      return;
    case 'ended':
      await forgetMentorship(row, moment);
  }
}

/** 1 where it failed, which stops nothing else. */
async function counted(work: () => Promise<void>): Promise<number> {
  try {
    await work();
    return 0;
  } catch (error) {
    log.error('look failed', describeError(error));
    return 1;
  }
}
