import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { People } from '../people.ts';
import type { Asking, MortalRegion } from './killing.ts';

/** Something that was acknowledged, and how to read it. */
export interface Fact {
  readonly expected: object;
  readonly read: (people: People) => Promise<unknown>;
}

/** Where journeys take place. */
export interface Surroundings {
  readonly region: MortalRegion;
  /** Numbers from 0 to below 1. */
  readonly random: () => number;
}

/** Milliseconds that someone thinks at most before the next step, in which a kill meets nothing under way. */
const thought = 80;

/** What the region has acknowledged to one person: it must be so from then on, whatever happens to the process. */
export class Ledger {
  readonly #surroundings: Surroundings;
  readonly #facts = new Map<string, Fact>();
  #verifiedIn = 0;
  #unanswered: string | undefined;

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
  }

  /**
   * Asks for a change until it is answered. In a life that follows a kill, all that was acknowledged before is
   * read first: what the repeated request makes anew would not be missed later.
   *
   * @param step - what is asked for
   * @param note - the fact that an answer acknowledges
   * @param name - of the fact; what was acknowledged under it is open until there is an answer
   */
  async change<Answer>(
    step: string,
    ask: (asking: Asking) => Promise<Answer>,
    note: (answer: Answer) => Fact | undefined,
    name = step,
  ): Promise<Answer> {
    const { region, random } = this.#surroundings;
    await sleep(random() * thought);
    this.#facts.delete(name);
    const answer = await region.answerTo(async (asking) => {
      this.#unanswered = undefined;
      if (this.#verifiedIn !== asking.number) await this.verify(asking.people);
      this.#verifiedIn = asking.number;
      this.#unanswered = step;
      return ask(asking);
    });
    this.#unanswered = undefined;
    const fact = note(answer);
    if (fact) this.#facts.set(name, fact);
    return answer;
  }

  /** The step that is asked for just now. */
  get unanswered(): string | undefined {
    return this.#unanswered;
  }

  /** All of it is so. */
  async verify(people: People): Promise<void> {
    for (const [name, { expected, read }] of this.#facts) {
      expect(await read(people), name).toMatchObject(expected);
    }
  }
}
