import type { Cancel } from '../clock.ts';
import type { LocalContext, Source } from '../context.ts';
import type { Invoke } from '../lambda/invocation.ts';
import { ServiceError } from '../service.ts';
import type { Outbox, Pending } from './outbox.ts';

/** How the notifier reaches queues and functions. */
export interface Destinations {
  /** @throws ServiceError - the queue does not take the message */
  send(queueArn: string, body: string): void;
  readonly invoke: Invoke;
}

/** Milliseconds before Lambda tries again what was invoked asynchronously and failed: twice. */
const retryPauses = [60_000, 120_000];

/** Delivers the events of buckets, at least once, in the order in which they happened. */
export class Notifier implements Source {
  readonly name = 'S3 events';
  readonly #context: LocalContext;
  readonly #outbox: Outbox;
  readonly #destinations: Destinations;
  readonly #running = new Map<number, Promise<void>>();
  #retry: Cancel = () => undefined;
  #started = false;
  #stopped = false;

  constructor(context: LocalContext, outbox: Outbox, destinations: Destinations) {
    this.#context = context;
    this.#outbox = outbox;
    this.#destinations = destinations;
  }

  /** Delivers what is there, also from before, and from now on what comes. */
  start(): void {
    this.#started = true;
    this.pump();
  }

  /** Begins to deliver whatever is due; says whether there was anything. */
  pump(): boolean {
    if (!this.#started || this.#stopped) return false;
    const due = this.#outbox
      .due(this.#context.clock.now())
      .filter(({ number }) => !this.#running.has(number));
    for (const pending of due) this.#begin(pending);
    return due.length > 0;
  }

  async quiet(): Promise<boolean> {
    const busy = this.#running.size > 0;
    const found = this.pump();
    await Promise.all(this.#running.values());
    return !busy && !found;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#retry();
    await Promise.all(this.#running.values());
  }

  #begin(pending: Pending): void {
    if (pending.kind === 'queue') {
      this.#send(pending);
      return;
    }
    const work = this.#invoke(pending).finally(() => this.#running.delete(pending.number));
    this.#running.set(pending.number, work);
  }

  #send({ number, target, body }: Pending): void {
    try {
      this.#destinations.send(target, body);
    } catch (error) {
      // A queue that the template no longer has, or that takes no message so long: it never will.
      if (!(error instanceof ServiceError)) throw error;
      process.emitWarning(`an event for ${target} was given up: ${error.message}`, 'S3');
    }
    this.#outbox.remove(number);
  }

  /** As Lambda treats asynchronous invocations: what fails is tried twice more, then given up. */
  async #invoke({ number, target, body, attempts }: Pending): Promise<void> {
    const problem = await this.#problemOf(target, body);
    if (this.#stopped) return;
    if (problem === undefined) return this.#outbox.remove(number);
    const pause = retryPauses[attempts];
    if (pause === undefined) {
      this.#outbox.remove(number);
      process.emitWarning(`an event for ${target} was given up: ${problem}`, 'S3');
      return;
    }
    this.#outbox.defer(number, attempts + 1, this.#context.clock.now() + pause);
    this.#arm();
  }

  async #problemOf(target: string, body: string): Promise<string | undefined> {
    try {
      const invocation = await this.#destinations.invoke(target, JSON.parse(body));
      return invocation.ok ? undefined : `${invocation.errorType}: ${invocation.message}`;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  #arm(): void {
    this.#retry();
    const { clock } = this.#context;
    const due = this.#outbox.nextDue(clock.now());
    if (due === undefined) return;
    this.#retry = clock.schedule(due, () => {
      this.pump();
      this.#arm();
    });
  }
}
