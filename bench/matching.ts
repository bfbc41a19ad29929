import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as z from 'zod';
import { assign, wouldRather } from '../functions/mentoring/assignment.rules.ts';
import { type Edges, none } from '../functions/mentoring/edges.rules.ts';
import { edgesOf } from '../functions/mentoring/matching.rules.ts';
import { byDeferredAcceptance } from './peers/deferred-acceptance.ts';
import { greedily } from './peers/greedy.ts';
import { highsSolver } from './peers/highs.ts';
import { table } from './table.ts';
import { terms, townOf } from './town.ts';

const size = { mentors: 500, requests: 16_000, seed: 1 };
const alone = { mentors: 500, requests: 110_000, seed: 1 };

/** What the result is held against. */
const targets = { shareOfHighs: 0.05, aloneMs: 5_000, alonePeakMb: 512 };

interface Run {
  readonly name: string;
  readonly score: number;
  readonly ms: number;
  /** Not known of HiGHS, of which only the total is read. */
  readonly pairs?: number;
  readonly rather?: number;
}

const Alone = z.strictObject({
  score: z.int(),
  pairs: z.int(),
  edges: z.int(),
  edgesMs: z.int(),
  solveMs: z.int(),
  peakMb: z.int(),
});

/** Score and time at 500 × 16,000 beside HiGHS, greed and deferred acceptance; then 500 × 110,000 alone, with its memory. */
export async function matching(asJson: boolean): Promise<void> {
  const runs = await beside();
  tell(`500 × 110,000 alone …`);
  const single = Alone.parse(JSON.parse(await runAlone()));
  const met = verdicts(runs, single);
  if (asJson) {
    process.stdout.write(
      `${JSON.stringify({ size, runs, alone: { ...alone, ...single }, met })}\n`,
    );
    return;
  }
  process.stdout.write(`\n${besideTable(runs)}\n${aloneTable(single)}\n`);
  process.stdout.write(table(Object.entries(met).map(([target, held]) => [target, yes(held)])));
}

async function beside(): Promise<Run[]> {
  tell(`${size.mentors} × ${size.requests.toLocaleString('en')} …`);
  const { mentors, requests } = townOf(size.mentors, size.requests, size.seed);
  const capacities = mentors.map(({ capacity }) => capacity);
  const edges = edgesOf(mentors, requests, terms);
  const highestTotal = await highsSolver();
  const ways: readonly [string, (edges: Edges, capacities: number[]) => Int32Array][] = [
    ['Ladder', (some, room) => assign(some, room).chosen],
    ['greedy', greedily],
    ['deferred acceptance', byDeferredAcceptance],
  ];
  const runs = ways.map(([name, choose]): Run => {
    tell(`  ${name} …`);
    const { result: chosen, ms } = timed(() => choose(edges, capacities));
    const given = chosen.filter((edge) => edge !== none);
    const score = given.reduce((sum, edge) => sum + (edges.score[edge] ?? 0), 0);
    const rather = wouldRather(edges, capacities, chosen, Number.POSITIVE_INFINITY).length;
    return { name, score, ms, pairs: given.length, rather };
  });
  tell('  HiGHS, which may take a minute …');
  return [...runs, { name: 'HiGHS', ...highestTotal(edges, capacities) }];
}

async function runAlone(): Promise<string> {
  const file = fileURLToPath(new URL('./alone.ts', import.meta.url));
  const words = [file, alone.mentors, alone.requests, alone.seed].map(String);
  const { stdout } = await promisify(execFile)(process.execPath, words);
  return stdout;
}

function verdicts(runs: readonly Run[], single: z.infer<typeof Alone>): Record<string, boolean> {
  const [ours] = runs;
  const highs = runs.at(-1);
  const share = (ours?.ms ?? Number.NaN) / (highs?.ms ?? Number.NaN);
  return {
    'the total of HiGHS': ours?.score === highs?.score,
    [`at most ${targets.shareOfHighs} of its time (${share.toFixed(3)})`]:
      share <= targets.shareOfHighs,
    [`alone in at most ${targets.aloneMs} ms`]: single.edgesMs + single.solveMs <= targets.aloneMs,
    [`alone in at most ${targets.alonePeakMb} MB`]: single.peakMb <= targets.alonePeakMb,
  };
}

function besideTable(runs: readonly Run[]): string {
  const best = Math.max(...runs.map(({ score }) => score));
  return table([
    ['500 × 16,000', 'score', 'of the best', 'pairs', 'would rather', 'ms'],
    ...runs.map(({ name, score, ms, pairs, rather }) => [
      name,
      whole(score),
      `${((100 * score) / best).toFixed(2)} %`,
      pairs === undefined ? '' : whole(pairs),
      rather === undefined ? '' : whole(rather),
      whole(ms),
    ]),
  ]);
}

function aloneTable({
  score,
  pairs,
  edges,
  edgesMs,
  solveMs,
  peakMb,
}: z.infer<typeof Alone>): string {
  return table([
    ['500 × 110,000', 'score', 'pairs', 'edges', 'ms edges', 'ms solving', 'peak MB'],
    ['Ladder', ...[score, pairs, edges, edgesMs, solveMs, peakMb].map(whole)],
  ]);
}

function timed<T>(work: () => T): { readonly result: T; readonly ms: number } {
  const begun = performance.now();
  const result = work();
  return { result, ms: Math.round(performance.now() - begun) };
}

const whole = (number: number) => number.toLocaleString('en');
const yes = (held: boolean) => (held ? 'met' : 'MISSED');

/** Progress goes where it is in nobody's way. */
function tell(text: string): void {
  process.stderr.write(`${text}\n`);
}
