import type { budgets } from '../budgets.ts';
import { type Count, nothing, sumOf } from './count.ts';
import { clocked } from './ledger.ts';
import type { MeteredRegion } from './metered-region.ts';

/** What one run of a job that the clock starts comes to when there is nothing for it to do, and how often it runs. */
export interface Job {
  readonly name: string;
  readonly expression: string;
  readonly count: Readonly<Count>;
}

/**
 * Has every job run once, and then twice more, when it finds nothing left to do. The smaller count of the two is its own: into
 * the other one another may have come that the clock has started meanwhile.
 */
export async function idleJobs({ control, ledger }: MeteredRegion): Promise<readonly Job[]> {
  const schedules = await control.schedules();
  for (const { name } of schedules) await control.fire(name);
  const jobs: Job[] = [];
  for (const { name, expression } of schedules) {
    const run = async () => countOf(name, await ledger.counted(() => control.fire(name)));
    const [one, other] = [await run(), await run()];
    const count = one.readUnits < other.readUnits ? one : other;
    jobs.push({ name: wordOf(name), expression, count });
  }
  return jobs;
}

/** What the functions of a job have asked for; whatever else was running meanwhile is not the job's. */
function countOf(job: string, taken: ReadonlyMap<string, Count>): Count {
  const own = [...taken].filter(([name, { invocations }]) => invocations > 0 && clocked.test(name));
  if (own.length > 0) return sumOf(own.map(([, count]) => count));
  throw new Error(
    `${job} starts ${[...taken.keys()].join()}, which bench/capacity/ledger.ts would count with an action`,
  );
}

/** Of `ladder-seoul-EnrolmentDueEvery5Minutes1A2B3C4D` what says something. */
const wordOf = (name: string): string =>
  name
    .replace(/^ladder-[a-z]+-/, '')
    .replace(/[0-9A-F]{4,8}-[0-9A-F]{8}$|[0-9A-F]{8}$/, '')
    // CloudFormation cuts a name wherever it is too long.
    .replace(/(R(u(l(e[0-9A-F]*)?)?)?)?-$/, '');

/** How `budgets.idle` names the schedules that there are. */
const every: Readonly<Record<string, keyof typeof budgets.idle>> = {
  'rate(1 minute)': 'minute',
  'rate(5 minutes)': 'fiveMinutes',
  'rate(1 hour)': 'hour',
};

/** Read units of idle jobs, together, by how often they run. */
export function idleReadUnits(
  jobs: readonly Job[],
): Readonly<Record<keyof typeof budgets.idle, number>> {
  const sums = { minute: 0, fiveMinutes: 0, hour: 0 };
  for (const { name, expression, count } of jobs) {
    const often = every[expression];
    if (often === undefined)
      throw new RangeError(`${name} runs at ${expression}: no budget has it`);
    sums[often] += count.readUnits;
  }
  return sums;
}

/** A day goes by, on which the calendar looks at every learner: what one look comes to. */
export async function lookOfTheDay({ control, ledger }: MeteredRegion): Promise<void> {
  const taken = await ledger.counted(() => control.advance(25 * 3_600));
  const [, count = nothing] = [...taken].find(([name]) => name.includes('EnrolmentDue')) ?? [];
  // Each look writes the learner's row once.
  const looks = Math.max(1, count.writeRequests);
  // The keys of a count that is declared elsewhere.
  const names = Object.keys(nothing) as (keyof Count)[];
  const own = Object.fromEntries(names.map((what) => [what, count[what] / looks]));
  ledger.entries.set('a look at a learner', { own: { ...nothing, ...own }, follows: nothing });
}
