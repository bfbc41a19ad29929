import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { messageOf } from '../child.ts';

/** What an execution environment is told to do, and what it answers. */
export type Order =
  | { readonly kind: 'invoke'; readonly event: unknown }
  | { readonly kind: 'measure' };
export type Answer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'done'; readonly value: unknown }
  | { readonly kind: 'failed'; readonly message: string }
  | ({ readonly kind: 'measured' } & Measured);

/** What a process has in its heap once its garbage is collected, and the processor time that it has taken. */
export interface Measured {
  readonly heapBytes: number;
  readonly cpuMs: number;
}

/** Execution environments of one function, each a process of its own as at Lambda: each does one thing at a time. */
export class Instances {
  readonly #all: readonly ChildProcess[];
  readonly #free: ChildProcess[];
  readonly #waiting: ((free: ChildProcess) => void)[] = [];

  private constructor(all: readonly ChildProcess[]) {
    this.#all = all;
    this.#free = [...all];
  }

  /**
   * Starts them.
   *
   * @param directory - the bundle's
   * @param environment - the function's, as the template says it
   */
  static async start(
    count: number,
    directory: string,
    environment: Readonly<Record<string, string>>,
  ): Promise<Instances> {
    const all = Array.from({ length: count }, () =>
      fork(join(import.meta.dirname, 'function-process.ts'), [join(directory, 'index.mjs')], {
        env: { PATH: process.env['PATH'], ...environment },
        execArgv: ['--expose-gc', '--enable-source-maps'],
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      }),
    );
    await Promise.all(all.map(messageOf));
    return new Instances(all);
  }

  async invoke(event: unknown): Promise<unknown> {
    const answer = await this.#ask({ kind: 'invoke', event });
    if (answer.kind === 'done') return answer.value;
    throw new Error(answer.kind === 'failed' ? answer.message : `it said ${answer.kind}`);
  }

  /** The sum of all. Only while none is invoked. */
  async measure(): Promise<Measured> {
    const answers = await Promise.all(this.#all.map(() => this.#ask({ kind: 'measure' })));
    const measured = answers.flatMap((answer) => (answer.kind === 'measured' ? [answer] : []));
    return {
      heapBytes: measured.reduce((sum, { heapBytes }) => sum + heapBytes, 0),
      cpuMs: measured.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
    };
  }

  stop(): void {
    for (const one of this.#all) one.kill();
  }

  async #ask(order: Order): Promise<Answer> {
    const one =
      this.#free.pop() ??
      (await new Promise<ChildProcess>((resolve) => this.#waiting.push(resolve)));
    try {
      const answered = messageOf(one);
      one.send(order);
      // What it answers is what `function-process.ts` sends.
      return (await answered) as Answer;
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free.push(one);
      else next(one);
    }
  }
}
