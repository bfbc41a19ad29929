import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as z from 'zod';
import { assign, wouldRather } from '../functions/mentoring/assignment.rules.ts';
import { type Edges, none } from '../functions/mentoring/edges.rules.ts';
import { edgesOf } from '../functions/mentoring/matching.rules.ts';
import { exponentOf } from './growth.ts';
import { blockingPairs } from './matching/blocking.ts';
import { terms, townOf } from './matching/town.ts';
import { byDeferredAcceptance } from './peers/deferred-acceptance.ts';
import { greedily } from './peers/greedy.ts';
import { highsSolver } from './peers/highs.ts';
import { median, type Report, tell } from './report.ts';

const mentors = 500;
/** Beside the others, in a town of each seed. */
const beside = { requests: 16_000, seeds: [1, 2, 3] } as const;
/** Alone, in a process for each. */
const sizes = [16_000, 42_000, 110_000] as const;
const aloneSeed = 1;

/** What the result is held against. */
const atMost = { belowOptimum: 0, untold: 0, shareOfHighs: 0.05, aloneMs: 5_000, aloneMb: 512 };

interface Run {
  readonly name: string;
  readonly score: number;
  readonly ms: number;
  /** Not known of HiGHS, of which only the total is read. */
  readonly pairs?: number;
  readonly rather?: number;
}

/** A town, and what each made of it. */
interface Round {
  readonly runs: readonly Run[];
  readonly ours: Run;
  readonly highs: Run;
  /** Pairs that would rather have each other, and are not told by `wouldRather`. */
  readonly untold: number;
}

const Alone = z.strictObject({
  score: z.int(),
  pairs: z.int(),
  edges: z.int(),
  edgesMs: z.int(),
  solveMs: z.int(),
  peakMb: z.int(),
});
type Alone = z.infer<typeof Alone>;

/** Score and time at 500 × 16,000 beside HiGHS, greed and deferred acceptance; then alone up to 500 × 110,000, with its memory. */
export async function matching(): Promise<Report> {
  const solve = await highsSolver();
  const rounds: Round[] = [];
  for (const seed of beside.seeds) {
    tell(
      `matching: ${mentors} × ${whole(beside.requests)}, town ${seed}; HiGHS may take a minute …`,
    );
    rounds.push(roundIn(seed, solve));
  }
  const alone: (Alone & { readonly requests: number })[] = [];
  for (const requests of sizes) {
    tell(`matching: ${mentors} × ${whole(requests)} alone …`);
    alone.push({ requests, ...(await runAlone(requests)) });
  }
  return reportOf(rounds, alone);
}

type Solver = Awaited<ReturnType<typeof highsSolver>>;

/** Everybody once, one after the other, so that what else the machine does is the same for all. */
function roundIn(seed: number, highestTotal: Solver): Round {
  const town = townOf(mentors, beside.requests, seed);
  const capacities = town.mentors.map(({ capacity }) => capacity);
  const edges = edgesOf(town.mentors, town.requests, terms);
  const one = (name: string, choose: (edges: Edges, capacities: number[]) => Int32Array) => {
    const { result: chosen, ms } = timed(() => choose(edges, capacities));
    const given = chosen.filter((edge) => edge !== none);
    const score = given.reduce((sum, edge) => sum + (edges.score[edge] ?? 0), 0);
    const rather = blockingPairs(edges, capacities, chosen);
    return { chosen, run: { name, score, ms, pairs: given.length, rather: rather.length } };
  };
  const ladder = one('Ladder', (some, room) => assign(some, room).chosen);
  const highs = { name: 'HiGHS', ...highestTotal(edges, capacities) };
  const others = [one('greedy', greedily), one('deferred acceptance', byDeferredAcceptance)];
  const told = wouldRather(edges, capacities, ladder.chosen, Number.POSITIVE_INFINITY);
  const tellsOf = new Set(told.map(({ edge }) => edge));
  return {
    runs: [ladder.run, highs, ...others.map(({ run }) => run)],
    ours: ladder.run,
    highs,
    untold: blockingPairs(edges, capacities, ladder.chosen).filter((edge) => !tellsOf.has(edge))
      .length,
  };
}

async function runAlone(requests: number): Promise<Alone> {
  const file = fileURLToPath(new URL('./matching/alone.ts', import.meta.url));
  const words = [file, mentors, requests, aloneSeed].map(String);
  const { stdout } = await promisify(execFile)(process.execPath, words);
  return Alone.parse(JSON.parse(stdout));
}

function reportOf(
  rounds: readonly Round[],
  alone: readonly (Alone & { readonly requests: number })[],
): Report {
  const shares = rounds.map(({ ours, highs }) => ours.ms / highs.ms);
  const exponent = exponentOf(
    alone.map(({ requests, edgesMs, solveMs }) => [requests, edgesMs + solveMs]),
  );
  const largest = alone.at(-1);
  const untold = rounds.reduce((sum, round) => sum + round.untold, 0);
  const below = rounds.reduce(
    (sum, { ours, highs }) => sum + Math.abs(highs.score - ours.score),
    0,
  );
  return {
    rows: [
      [
        `${mentors} × ${whole(beside.requests)}`,
        'score',
        'of the best',
        'pairs',
        'would rather',
        'ms',
      ],
      ...rounds.flatMap(({ runs }, index) => besideRows(runs, index + 1)),
      ['', '', '', '', '', ''],
      ['Ladder alone', 'edges', 'pairs', 'ms edges', 'ms solving', 'peak MB'],
      ...alone.map(({ requests, edges, pairs, edgesMs, solveMs, peakMb }) => [
        `${mentors} × ${whole(requests)}`,
        ...[edges, pairs, edgesMs, solveMs, peakMb].map(whole),
      ]),
      ['grows with the power of', exponent.toFixed(2), '', '', '', ''],
    ],
    data: { mentors, beside, rounds, shares, alone, exponent },
    targets: [
      { what: 'score away from the optimum', atMost: atMost.belowOptimum, measured: below },
      { what: 'time, of that of HiGHS', atMost: atMost.shareOfHighs, measured: median(shares) },
      {
        what: `${whole(largest?.requests ?? 0)} requests, edges included: ms`,
        atMost: atMost.aloneMs,
        measured: (largest?.edgesMs ?? Number.NaN) + (largest?.solveMs ?? Number.NaN),
      },
      { what: 'and MB', atMost: atMost.aloneMb, measured: largest?.peakMb ?? Number.NaN },
      { what: 'pairs that would rather, not reported', atMost: atMost.untold, measured: untold },
    ],
  };
}

function besideRows(runs: readonly Run[], town: number): string[][] {
  const best = Math.max(...runs.map(({ score }) => score));
  return runs.map(({ name, score, ms, pairs, rather }) => [
    `town ${town}: ${name}`,
    whole(score),
    `${((100 * score) / best).toFixed(2)} %`,
    pairs === undefined ? '' : whole(pairs),
    rather === undefined ? '' : whole(rather),
    whole(ms),
  ]);
}

function timed<T>(work: () => T): { readonly result: T; readonly ms: number } {
  const begun = performance.now();
  const result = work();
  return { result, ms: Math.round(performance.now() - begun) };
}

const whole = (number: number) => number.toLocaleString('en');
