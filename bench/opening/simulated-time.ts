/** A turn of the event loop: what was set off before, in promises and next ticks, has run by its end. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Turns without anything to do after which nobody can be waiting for this time any more. */
const patience = 20_000;

interface Event {
  readonly at: number;
  readonly order: number;
  readonly work: () => void;
  cancelled: boolean;
}

/**
 * Time that passes as fast as the processor gets through what happens in it: the clock jumps from one event to the next
 * as soon as everything that the last has set off waits again. An hour with little in it takes no longer than what is in it.
 */
export class SimulatedTime {
  #now: number;
  #order = 0;
  #busy = 0;
  /** A heap: each event is not before its parent, at half its index. */
  readonly #events: Event[] = [];

  /** @param from - milliseconds since the epoch */
  constructor(from: number) {
    this.#now = from;
  }

  get now(): number {
    return this.#now;
  }

  /** From here on `Date.now`, `setTimeout` and `clearTimeout` of this process are of this time. */
  install(): void {
    Date.now = () => Math.floor(this.#now);
    const later = (work: (...words: unknown[]) => void, ms = 0, ...words: unknown[]) => {
      const event = this.#at(this.#now + Math.max(0, ms), () => work(...words));
      return new Timer(event);
    };
    Object.assign(globalThis, {
      setTimeout: later,
      clearTimeout: (timer: unknown) => {
        if (timer instanceof Timer) timer.event.cancelled = true;
      },
    });
  }

  /** Waits until a moment of this time. */
  reach(at: number): Promise<void> {
    return new Promise((resolve) => this.#at(Math.max(at, this.#now), resolve));
  }

  wait(ms: number): Promise<void> {
    return this.reach(this.#now + ms);
  }

  /** Lets the clock stand still while something takes time outside. */
  async outside<T>(work: () => Promise<T>): Promise<T> {
    this.#busy += 1;
    try {
      return await work();
    } finally {
      this.#busy -= 1;
    }
  }

  /**
   * Lets time pass until something has ended.
   *
   * @throws {Error} it waits for nothing that this time knows of
   */
  async until<T>(work: Promise<T>): Promise<T> {
    let ended = false;
    const end = () => {
      ended = true;
    };
    work.then(end, end);
    for (let idle = 0; idle < patience; ) {
      await turn();
      if (ended) return work;
      if (this.#busy > 0) continue;
      const event = this.#next();
      if (event === undefined) {
        idle += 1;
        continue;
      }
      idle = 0;
      this.#now = event.at;
      event.work();
    }
    throw new Error('simulated time stands still: something waits for what is not in it');
  }

  #at(at: number, work: () => void): Event {
    this.#order += 1;
    const event = { at, order: this.#order, work, cancelled: false };
    const heap = this.#events;
    let index = heap.push(event) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || isBefore(above, event)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = event;
    return event;
  }

  #next(): Event | undefined {
    for (;;) {
      const [first] = this.#events;
      const last = this.#events.pop();
      if (first === undefined || last === undefined) return undefined;
      if (first !== last) this.#sink(last);
      if (!first.cancelled) return first;
    }
  }

  /** Puts an event in the place of the first, and then where it belongs. */
  #sink(event: Event): void {
    const heap = this.#events;
    let index = 0;
    for (;;) {
      const [left, right] = [heap[2 * index + 1], heap[2 * index + 2]];
      const isRight = left !== undefined && right !== undefined && isBefore(right, left);
      const child = isRight ? right : left;
      if (child === undefined || isBefore(event, child)) break;
      heap[index] = child;
      index = 2 * index + (isRight ? 2 : 1);
    }
    heap[index] = event;
  }
}

/** As much of Node's own as anybody uses. */
class Timer {
  readonly event: Event;

  constructor(event: Event) {
    this.event = event;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  hasRef(): boolean {
    return true;
  }
}

function isBefore(one: Event, other: Event): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}
