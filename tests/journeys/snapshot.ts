import type { Temporal } from 'temporal-polyfill';
import type { z } from 'zod';
import type { Application } from '../../functions/eligibility/contract.ts';
import { readApplication } from '../../functions/eligibility/store.ts';
import type { EndedPlace, Places } from '../../functions/enrolment/contract.ts';
import { endedRow, LotRow, QueueRow, toPlaces } from '../../functions/enrolment/rows.store.ts';
import { AskedRow } from '../../functions/identity/rows.store.ts';
import { type LearnerRecord, toRecord } from '../../functions/identity/store.ts';
import { now } from '../../functions/runtime/clock.ts';
import { dayIn } from '../../regions/calendar.ts';
import type { Town } from './town.ts';
import { town } from './town.ts';

type Row = Record<string, unknown>;

/** All that the three tables hold at a moment. */
export interface Snapshot {
  readonly today: Temporal.PlainDate;
  readonly moment: Temporal.Instant;
  readonly learners: readonly LearnerRecord[];
  readonly requests: readonly z.infer<typeof AskedRow>[];
  readonly applications: readonly Application[];
  readonly places: readonly Places[];
  readonly ended: readonly EndedPlace[];
  /** Counters by partition: `QUOTA#river`, `SEATS#well#river`. */
  readonly lots: ReadonlyMap<string, readonly number[]>;
  readonly queues: ReadonlyMap<string, number>;
  /** Entries of waiting lists by partition. */
  readonly entries: ReadonlyMap<string, number>;
  readonly identity: readonly Row[];
  /** What eligibility and enrolment hold, as text. */
  readonly text: string;
}

export async function snapshotOf({ rows }: Town): Promise<Snapshot> {
  const [identity, eligibility, enrolment] = await Promise.all([
    rows('identity'),
    rows('eligibility'),
    rows('enrolment'),
  ]);
  const both = [...eligibility, ...enrolment];
  const named = (some: readonly Row[], sk: string) => some.filter((row) => row['sk'] === sk);
  const lots = new Map<string, number[]>();
  for (const row of both.filter(({ sk }) => String(sk).startsWith('LOT#'))) {
    const { pk, sk, used } = LotRow.parse(row);
    const counts = lots.get(pk) ?? [];
    counts[Number(sk.slice('LOT#'.length))] = used;
    lots.set(pk, counts);
  }
  const entries = new Map<string, number>();
  for (const { pk } of both.filter(({ pk }) => /^WAIT(ING|LIST)#/.test(String(pk))))
    entries.set(String(pk), (entries.get(String(pk)) ?? 0) + 1);
  const moment = now();
  return {
    moment,
    today: dayIn(town, moment),
    learners: named(identity, 'PROFILE').map(toRecord),
    requests: named(identity, 'CONSENT').map((row) => AskedRow.parse(row)),
    applications: named(eligibility, 'APPLICATION').map((row) => readApplication(row).application),
    places: named(enrolment, 'PLACES').map(toPlaces),
    ended: enrolment.filter(({ sk }) => String(sk).startsWith('ENDED#')).map(endedRow),
    lots,
    queues: new Map(
      named(enrolment, 'QUEUE').map((row) => [String(row['pk']), QueueRow.parse(row).waiting]),
    ),
    entries,
    identity,
    text: JSON.stringify(both),
  };
}

export const sum = (counts: readonly (number | undefined)[] = []) =>
  counts.reduce<number>((total, count) => total + (count ?? 0), 0);
