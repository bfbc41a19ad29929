import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadRegion } from '../../regions/load.ts';
import type { World } from '../neighbours.ts';
import type { People } from '../people.ts';
import { seeded } from '../runtime/disturbances.ts';
import { MortalRegion } from '../soak/killing.ts';
import type { Surroundings } from '../soak/ledger.ts';
import { Administrator } from '../soak/officers.ts';
import { disturbAll, haunt, mendAll, troublesMet } from './disturbing.ts';
import { operate, resumeAll } from './operating.ts';
import { fillPool } from './pool.ts';
import { turmoilRegion } from './turmoil-region.ts';
import { Wanderer } from './wanderer.ts';
import { worldOf } from './world-of.ts';

export interface Ordeal {
  /** Draws the moments of the kills, what goes wrong, and what people wish. */
  readonly seed: number;
  readonly kills: number;
  readonly learners: number;
  /** How many of them are on their way at a time. */
  readonly abreast: number;
  /** Milliseconds from a start to the next kill at most. */
  readonly span: number;
  /** By how much more often than in the long run a provider makes trouble. */
  readonly trouble: number;
  /** Choices, switches and returns of each learner at most. */
  readonly steps: number;
  readonly report: (line: string) => void;
}

/**
 * A region that is killed again and again while its providers fail, messages come twice and late, and learners choose,
 * switch and leave.
 */
export class Turmoil {
  readonly region: MortalRegion;
  readonly administrator: Administrator;
  readonly wanderers: Wanderer[] = [];
  readonly #ordeal: Ordeal;
  readonly #met = new Map<string, number>();
  readonly #broken = new AbortController();
  #strays = 0;

  /** @param directory - empty; for the region's file and data */
  constructor(ordeal: Ordeal, directory: string) {
    this.#ordeal = ordeal;
    const file = join(directory, 'taebaek.yaml');
    writeFileSync(file, turmoilRegion());
    this.region = new MortalRegion(file, join(directory, 'data'));
    const { firstAdministrator } = loadRegion(file).deployment;
    this.administrator = new Administrator(this.#surroundings(0), firstAdministrator);
  }

  /** Each who draws numbers has a sequence of their own: who is quicker than whom changes nothing about what they do. */
  #surroundings(number: number): Surroundings {
    return { region: this.region, random: seeded(this.#ordeal.seed + 7_919 * number) };
  }

  /** Messages that came again, and how often each trouble was met, as far as kills let it be counted. */
  get happened(): { readonly strays: number; readonly met: ReadonlyMap<string, number> } {
    return { strays: this.#strays, met: this.#met };
  }

  /** Codes that there are: one for everybody, and a few. */
  get poolSize(): number {
    return this.#ordeal.learners + 10;
  }

  /** Until every learner has done what they came for. */
  async suffer(): Promise<void> {
    const { kills, span, report } = this.#ordeal;
    const { random } = this.#surroundings(1);
    await this.region.start();
    await fillPool(await this.administrator.api(), this.poolSize);
    const journeys = this.#comeAndGo();
    // Heard of below; until then there is no use in going on.
    journeys.catch((error: unknown) => this.#broken.abort(error));
    for (let kill = 1; kill <= kills; kill += 1) {
      const moment = 200 + random() * span;
      await this.#live(moment, kill);
      report(`${moment.toFixed(0)} ms after it was ready; ${this.wanderers.length} have come`);
      await this.region.start();
    }
    const end = this.#disturbLife(kills + 1);
    await journeys;
    await end();
    await this.#count();
    report(`${this.#strays} messages came again`);
  }

  /** One life of the region, to its kill. */
  async #live(milliseconds: number, life: number): Promise<void> {
    const end = this.#disturbLife(life);
    const { signal } = this.#broken;
    await sleep(milliseconds, undefined, { signal }).catch(() => signal.throwIfAborted());
    await this.#count();
    const killed = this.region.kill();
    await end();
    await killed;
  }

  /** @returns what ends it */
  #disturbLife(life: number): () => Promise<void> {
    const { random } = this.#surroundings(2 * life);
    const operators = this.#surroundings(2 * life + 1);
    const ending = new AbortController();
    const { signal } = ending;
    const disturbing = this.#disturb(life, random, signal);
    const operating = operate(() => this.administrator.api(), {
      random: operators.random,
      signal,
    });
    for (const going of [disturbing, operating])
      going.catch((error: unknown) => this.#broken.abort(error));
    return async () => {
      ending.abort();
      this.#strays += await disturbing;
      await operating;
    };
  }

  /** The world counts since its start, which is the region's. */
  async #count(): Promise<void> {
    const { people } = await this.region.alive();
    for (const [trouble, count] of await troublesMet(await worldOf(people)))
      this.#met.set(trouble, (this.#met.get(trouble) ?? 0) + count);
  }

  async #disturb(life: number, random: () => number, signal: AbortSignal): Promise<number> {
    const { people } = await this.region.alive();
    const seed = this.#ordeal.seed + 1_000 * life;
    try {
      await disturbAll(await worldOf(people), {
        ...{ seed, later: life % 2 === 0 },
        times: this.#ordeal.trouble,
      });
    } catch (error) {
      // It was killed before it was disturbed.
      if (signal.aborted) return 0;
      throw error;
    }
    const everybody = () =>
      this.wanderers.flatMap(({ journey: { learnerId } }) =>
        learnerId === undefined ? [] : { learnerId },
      );
    return haunt(people, everybody, { random, signal });
  }

  /** So many abreast, until all have come. */
  async #comeAndGo(): Promise<void> {
    const { learners, abreast, steps } = this.#ordeal;
    const lane = async () => {
      while (this.wanderers.length < learners) {
        const wanderer = new Wanderer(this.#surroundings(1_000 + this.wanderers.length));
        this.wanderers.push(wanderer);
        await wanderer.join();
        await wanderer.wander(steps);
      }
    };
    await Promise.all(Array.from({ length: abreast }, lane));
  }

  /** Providers that work again, and time for all that waits. */
  async calm(): Promise<{ readonly people: People; readonly world: World }> {
    const { people } = await this.region.alive();
    const world = await worldOf(people);
    await mendAll(world);
    await resumeAll(await this.administrator.api());
    return { people, world };
  }

  end(): Promise<void> {
    return this.region.kill();
  }
}
