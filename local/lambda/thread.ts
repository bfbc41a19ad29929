/**
 * Runs inside the worker thread of one execution environment: puts the region's time under `Date`,
 * sends what is printed to the region, imports the bundle and calls its handler, one event at a time.
 * It is started from its stripped source (see thread-source.ts), so it imports node's modules and
 * types only.
 */
import { enableCompileCache, flushCompileCache } from 'node:module';
import { inspect, types } from 'node:util';
import { parentPort, workerData } from 'node:worker_threads';
import type { ThreadReport, ThreadRequest, ThreadStart } from './thread-messages.ts';

type Handler = (event: unknown, context: Record<string, unknown>) => unknown;

if (!parentPort) throw new Error('local/lambda/thread.ts runs in a worker thread only');
const region = parentPort;
// environment.ts starts this file and passes exactly this.
const { bundle, compileCache, clock } = workerData as ThreadStart;

function report(message: ThreadReport): void {
  region.postMessage(message);
}

/** `Date` that reads the region's clock wherever it would read the machine's. */
function regionDate(offset: Float64Array): DateConstructor {
  const machine = Date;
  const now = () => machine.now() + (offset[0] ?? 0);
  const date: DateConstructor = new Proxy(machine, {
    apply: () => new machine(now()).toString(),
    construct: (target, given, newTarget) =>
      Reflect.construct(
        target,
        given.length === 0 ? [now()] : given,
        newTarget === date ? target : newTarget,
      ),
    get: (target, key, receiver) => (key === 'now' ? now : Reflect.get(target, key, receiver)),
  });
  return date;
}

/** Sends what is written to a stream line by line; the function returned sends an unfinished line. */
function sendLines(stream: NodeJS.WriteStream): () => void {
  let rest = '';
  const write = (chunk: string | Uint8Array, ...options: unknown[]): boolean => {
    rest += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) report({ kind: 'line', line });
    const callback = options.find((option) => typeof option === 'function');
    if (callback) queueMicrotask(() => callback(null));
    return true;
  };
  // The overloads of `write` differ only in their optional parameters, which `options` takes.
  stream.write = write as typeof stream.write;
  return () => {
    if (rest !== '') report({ kind: 'line', line: rest });
    rest = '';
  };
}

function explain(what: string, error: unknown): void {
  for (const line of `${what} ${inspect(error)}`.split('\n')) report({ kind: 'line', line });
}

/** As the Node.js runtime of Lambda describes an error to its caller. */
function describe(error: unknown): { errorType: string; message: string } {
  return types.isNativeError(error)
    ? { errorType: error.name, message: error.message }
    : { errorType: typeof error, message: String(error) };
}

function serialize(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'null';
  } catch (cause) {
    throw new Error('Unable to stringify response body', { cause });
  }
}

/** What Lambda's runtime itself reports, under names of its own. */
class RuntimeError extends Error {
  constructor(name: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = name;
  }
}

async function importHandler(): Promise<Handler> {
  const module: { handler?: unknown } = await import(bundle);
  const { handler } = module;
  if (typeof handler !== 'function') {
    const what = handler === undefined ? 'undefined or not exported' : 'not a function';
    throw new RuntimeError('Runtime.HandlerNotFound', `index.handler is ${what}`);
  }
  if (handler.length > 2) {
    const message = 'callback-based handlers ended with nodejs24.x: make the handler async';
    throw new RuntimeError('Runtime.CallbackHandlerDeprecated', message);
  }
  // Its parameters are the template author's affair, as in Lambda.
  return handler as Handler;
}

const flushOutput = sendLines(process.stdout);
const flushErrors = sendLines(process.stderr);

async function invoke(handler: Handler, request: ThreadRequest): Promise<void> {
  const deadline = performance.now() + request.timeoutMs;
  const context = {
    ...request.context,
    // Real time, like the time-out itself: moving the region's clock ends no running function.
    getRemainingTimeInMillis: () => Math.max(0, Math.floor(deadline - performance.now())),
  };
  process.env['_X_AMZN_TRACE_ID'] = request.traceId;
  let outcome: ThreadReport;
  try {
    outcome = { kind: 'done', value: serialize(await handler(JSON.parse(request.event), context)) };
  } catch (error) {
    explain('Invoke Error', error);
    outcome = { kind: 'failed', ...describe(error) };
  }
  flushOutput();
  flushErrors();
  report(outcome);
}

let kept = false;

/** After the first event, when most of what is ever needed is compiled: a thread that is ended keeps nothing. */
function keepCompiled(): void {
  if (!kept && compileCache !== undefined) flushCompileCache();
  kept = true;
}

// Thrown from here it is uncaught, and ends the thread as it ends Lambda's process.
process.on('unhandledRejection', (reason) => {
  throw new RuntimeError('Runtime.UnhandledPromiseRejection', String(reason), reason);
});

globalThis.Date = regionDate(new Float64Array(clock));
Date.prototype.constructor = Date;
process.setSourceMapsEnabled(true);

try {
  if (compileCache !== undefined) enableCompileCache(compileCache);
  const handler = await importHandler();
  region.on('message', async (request: ThreadRequest) => {
    await invoke(handler, request);
    keepCompiled();
  });
  report({ kind: 'ready' });
} catch (error) {
  explain('Init Error', error);
  flushOutput();
  flushErrors();
  report({ kind: 'unready', ...describe(error) });
}
