import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { writeWhole } from '../../bin/whole-file.ts';

const directory = mkdtempSync(join(tmpdir(), 'ladder-whole-file-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const length = 8_000_000;

/** Writes the same file again and again, each time full of another letter. */
const writer = `
  const { writeWhole } = await import(process.argv[1]);
  for (let turn = 0; ; turn += 1) writeWhole(process.argv[2], 'abcd'[turn % 4].repeat(${length}));
`;

describe('a file that is written whole', () => {
  it.each([0, 7, 19])(
    'given its writer is killed %i ms after it began, then it holds one of the texts, and all of it',
    async (milliseconds) => {
      const file = join(directory, `killed-${milliseconds}`);
      const module = resolve('bin/whole-file.ts');
      const child = spawn(process.execPath, ['--input-type=module', '-e', writer, module, file]);
      while (!existsSync(file)) await sleep(1);
      await sleep(milliseconds);
      child.kill('SIGKILL');
      await once(child, 'exit');

      const text = readFileSync(file, 'utf8');
      expect(text.length).toBe(length);
      expect(text === text.charAt(0).repeat(length)).toBe(true);
    },
  );

  it('is for those only whom it says', () => {
    const file = join(directory, 'secret');
    writeWhole(file, 'first', 0o600);
    writeWhole(file, 'second', 0o600);
    expect(readFileSync(file, 'utf8')).toBe('second');
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });
});
