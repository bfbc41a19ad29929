import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type People, peopleOf } from '../people.ts';

/** `npm start -- --data` as a process of its own, started as often as a test likes on what it kept. */
export class KeptStart {
  readonly #data = mkdtempSync(join(tmpdir(), 'ladder-restart-'));
  #child: ChildProcess | undefined;

  /** Resolves when it says that it is ready. */
  async start(): Promise<People> {
    const options = ['start', '--port', '0', '--data', this.#data];
    const child = spawn(process.execPath, ['bin/ladder.mjs', ...options]);
    this.#child = child;
    let printed = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (text) => {
        printed += String(text);
      });
    }
    const deadline = Date.now() + 60_000;
    while (!printed.includes('Ready')) {
      if (child.exitCode !== null || Date.now() > deadline)
        throw new Error(`no start:\n${printed}`);
      await sleep(20);
    }
    return peopleOf(/API\s+(http\S+)/.exec(printed)?.[1] ?? '', '');
  }

  /** @returns its exit code */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
    const child = this.#child;
    if (child === undefined) return null;
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
    child.kill(signal);
    return closed;
  }

  /** Ends it in any case, and what it kept is gone. */
  async forget(): Promise<void> {
    await this.end('SIGKILL');
    rmSync(this.#data, { recursive: true, force: true });
  }
}
