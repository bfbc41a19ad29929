import { fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle } from '../../lib/support/bundle.ts';
import { messageOf } from '../child.ts';
import { environment } from '../web/request.ts';
import type { Counted, Day } from './day.ts';
import { openingRegion } from './desk.ts';

const ours = 'enrolment/api';

/** Our function as it is deployed, for a region with so many seats; gone after `work`. */
export async function withFunction<T>(
  seats: number,
  work: (directory: string) => Promise<T>,
): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'ladder-bench-'));
  try {
    const source = join(import.meta.dirname, '../../functions', `${ours}.ts`);
    const functions = join(directory, 'functions');
    mkdirSync(join(functions, 'enrolment'), { recursive: true });
    // The bundler takes every handler below a directory: here there is one.
    writeFileSync(
      join(functions, `${ours}.ts`),
      `export { handler } from ${JSON.stringify(source)};\n`,
    );
    const region = openingRegion(seats);
    const bundles = await bundle({ region, directory: join(directory, 'code'), functions });
    return await work(bundles.directoryOf(ours));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Has an opening day in a process of its own. */
export async function haveDay(day: Day, directory?: string): Promise<Counted> {
  const worker = fork(join(import.meta.dirname, 'day-worker.ts'), {
    env: { PATH: process.env['PATH'], ...environment },
    execArgv: ['--max-old-space-size=4096'],
    // The functions' log goes where logs go that nobody reads; it is written all the same.
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  worker.send({ directory, day });
  try {
    // The worker is ours, of the same source.
    return (await messageOf(worker)) as Counted;
  } finally {
    worker.kill();
  }
}
