import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UnpackedCode } from '../../../local/lambda/code.ts';

let data: string;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'code-'));
});
afterEach(() => rmSync(data, { recursive: true }));

const archive = (files: Record<string, string>) => {
  const entries = Object.entries(files).map(([name, text]) => [name, Buffer.from(text)]);
  return Buffer.from(zipSync(Object.fromEntries(entries)));
};

describe('the code of functions that came as an archive', () => {
  it('is unpacked once, whatever its key, with what lies deeper', () => {
    const code = new UnpackedCode(data);
    const directory = code.directoryOf(archive({ 'index.mjs': 'code', 'a/b/c.txt': 'deep' }));
    expect(readFileSync(join(directory, 'index.mjs'), 'utf8')).toBe('code');
    expect(readFileSync(join(directory, 'a/b/c.txt'), 'utf8')).toBe('deep');
    const again = archive({ 'index.mjs': 'code', 'a/b/c.txt': 'deep' });
    expect(new UnpackedCode(data).directoryOf(again)).toBe(directory);
    expect(readdirSync(dirname(directory))).toHaveLength(1);
  });

  it('is forgotten when nothing that runs has it any more', () => {
    const code = new UnpackedCode(data);
    const old = code.directoryOf(archive({ 'index.mjs': 'old' }));
    code.forgetOthers();
    const now = code.directoryOf(archive({ 'index.mjs': 'new' }));
    code.forgetOthers();
    expect([existsSync(old), existsSync(now)]).toEqual([false, true]);
  });

  it('is kept only in a data directory', () => {
    const code = new UnpackedCode(undefined);
    const directory = code.directoryOf(archive({ 'index.mjs': 'gone' }));
    code.stop();
    expect(existsSync(dirname(directory))).toBe(false);
  });

  it.each(['../outside.mjs', 'a/../../outside.mjs', '/tmp/outside.mjs'])(
    'is refused when it names a file outside of itself: %s',
    (name) => {
      const outside = () => new UnpackedCode(data).directoryOf(archive({ [name]: 'x' }));
      expect(outside).toThrow('outside of it');
      expect(existsSync(join(data, 'outside.mjs'))).toBe(false);
    },
  );
});
