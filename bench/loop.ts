import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { median, type Report, tell } from './report.ts';

const rounds = 3;
/** Characters of what a command has said last that are told when it has failed: of `npm test`, who did. */
const lastWords = 10_000;
const project = join(import.meta.dirname, '..');
const ladder = join(project, 'bin/ladder.mjs');
const regionFile = join(project, 'regions/seoul.yaml');

interface Lap {
  readonly what: string;
  readonly seconds: readonly number[];
  /** Seconds that are wished for at most; undefined where there is no wish. */
  readonly atMost?: number;
}

/**
 * What a developer waits for, in seconds of this machine: synthesis, a start that finds nothing made before, a start
 * without a change, all tests.
 */
export async function loop(): Promise<Report> {
  const first: number[] = [];
  const again: number[] = [];
  const synths: number[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    tell(`loop: round ${round} of ${rounds} …`);
    await inEmptyDirectory(async (directory) => {
      synths.push(await secondsOf(['synth', regionFile, '--output', join(directory, 'out')]));
      // Where starts keep their assembly: there is none yet, and for the second there is.
      const env = { ...process.env, LADDER_CACHE: join(directory, 'cache') };
      first.push(await secondsToReady(env));
      again.push(await secondsToReady(env));
    });
  }
  tell('loop: npm test …');
  const tests = await secondsOf(undefined);
  return reportOf([
    { what: 'synth', seconds: synths, atMost: 3 },
    { what: 'start to ready, the first', seconds: first, atMost: 5 },
    { what: 'start to ready, without a change', seconds: again },
    { what: 'npm test', seconds: [tests], atMost: 180 },
  ]);
}

async function inEmptyDirectory(act: (directory: string) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'ladder-bench-loop-'));
  await act(directory).finally(() => rmSync(directory, { recursive: true, force: true }));
}

/** How long a command of ours takes; without one, how long all tests do. */
async function secondsOf(words: readonly string[] | undefined): Promise<number> {
  const begun = performance.now();
  const options: SpawnOptions = { cwd: project, stdio: ['ignore', 'pipe', 'inherit'] };
  const child = words
    ? spawn(process.execPath, [ladder, ...words], options)
    : spawn('npm', ['test'], options);
  let said = '';
  child.stdout?.on('data', (text) => {
    said = (said + String(text)).slice(-lastWords);
  });
  const code = await endOf(child);
  if (code !== 0) throw new Error(`${words?.join(' ') ?? 'npm test'} ended with ${code}:\n${said}`);
  return secondsSince(begun);
}

/** From the command to an API that says it is well. */
async function secondsToReady(env: NodeJS.ProcessEnv): Promise<number> {
  const begun = performance.now();
  const child = spawn(process.execPath, [ladder, 'start', '--port', '0'], {
    cwd: project,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const url = await addressIn(child.stdout);
    // Whatever else it says is read, lest it wait for a reader.
    child.stdout.resume();
    const { ok } = await fetch(`${url}/health`);
    if (!ok) throw new Error(`${url}/health is not well`);
    return secondsSince(begun);
  } finally {
    child.kill();
    await endOf(child);
  }
}

async function addressIn(output: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: output })) {
    const [, url] = /^ +API +(http:\S+)/.exec(line) ?? [];
    if (url !== undefined) return url;
  }
  throw new Error('the start ended before it was ready; what it said stands above');
}

function endOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
}

const secondsSince = (begun: number) => (performance.now() - begun) / 1000;

function reportOf(laps: readonly Lap[]): Report {
  const cores = availableParallelism();
  return {
    rows: [
      [`the developer’s loop, ${cores} processors`, 'seconds', 'each'],
      ...laps.map(({ what, seconds }) => [
        what,
        median(seconds).toFixed(1),
        seconds.map((one) => one.toFixed(1)).join(' '),
      ]),
    ],
    data: { cores, laps },
    targets: laps.flatMap(({ what, seconds, atMost }) =>
      atMost === undefined ? [] : [{ what: `seconds, ${what}`, atMost, measured: median(seconds) }],
    ),
  };
}
