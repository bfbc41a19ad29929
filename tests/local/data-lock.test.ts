import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DataInUse, lockData } from '../../local/data-lock.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lock-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** A process that locks the directory, keeps nothing of it in hand, says so and stays. */
async function holder() {
  const module = JSON.stringify(join(import.meta.dirname, '../../local/data-lock.ts'));
  const program = `import { lockData } from ${module};
    lockData(process.argv[1]);
    gc();
    setImmediate(() => console.log('locked'));
    setInterval(() => undefined, 1_000);`;
  const argv = ['--expose-gc', '--input-type=module', '-e', program, directory];
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
}

describe('the lock of a data directory', () => {
  it('is refused while another process has it, naming that process', async () => {
    const child = await holder();
    try {
      expect(() => lockData(directory)).toThrow(DataInUse);
      expect(() => lockData(directory)).toThrow(new RegExp(`${directory}.*process ${child.pid}`));
    } finally {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  });

  it('is free as soon as the process that had it has been killed', async () => {
    const child = await holder();
    child.kill('SIGKILL');
    await once(child, 'exit');
    lockData(directory)();
  });

  it('is refused to the same process, too, until it is given back', () => {
    const free = lockData(directory);
    expect(() => lockData(directory)).toThrow(`process ${process.pid}`);
    free();
    lockData(directory)();
  });
});
