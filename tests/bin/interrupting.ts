import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, watch } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, vi } from 'vitest';
import { type Running, run } from './ladder.ts';

/** What the commands of one test leave behind, and what ends them when the test has failed. */
export function interrupting() {
  const directories: string[] = [];
  const newDirectory = (name: string) => {
    const directory = mkdtempSync(join(tmpdir(), `ladder-${name}-`));
    directories.push(directory);
    return directory;
  };
  let temporary: string;
  let cache: string;
  let running: Running | undefined;
  beforeEach(() => {
    temporary = newDirectory('interrupt');
    cache = newDirectory('cache');
  });
  afterEach(() => {
    // Has an effect only after a failure.
    running?.child.kill('SIGKILL');
    for (const directory of directories.splice(0)) {
      rmSync(directory, { recursive: true, force: true });
    }
  });
  return {
    temporary: () => temporary,
    /** @param argv - of `ladder` */
    run(argv: readonly string[], environment: Record<string, string> = {}): Running {
      running = run(argv, { TMPDIR: temporary, ...compiled, ...environment });
      return running;
    },
    /** With nothing kept of an earlier synthesis, so that there is one to interrupt. */
    startAnew(): Running {
      return this.run(['start', '--port', '0'], { LADDER_CACHE: cache });
    },
    async expectNothingLeft({ pid }: Running['child']): Promise<void> {
      if (pid === undefined) throw new Error('it was never started');
      // esbuild's own process ends when it notices that its parent has, a moment later.
      await vi.waitFor(() => expect(() => process.kill(-pid, 0)).toThrow('ESRCH'), 5000);
      const left = readdirSync(temporary, { recursive: true }).map(String);
      expect(left.filter((path) => !lasting.test(path.split('/')[0] ?? ''))).toEqual([]);
      // No half of an assembly either.
      expect(readdirSync(cache).filter((name) => name.includes('.'))).toEqual([]);
    },
    /** Resolves at once when the synthesis has made its folder, which it has to take away again. */
    async synthesisBegan(): Promise<void> {
      const began = () =>
        readdirSync(temporary).some((name) => name.startsWith('ladder-synthesis-'));
      const changes = watch(temporary);
      const signal = AbortSignal.timeout(60_000);
      try {
        while (!began()) await once(changes, 'change', { signal });
      } finally {
        changes.close();
      }
    },
  };
}

/** What V8 has compiled for other commands: in an empty folder for temporary files each would begin anew. */
const compiled = { NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache') };

/** All that a start may leave in the folder for temporary files: V8's cache, and where DynamoDBs are noted. */
const lasting = /^(node-compile-cache|local-region-\w+)$/;

/** As a terminal does it: everything in the foreground gets the signal. */
export function pressCtrlC({ child }: Running): void {
  if (child.pid === undefined) throw new Error('it was never started');
  process.kill(-child.pid, 'SIGINT');
}
