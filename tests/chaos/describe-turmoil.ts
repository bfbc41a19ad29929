import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { troubles } from './disturbing.ts';
import { judge, letSettle } from './judging.ts';
import { type Ordeal, Turmoil } from './turmoil.ts';

/** A seed that was printed is given by LADDER_SEED, and draws the same kills, faults and wishes again, at the same pace or another. */
function drawnSeed(): number {
  const given = process.env['LADDER_SEED'];
  return given === undefined ? Date.now() % 1_000_000 : Number(given);
}

/** Milliseconds for all of it: bounded, whatever happens. */
const longest = 45 * 60_000;

export function describeTurmoil(ordeal: Omit<Ordeal, 'seed' | 'report'>): void {
  const seed = drawnSeed();
  const directory = mkdtempSync(join(tmpdir(), 'ladder-chaos-'));
  const said: string[] = [];
  const report = (line: string) => {
    said.push(line);
    if (ordeal.learners > 100) process.stdout.write(`chaos: ${line}\n`);
  };
  const turmoil = new Turmoil({ ...ordeal, seed, report }, directory);
  afterAll(async () => {
    await turmoil.end();
    rmSync(directory, { recursive: true, force: true });
  });

  describe(`${ordeal.learners} learners choose, switch and leave while the region is killed (${ordeal.kills} in all), providers fail and messages come again (LADDER_SEED=${seed})`, () => {
    it(
      'each ends with exactly the accounts that they chose, no more and no fewer',
      async () => {
        await turmoil.suffer();
        const { people, world } = await turmoil.calm();
        const worked = await letSettle(turmoil, people);
        report(`${worked} cases were worked off`);
        await judge(turmoil, people, world);
        const { strays, met } = turmoil.happened;
        expect(strays).toBeGreaterThan(0);
        // Few learners do not meet everything; a thousand do.
        const demanded = ordeal.learners < 100 ? [] : troubles;
        expect(demanded.filter((trouble) => !met.has(trouble))).toEqual([]);
        expect(met.size).toBeGreaterThan(0);
        expect(said).toHaveLength(ordeal.kills + 2);
      },
      longest,
    );
  });
}
