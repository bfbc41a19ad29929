import { setTimeout as sleep } from 'node:timers/promises';
import { vi } from 'vitest';
import type { Disturbance } from '../runtime/cloud.ts';
import { refused } from '../runtime/disturbances.ts';

const writes: readonly string[] = ['TransactWriteItems', 'PutItem', 'UpdateItem'];

/** Milliseconds for which a write waits for those of others: longer than any reads before it. */
const patience = 40;

/**
 * What a model does to the writes of a town: lets those of several who are at work meet, each decided on what was
 * there before the others', and pulls the plug before one of them.
 */
export class Disorder {
  readonly #waiting = new Set<() => void>();
  #atWork = 0;
  #backwards = false;
  #untilCrash: number | undefined;

  readonly disturbance: Disturbance = async (operation) => {
    // Time goes by, if only a little: what is tried anew in the same moment would meet its own traces.
    vi.setSystemTime(Date.now() + 1);
    if (!writes.includes(operation)) return undefined;
    await this.#meet();
    if (this.#untilCrash === undefined) return undefined;
    this.#untilCrash -= 1;
    if (this.#untilCrash >= 0) return undefined;
    this.#untilCrash = undefined;
    this.crashed += 1;
    return refused('InternalFailure');
  };

  /** After so many writes more, one fails. */
  crashAfter(count: number): void {
    this.#untilCrash = count;
  }

  /** How many writes were made to fail. */
  crashed = 0;

  calm(): void {
    this.#untilCrash = undefined;
  }

  /** Does some works at once. */
  async together(works: readonly (() => Promise<void>)[], backwards: boolean): Promise<void> {
    this.#backwards = backwards;
    this.#atWork = works.length;
    const leave = () => {
      this.#atWork -= 1;
      this.#open();
    };
    const done = await Promise.allSettled(works.map((work) => work().finally(leave)));
    for (const outcome of done) if (outcome.status === 'rejected') throw outcome.reason;
  }

  async #meet(): Promise<void> {
    if (this.#atWork < 2) return;
    let go = () => {};
    const met = new Promise<void>((resolve) => {
      go = resolve;
    });
    this.#waiting.add(go);
    this.#open();
    await Promise.race([met, sleep(patience)]);
    this.#waiting.delete(go);
  }

  #open(): void {
    if (this.#waiting.size < this.#atWork) return;
    const going = [...this.#waiting];
    this.#waiting.clear();
    for (const go of this.#backwards ? going.reverse() : going) go();
  }
}
