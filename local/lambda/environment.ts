import { randomBytes, randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import { inspect } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { RegionClock } from '../clock.ts';
import type { FunctionDefinition } from './definition.ts';
import { watchHeap } from './heap-watch.ts';
import { failure, type Invocation } from './invocation.ts';
import type { ThreadReport, ThreadRequest, ThreadStart } from './thread-messages.ts';
import { threadSource } from './thread-source.ts';

/** Lambda gives the initialisation ten seconds of its own before the function's time-out counts. */
const INIT_MS = 10_000;

/** Bytes of a result. Source: Lambda quotas, synchronous invocation payload. */
const RESPONSE_LIMIT_BYTES = 6_291_556;

/** Megabytes by which V8's limit lies above the function's: heap-watch.ts must come first. */
const HEAP_SLACK_MB = 1024;

/** Small, because what survives in it is promoted at once and may overshoot V8's limit. */
const YOUNG_GENERATION_MB = 16;

interface Running {
  readonly requestId: string;
  readonly event: string;
  readonly settle: (outcome: Invocation) => void;
}

/**
 * One execution environment of a function: a worker thread with its own `process.env`, module graph
 * and heap limit, which runs one event at a time and stays warm. It ends by time-out, by leaving its
 * memory limit, by an error that nothing caught or by `process.exit`; none of these reaches the region.
 * Unlike in Lambda the thread is not frozen between events: timers left behind go on running.
 */
export class Environment {
  readonly #definition: FunctionDefinition;
  readonly #clock: RegionClock;
  readonly #log: (line: string) => void;
  readonly #gone: () => void;
  readonly #worker: Worker;
  readonly #startedAt = performance.now();
  #readySince: number | undefined;
  #ended = false;
  #running: Running | undefined;
  #timeout: NodeJS.Timeout | undefined;
  #endWatch: () => void = () => undefined;

  /**
   * @param log - takes each line that the function prints
   * @param gone - called once, when this environment can run nothing any more
   */
  constructor(
    definition: FunctionDefinition,
    clock: RegionClock,
    log: (line: string) => void,
    gone: () => void,
  ) {
    this.#definition = definition;
    this.#clock = clock;
    this.#log = log;
    this.#gone = gone;
    const { bundle, compileCache } = definition;
    const start: ThreadStart = { bundle, compileCache, clock: clock.shared };
    this.#worker = new Worker(threadSource(), {
      name: definition.name,
      workerData: start,
      env: { ...definition.variables },
      execArgv: [],
      // Threads that print to the process's own streams would each leave listeners on them.
      stdout: true,
      stderr: true,
      resourceLimits: {
        maxOldGenerationSizeMb: definition.memoryMb + HEAP_SLACK_MB,
        maxYoungGenerationSizeMb: YOUNG_GENERATION_MB,
      },
    });
    // What is printed before the function's own output is caught: node's warnings, and its last words.
    for (const input of [this.#worker.stdout, this.#worker.stderr]) {
      createInterface({ input }).on('line', log);
    }
    this.#worker.on('message', (report: ThreadReport) => this.#read(report));
    this.#worker.on('error', (error) => this.#crashed(error));
    this.#worker.on('exit', (code) => this.#exited(code));
  }

  /** Since when its function is loaded, by `performance.now()`; undefined as long as it is not. */
  get readySince(): number | undefined {
    return this.#readySince;
  }

  /** Milliseconds that its start took; undefined as long as it has not ended. */
  get startMs(): number | undefined {
    return this.#readySince === undefined ? undefined : this.#readySince - this.#startedAt;
  }

  /** Runs one event (JSON). Only when the one before has settled. */
  run(event: string): Promise<Invocation> {
    const { promise, resolve } = Promise.withResolvers<Invocation>();
    this.#running = { requestId: randomUUID(), event, settle: resolve };
    this.#endWatch = watchHeap(this.#worker, this.#definition.memoryMb, () => this.#outOfMemory());
    if (this.#readySince !== undefined) this.#send(this.#running);
    else this.#expire(INIT_MS + this.#definition.timeoutMs);
    return promise;
  }

  /** Ends the thread; what it was running settles as stopped. */
  async stop(): Promise<void> {
    this.#end(
      failure('Sandbox.Stopped', 'the local region stopped while the function was running'),
    );
    await this.#worker.terminate();
  }

  #send(running: Running): void {
    const { timeoutMs, name, arn, memoryMb, logGroup, logStream } = this.#definition;
    const request: ThreadRequest = {
      event: running.event,
      timeoutMs,
      traceId: this.#traceId(),
      context: {
        functionName: name,
        functionVersion: '$LATEST',
        invokedFunctionArn: arn,
        memoryLimitInMB: String(memoryMb),
        awsRequestId: running.requestId,
        logGroupName: logGroup,
        logStreamName: logStream,
      },
    };
    this.#expire(timeoutMs);
    this.#worker.postMessage(request);
  }

  #traceId(): string {
    const seconds = Math.floor(this.#clock.now() / 1000).toString(16);
    const [root, parent] = [randomBytes(12).toString('hex'), randomBytes(8).toString('hex')];
    return `Root=1-${seconds}-${root};Parent=${parent};Sampled=0`;
  }

  #read(report: ThreadReport): void {
    if (report.kind === 'line') this.#log(report.line);
    // A thread that has been given up may still have sent something: nobody waits for it.
    else if (!this.#ended) this.#follow(report);
  }

  #follow(report: Exclude<ThreadReport, { kind: 'line' }>): void {
    switch (report.kind) {
      case 'ready':
        this.#readySince = performance.now();
        if (this.#running) this.#send(this.#running);
        break;
      case 'unready':
        this.#end(failure(report.errorType, report.message));
        break;
      case 'failed':
        this.#settle(failure(report.errorType, report.message));
        break;
      case 'done':
        this.#settle(this.#result(report.value));
        break;
    }
  }

  #result(json: string): Invocation {
    if (Buffer.byteLength(json) <= RESPONSE_LIMIT_BYTES)
      return { ok: true, value: JSON.parse(json) };
    return failure(
      'Function.ResponseSizeTooLarge',
      `Response payload size exceeded maximum allowed payload size (${RESPONSE_LIMIT_BYTES} bytes).`,
    );
  }

  #expire(ms: number): void {
    clearTimeout(this.#timeout);
    this.#timeout = setTimeout(() => {
      const seconds = (this.#definition.timeoutMs / 1000).toFixed(2);
      this.#fail('Sandbox.Timedout', `Task timed out after ${seconds} seconds`);
    }, ms);
  }

  #outOfMemory(): void {
    this.#log(`memory limit of ${this.#definition.memoryMb} MB exceeded`);
    this.#fail('Runtime.ExitError', 'Runtime exited with error: signal: killed');
  }

  #crashed(error: unknown): void {
    if (this.#ended) return;
    if (error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY') {
      this.#outOfMemory();
      return;
    }
    for (const line of `Uncaught Exception ${inspect(error)}`.split('\n')) this.#log(line);
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    this.#end(failure(name, message));
  }

  #exited(code: number): void {
    const reason =
      code === 0 ? 'exited without providing a reason' : `exited with error: exit status ${code}`;
    this.#fail('Runtime.ExitError', `Runtime ${reason}`);
  }

  /** Ends the environment with an error in the words of Lambda. */
  #fail(errorType: string, reason: string): void {
    const message = `RequestId: ${this.#running?.requestId ?? 'none'} Error: ${reason}`;
    if (!this.#ended) this.#log(message);
    this.#end(failure(errorType, message));
  }

  #end(outcome: Invocation): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#gone();
    void this.#worker.terminate();
    this.#settle(outcome);
  }

  #settle(outcome: Invocation): void {
    clearTimeout(this.#timeout);
    this.#endWatch();
    const running = this.#running;
    this.#running = undefined;
    running?.settle(outcome);
  }
}
