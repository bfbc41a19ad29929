import type { RegionClock } from '../clock.ts';
import type { FunctionDefinition } from './definition.ts';
import { Environment } from './environment.ts';
import { failure, type Invocation } from './invocation.ts';

/**
 * Milliseconds that an event waits at least for a busy environment before another is started for it: most are through
 * sooner. Where a start took longer it waits for as long as that: on a busy machine starts take seconds, of which each
 * makes the machine busier.
 */
const PATIENCE_MS = 100;

/** One slow start, as when a machine boots a whole region, is no reason to wait on and on. */
const LONGEST_PATIENCE_MS = 2_000;

interface Waiting {
  readonly event: string;
  readonly settle: (outcome: Invocation) => void;
}

/**
 * The execution environments of one function. They start when they are needed, one after the other and
 * up to the function's limit, and are used again while warm; what comes when all are busy waits in order.
 * Lambda would start another environment at once: a machine with two cores is slower for it.
 */
export class EnvironmentPool {
  readonly #definition: FunctionDefinition;
  readonly #clock: RegionClock;
  readonly #log: (line: string) => void;
  readonly #environments = new Set<Environment>();
  readonly #idle: Environment[] = [];
  readonly #waiting: Waiting[] = [];
  #stopped = false;
  #patience: NodeJS.Timeout | undefined;

  constructor(definition: FunctionDefinition, clock: RegionClock, log: (line: string) => void) {
    this.#definition = definition;
    this.#clock = clock;
    this.#log = log;
  }

  /** Runs one event (JSON) as soon as an environment is free. Never rejects. */
  run(event: string): Promise<Invocation> {
    // A reservation of nothing is how an operator switches a function off.
    if (this.#definition.maxEnvironments === 0) {
      return Promise.resolve(failure('TooManyRequestsException', 'Rate Exceeded.'));
    }
    const { promise, resolve } = Promise.withResolvers<Invocation>();
    this.#waiting.push({ event, settle: resolve });
    this.#assign();
    return promise;
  }

  /** Ends every environment; what runs or waits settles as stopped. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#patience);
    this.#assign();
    await Promise.all([...this.#environments].map((environment) => environment.stop()));
  }

  #assign(): void {
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      const environment = this.#stopped ? undefined : (this.#idle.pop() ?? this.#first());
      if (!environment && !this.#stopped) {
        this.#waitForAnother();
        return;
      }
      this.#waiting.shift();
      if (environment) void this.#occupy(environment, next);
      else next.settle(failure('Sandbox.Stopped', 'the local region stopped'));
    }
  }

  #first(): Environment | undefined {
    return this.#environments.size === 0 ? this.#start() : undefined;
  }

  /** When patience ends and something still waits, another environment takes it, unless one has only just started. */
  #waitForAnother(): void {
    if (this.#environments.size >= this.#definition.maxEnvironments) return;
    this.#patience ??= setTimeout(() => {
      this.#patience = undefined;
      const lately = performance.now() - this.#patienceMs();
      const fresh = [...this.#environments].some(({ readySince = lately }) => readySince >= lately);
      const next = fresh ? undefined : this.#waiting.shift();
      if (next) void this.#occupy(this.#start(), next);
      if (this.#waiting.length > 0) this.#waitForAnother();
    }, this.#patienceMs());
  }

  #patienceMs(): number {
    const starts = [...this.#environments].map(({ startMs = 0 }) => startMs);
    return Math.min(Math.max(PATIENCE_MS, ...starts), LONGEST_PATIENCE_MS);
  }

  #start(): Environment {
    const environment: Environment = new Environment(this.#definition, this.#clock, this.#log, () =>
      this.#forget(environment),
    );
    this.#environments.add(environment);
    return environment;
  }

  #forget(environment: Environment): void {
    this.#environments.delete(environment);
    const index = this.#idle.indexOf(environment);
    if (index >= 0) this.#idle.splice(index, 1);
  }

  async #occupy(environment: Environment, { event, settle }: Waiting): Promise<void> {
    const outcome = await environment.run(event);
    if (this.#environments.has(environment)) this.#idle.push(environment);
    settle(outcome);
    this.#assign();
  }
}
