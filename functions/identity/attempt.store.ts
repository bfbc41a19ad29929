import { Busy } from '../runtime/errors.ts';

/** At each attempt one of those who collide gets through: more than ever change the same child's rows at once. */
const attempts = 20;

/**
 * Reads, decides and writes anew while what was read changes in between.
 *
 * @param work - undefined where its write found other rows than it had read
 * @throws {Busy} that stayed so
 */
export async function anew<Done>(work: () => Promise<Done | undefined>): Promise<Done> {
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const done = await work();
    if (done !== undefined) return done;
    await pause(attempt);
  }
  throw new Busy();
}

/** Full jitter, up to 100 ms, so that those who collided do not meet again. */
function pause(attempt: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(10 * attempt, 100)));
}
