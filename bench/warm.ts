import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import * as z from 'zod';
import { messageOf } from './child.ts';
import { exponentOf } from './growth.ts';
import { inTurn, median, quantile, type Report, tell } from './report.ts';
import { builtAsOurs, type Contestants, withContestants } from './web/contestants.ts';
import { environment, requestsEach } from './web/request.ts';

/** Rounds of so much processor time each, after as many requests as V8 needs to have compiled everything. */
const rounds = 15;
const microsInRound = 500_000;
const warmUp = 3_000;
/** Of our own function, to see how processor time grows. */
const sizes = [500, 2_500, 12_500] as const;

/** At most this share of the processor time that each takes for a request; of a bare function so built, what the framework adds. */
const targets = { [builtAsOurs]: 1.2, bare: 1.2, hono: 0.7, powertools: 0.6 } as const;

/** Processor time of a request with everything loaded and compiled, DynamoDB answered in the process; in turn, round by round. */
export function warm(): Promise<Report> {
  return withContestants(async ({ directories }) => {
    const workers = await startWorkers(directories);
    try {
      const ready: Ready[] = [];
      for (const [name, worker] of workers) {
        tell(`warm: ${name} warms up …`);
        const each = (await microsOf(worker, warmUp)) / warmUp;
        ready.push({ name, worker, inRound: Math.ceil(microsInRound / each) });
      }
      const runs = await takeTurns(ready);
      const grown = await grow(workers.get('Ladder'));
      return reportOf(runs, grown);
    } finally {
      for (const worker of workers.values()) worker.kill();
    }
  });
}

async function startWorkers(directories: Contestants['directories']) {
  const workers = new Map<string, ChildProcess>();
  for (const [name, directory] of directories) {
    const worker = fork(
      join(import.meta.dirname, 'web/warm-worker.ts'),
      [join(directory, 'index.mjs')],
      {
        env: environment,
        // The functions' log goes where logs go that nobody reads; it is written all the same.
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      },
    );
    await messageOf(worker);
    workers.set(name, worker);
  }
  return workers;
}

/** Microseconds of processor time that so many requests took, all together. */
async function microsOf(worker: ChildProcess, requests: number): Promise<number> {
  worker.send({ requests });
  return z.strictObject({ micros: z.number() }).parse(await messageOf(worker)).micros;
}

/** A contestant that has warmed up. */
interface Ready {
  readonly name: string;
  readonly worker: ChildProcess;
  /** Requests that fill a round. */
  readonly inRound: number;
}

async function takeTurns(all: readonly Ready[]) {
  const runs = new Map<string, number[]>(all.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    if (round % 5 === 0) tell(`warm: round ${round} of ${rounds} …`);
    for (const { name, worker, inRound } of inTurn(all, round)) {
      runs.get(name)?.push((await microsOf(worker, inRound)) / inRound);
    }
  }
  return runs;
}

async function grow(worker: ChildProcess | undefined) {
  if (worker === undefined) throw new RangeError('nobody of ours takes part');
  const grown: { requests: number; micros: number }[] = [];
  for (const requests of sizes) {
    tell(`warm: ${requests.toLocaleString('en')} requests …`);
    grown.push({ requests, micros: await microsOf(worker, requests) });
  }
  return grown;
}

function reportOf(
  runs: ReadonlyMap<string, readonly number[]>,
  grown: readonly { readonly requests: number; readonly micros: number }[],
): Report {
  const ours = runs.get('Ladder') ?? [];
  const results = [...runs].map(([name, micros]) => {
    const ratios = micros.map((one, round) => (ours[round] ?? Number.NaN) / one);
    return {
      name,
      micros: median(micros),
      ratio: median(ratios),
      spread: [quantile(ratios, 0.25), quantile(ratios, 0.75)] as const,
    };
  });
  const exponent = exponentOf(grown.map(({ requests, micros }) => [requests, micros]));
  return {
    rows: [
      ['warm request', 'CPU µs', 'Ladder is', 'middle half'],
      ...results.map(({ name, micros, ratio, spread }) => [
        name,
        micros.toFixed(0),
        `× ${ratio.toFixed(2)}`,
        `${spread[0].toFixed(2)}–${spread[1].toFixed(2)}`,
      ]),
      ['', '', '', ''],
      ['Ladder, requests', 'CPU ms', 'µs each', ''],
      ...grown.map(({ requests, micros }) => [
        requests.toLocaleString('en'),
        (micros / 1_000).toFixed(0),
        (micros / requests).toFixed(0),
        '',
      ]),
      ['grows with the power of', exponent.toFixed(2), '', ''],
    ],
    data: {
      rounds,
      microsInRound,
      warmUp,
      requestsToDynamoDbEach: requestsEach,
      results,
      grown,
      exponent,
    },
    targets: Object.entries(targets).map(([peer, atMost]) => ({
      what: `processor time, of ${peer}`,
      atMost,
      measured: results.find(({ name }) => name === peer)?.ratio ?? Number.NaN,
      // Two so fast are closer to each other than another's work on this machine lets one see.
      ...(peer === builtAsOurs ? { stretch: true as const } : {}),
    })),
  };
}
