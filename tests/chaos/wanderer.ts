import { madeUpName } from '../../bin/person.ts';
import { LearnerJourney } from '../soak/crowd-journeys.ts';
import type { Surroundings } from '../soak/ledger.ts';
import { type ChosenCategory, chosenCategories, providersFor } from './provider-names.ts';

/** A learner who joins, and then chooses, switches and leaves as the seed draws. */
export class Wanderer {
  readonly journey: LearnerJourney;
  readonly #random: () => number;
  readonly #held = new Map<ChosenCategory, string>();

  constructor(surroundings: Surroundings) {
    this.journey = new LearnerJourney(surroundings);
    this.#random = surroundings.random;
  }

  async join(): Promise<void> {
    await this.journey.signUp();
    await this.journey.writeProfile(madeUpName());
    await this.journey.apply('low-income');
  }

  /** @param most - steps at most */
  async wander(most: number): Promise<void> {
    const steps = 1 + Math.floor(this.#random() * most);
    for (let step = 0; step < steps; step += 1) await this.#step();
  }

  async #step(): Promise<void> {
    const category = chosenCategories[Math.floor(this.#random() * 3)] ?? 'subject';
    const has = this.#held.get(category);
    const others = providersFor(category).filter((id) => id !== has);
    const wish = others[Math.floor(this.#random() * others.length)] ?? '';
    if (has === undefined) {
      await this.journey.choose(category, wish);
      this.#held.set(category, wish);
    } else if (this.#random() < 0.6) {
      await this.journey.switchTo(category, has, wish);
      this.#held.set(category, wish);
    } else {
      await this.journey.giveBack(category, has);
      this.#held.delete(category);
    }
  }
}
