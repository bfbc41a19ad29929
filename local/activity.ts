import type { Activity } from './control/settle.ts';
import type { Invoke } from './lambda/invocation.ts';
import type { Observer } from './observer.ts';

/** Counts invocations, so that one can tell whether any function ran between two moments. */
export class InvocationCount {
  #started = 0;
  #running = 0;

  /** The same `invoke`, counted, and an observer told of it. */
  counted(invoke: Invoke, observer?: Observer): Invoke {
    return async (functionName, event) => {
      observer?.invoked(functionName);
      this.#started += 1;
      this.#running += 1;
      try {
        return await invoke(functionName, event);
      } finally {
        this.#running -= 1;
      }
    };
  }

  now(): Activity {
    return { started: this.#started, running: this.#running };
  }
}
