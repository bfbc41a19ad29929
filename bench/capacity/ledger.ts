import { apiClient, type CallInput, type CallResult } from '../../functions/runtime/client.ts';
import type { Route } from '../../functions/runtime/route.ts';
import type { ControlClient } from '../../local/control/client.ts';
import { type Count, nothing, sumOf } from './count.ts';
import type { Meter } from './meter.ts';

/** What an action came to: in the function that answers, and in those that follow it. */
export interface Entry {
  readonly own: Readonly<Count>;
  readonly follows: Readonly<Count>;
}

/** A file comes by itself, whatever is asked of the API meanwhile. */
const uploads = /DocumentsScan/;
export const upload = 'a file that is uploaded';

/**
 * The functions that answer requests, and those that only the clock starts, by their names: of a logical id a name has 24
 * characters, so that of a long one nothing is left after "Api" or "Fun".
 */
const answers = /Api\w*-/;
export const clocked = /(Due|Sweep|Reconcile|Rebalance|Resend|Expiry|Abandoned|Canary|Consent)Fun/;

/**
 * Writes down what each call of a route came to, the dearest of each. Calls take turns: one begins when all that the
 * one before it has begun is done, so that each function's requests are those of one call.
 */
export class Ledger {
  readonly entries = new Map<string, Entry>();
  readonly #meter: Meter;
  readonly #control: ControlClient;
  #turn: Promise<unknown> = Promise.resolve();
  #case = '';

  constructor(meter: Meter, control: ControlClient) {
    this.#meter = meter;
    this.#control = control;
  }

  /** A client of the API whose calls are written down, in the place of the usual one. */
  readonly client: typeof apiClient = (url, accessToken) => {
    const call = apiClient(url, accessToken);
    return <const R extends Route>(route: R, input: CallInput<R>): Promise<CallResult<R>> =>
      this.note(
        `${nameOf(route)}${this.#case}`,
        () => call(route, input),
        ({ ok }) => ok,
      );
  };

  /** Does something that is written down under a name, if it came out well. */
  note<T>(name: string, work: () => Promise<T>, isWell: (done: T) => boolean): Promise<T> {
    return this.#inTurn(
      work,
      (done, taken) => {
        if (isWell(done)) this.#keep(name, taken);
        return done;
      },
      () => this.#meter.take(),
    );
  }

  /** Does something whose calls are written down apart, with this word behind their names: a rarer case, and a dearer one. */
  async apart<Done>(word: string, work: () => Promise<Done>): Promise<Done> {
    this.#case = `, ${word}`;
    try {
      return await work();
    } finally {
      this.#case = '';
    }
  }

  /**
   * Does something in which others ask for routes of ours, one after the other; written down by these names, of which
   * undefined is none.
   *
   * @param own - the function that answers them
   */
  noteEach<T>(
    own: RegExp,
    names: readonly (string | undefined)[],
    work: () => Promise<T>,
  ): Promise<T> {
    const tell = (done: T, taken: ReadonlyMap<string, readonly Count[]>) => {
      const [, calls = []] = [...taken].find(([name]) => own.test(name)) ?? [];
      if (calls.length !== names.length)
        throw new Error(`${own} was asked ${calls.length} times, not for ${names.join()}`);
      for (const [position, name] of names.entries())
        if (name !== undefined)
          this.#keepDearest(name, { own: calls[position] ?? nothing, follows: nothing });
      return done;
    };
    return this.#inTurn(work, tell, () => this.#meter.takeEach());
  }

  /** What something came to, by function, which is not written down. */
  counted(work: () => Promise<unknown>): Promise<ReadonlyMap<string, Count>> {
    return this.#inTurn(
      work,
      (_, taken) => taken,
      () => this.#meter.take(),
    );
  }

  /** Does something between two calls, of which nothing is written down. */
  aside<Done>(work: () => Promise<Done>): Promise<Done> {
    return this.#inTurn(
      work,
      (done) => done,
      () => this.#meter.take(),
    );
  }

  #inTurn<Done, Told, Taken>(
    work: () => Promise<Done>,
    tell: (done: Done, taken: Taken) => Told,
    take: () => Taken,
  ): Promise<Told> {
    const turn = this.#turn.then(async () => {
      await this.#control.settle();
      this.#keepUploads(this.#meter.take());
      const done = await work();
      await this.#control.settle();
      return tell(done, take());
    });
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  #keep(name: string, taken: ReadonlyMap<string, Count>): void {
    const own: Count[] = [];
    const follows: Count[] = [];
    for (const [functionName, count] of taken) {
      if (answers.test(functionName)) own.push(count);
      else if (!uploads.test(functionName) && !clocked.test(functionName)) follows.push(count);
    }
    this.#keepDearest(name, { own: sumOf(own), follows: sumOf(follows) });
  }

  #keepUploads(taken: ReadonlyMap<string, Count>): void {
    for (const [functionName, count] of taken)
      if (uploads.test(functionName) && count.invocations === 1)
        this.#keepDearest(upload, { own: count, follows: nothing });
  }

  #keepDearest(name: string, entry: Entry): void {
    const before = this.entries.get(name);
    if (before === undefined || priceOf(entry) > priceOf(before)) this.entries.set(name, entry);
  }
}

/** Write units are five times as dear as read units; what is written most counts as dearest. */
function priceOf({ own, follows }: Entry): number {
  const { readUnits, writeUnits } = sumOf([nothing, own, follows]);
  return readUnits + 5 * writeUnits;
}

export const nameOf = ({ method, path }: Pick<Route, 'method' | 'path'>): string =>
  `${method} ${path}`;
