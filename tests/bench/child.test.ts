import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { messageOf } from '../../bench/child.ts';

const run = (code: string) =>
  spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });

describe('given a process of a benchmark', () => {
  it('that sends something, then that is told', async () => {
    await expect(messageOf(run('process.send({ ms: 5 })'))).resolves.toEqual({ ms: 5 });
  });

  it('that ends and has sent nothing, then nobody waits for it', async () => {
    await expect(messageOf(run('process.exit(3)'))).rejects.toThrow('has ended with 3');
  });
});
