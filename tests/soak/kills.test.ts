import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Crowd } from './crowd.ts';

/** In place of the clock's: a seed that was printed draws the same moments again. */
const seed = Date.now() % 1_000_000;
const directory = mkdtempSync(join(tmpdir(), 'ladder-soak-'));
const killed: string[] = [];
const crowd = new Crowd(
  {
    seed,
    kills: 25,
    ofThemWhileBooting: 6,
    learners: 3,
    seats: 5,
    span: 4000,
    report: (line) => {
      killed.push(line);
      process.stdout.write(`killed ${line}\n`);
    },
  },
  directory,
);

afterAll(async () => {
  await crowd.end();
  rmSync(directory, { recursive: true, force: true });
});

describe(`npm start -- --data, killed 25 times at moments that nobody chose (seed ${seed})`, () => {
  it('given people on their way from sign-up to places, when it starts again each time, then nothing that was acknowledged is lost and nothing is there twice', async () => {
    await crowd.suffer();
    await crowd.verify();
    expect(killed).toHaveLength(25);
  });
});
