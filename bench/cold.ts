import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import * as z from 'zod';
import { inTurn, median, quantile, type Report, tell } from './report.ts';
import { builtAsOurs, type Contestants, withContestants } from './web/contestants.ts';
import { answers, context, environment, event } from './web/request.ts';

const rounds = 25;

/** At most this share of what each peer takes to load its code and give its first answer. */
const targets = {
  [builtAsOurs]: 1.25,
  middy: 0.6,
  powertools: 0.55,
  hono: 0.55,
  express: 0.4,
  nest: 0.25,
} as const;

const Start = z.strictObject({
  statusCode: z.literal(200),
  /** Until its code is loaded. */
  loadMs: z.number(),
  /** Until its first answer. */
  answerMs: z.number(),
  /** The processor time of all its threads until then. */
  cpuMs: z.number(),
});
type Start = z.infer<typeof Start>;

/**
 * A fresh process to its first answer; everybody once in each round, in turn. DynamoDB is answered in the process: a
 * connection takes the same for everyone.
 */
export function cold(): Promise<Report> {
  return withContestants(async (contestants) => {
    const directory = mkdtempSync(join(tmpdir(), 'ladder-bench-request-'));
    try {
      const request = join(directory, 'request.json');
      writeFileSync(request, JSON.stringify({ event, context, answers }));
      return reportOf(await takeTurns(contestants, request));
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
}

async function takeTurns({ directories }: Contestants, request: string) {
  const starts = new Map<string, Start[]>([...directories].map(([name]) => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    if (round % 5 === 0) tell(`cold: round ${round} of ${rounds} …`);
    for (const [name, bundle] of inTurn([...directories], round)) {
      const start = await startCold(bundle, request);
      // The first round has the files read from the disk.
      if (round > 0) starts.get(name)?.push(start);
    }
  }
  return starts;
}

async function startCold(bundle: string, request: string): Promise<Start> {
  const words = [
    join(import.meta.dirname, 'web/cold-start.mjs'),
    pathToFileURL(join(bundle, 'index.mjs')).href,
    request,
  ];
  const child = spawn(process.execPath, words, {
    env: environment,
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
  });
  // A pipe to read from, as it was asked for.
  const said = await text(child.stdio[3] as NodeJS.ReadableStream);
  if (said === '') throw new Error(`${bundle} gave no answer; what it said stands above`);
  return Start.parse(JSON.parse(said));
}

function reportOf(starts: ReadonlyMap<string, readonly Start[]>): Report {
  const ours = starts.get('Ladder') ?? [];
  const results = [...starts].map(([name, runs]) => {
    // Each beside ours of the same round, for a busy moment is everybody's.
    const besides = (of: 'answerMs' | 'cpuMs') =>
      runs.map((run, round) => (ours[round]?.[of] ?? Number.NaN) / run[of]);
    const ratios = besides('answerMs');
    return {
      name,
      loadMs: median(runs.map(({ loadMs }) => loadMs)),
      answerMs: median(runs.map(({ answerMs }) => answerMs)),
      ratio: median(ratios),
      spread: [quantile(ratios, 0.25), quantile(ratios, 0.75)] as const,
      cpuMs: median(runs.map(({ cpuMs }) => cpuMs)),
      cpuRatio: median(besides('cpuMs')),
    };
  });
  const ratioTo = (peer: string) => results.find(({ name }) => name === peer)?.ratio ?? Number.NaN;
  return {
    rows: [
      ['cold start', 'loaded ms', 'answered ms', 'Ladder is', 'middle half', 'CPU ms', 'Ladder is'],
      ...results.map(({ name, loadMs, answerMs, ratio, spread, cpuMs, cpuRatio }) => [
        name,
        loadMs.toFixed(0),
        answerMs.toFixed(0),
        `× ${ratio.toFixed(2)}`,
        `${spread[0].toFixed(2)}–${spread[1].toFixed(2)}`,
        cpuMs.toFixed(0),
        `× ${cpuRatio.toFixed(2)}`,
      ]),
    ],
    data: { rounds, results },
    targets: Object.entries(targets).map(([peer, atMost]) => ({
      what: `first answer, of ${peer}`,
      atMost,
      measured: ratioTo(peer),
      ...(peer === builtAsOurs ? { stretch: true as const } : {}),
    })),
  };
}
