import { fork } from 'node:child_process';
import { join } from 'node:path';
import * as z from 'zod';
import { messageOf } from '../child.ts';
import { environment } from './request.ts';

const Answers = z.record(z.string(), z.unknown());

/**
 * Asks every contestant for the same, in a process each: what is measured, and what has to be refused.
 *
 * @param directories - the bundle of each; the first is who the others are compared with
 * @throws {Error} somebody answers otherwise, and would be measured for less work
 */
export async function expectAlike(directories: ReadonlyMap<string, string>): Promise<void> {
  const [first, ...others] = await Promise.all(
    [...directories].map(async ([name, directory]) => ({
      name,
      answers: await answersOf(directory),
    })),
  );
  for (const { name, answers } of others) {
    for (const [asked, answer] of Object.entries(first?.answers ?? {})) {
      const [expected, given] = [answer, answers[asked]].map((one) => JSON.stringify(one));
      if (expected !== given)
        throw new Error(
          `${name} answers ${asked} with ${given}, and ${first?.name} with ${expected}`,
        );
    }
  }
}

async function answersOf(directory: string) {
  const child = fork(
    join(import.meta.dirname, 'alike-process.ts'),
    [join(directory, 'index.mjs')],
    {
      env: environment,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    },
  );
  try {
    return Answers.parse(await messageOf(child));
  } finally {
    child.kill();
  }
}
