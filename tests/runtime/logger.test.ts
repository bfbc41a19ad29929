import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import * as z from 'zod';
import { describeError, log } from '../../functions/runtime/logger.ts';
import { captureLog } from './log-lines.ts';

const takeLog = captureLog();

function thrownBy(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

describe('a log line', () => {
  it('is one JSON object with level, message, time and the fields', () => {
    log.info('one', { learnerId: 'lrn_1', count: 2 });
    log.warn('two');
    log.error('three', { status: 500 });
    const parsed = takeLog()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(parsed).toEqual([
      { level: 'info', message: 'one', time: expect.any(String), learnerId: 'lrn_1', count: 2 },
      { level: 'warn', message: 'two', time: expect.any(String) },
      { level: 'error', message: 'three', time: expect.any(String), status: 500 },
    ]);
    for (const { time } of parsed) expect(new Date(time).toISOString()).toBe(time);
  });

  it('has no field for a name, an address, a day of birth or a whole object', () => {
    // @ts-expect-error - must not compile
    log.info('x', { name: '김하늘' });
    // @ts-expect-error - must not compile
    log.info('x', { email: 'haneul@village.example' });
    // @ts-expect-error - must not compile
    log.info('x', { birthDate: '2009-05-20' });
    // @ts-expect-error - must not compile
    log.info('x', { profile: { name: '김하늘' } });
    // @ts-expect-error - must not compile
    log.error('x', { body: '{}' });
  });
});

describe('an error in the log', () => {
  it('names the line that people wrote, where it arose in a bundle', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'ladder-frames-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const written = join(directory, 'written.ts');
    writeFileSync(
      written,
      '/** Words. */\nexport function refuse(): never {\n  throw new RangeError();\n}\n',
    );
    const outfile = join(directory, 'index.mjs');
    buildSync({
      entryPoints: [written],
      outfile,
      format: 'esm',
      minify: true,
      sourcemap: 'linked',
    });
    // By Node itself, as in Lambda, and not through the test runner.
    const { refuse } = z.object({ refuse: z.function() }).parse(createRequire(outfile)(outfile));
    const { frames = [] } = describeError(thrownBy(refuse));
    expect(frames[0]).toMatch(/^at \S+ \(written\.ts:3:9\)$/);
  });

  it('names the place in the bundle where that has no map', () => {
    const error = new RangeError();
    error.stack = 'RangeError\n    at a (file:///nowhere/index.mjs:1:2)';
    expect(describeError(error).frames).toEqual(['at a (file:///nowhere/index.mjs:1:2)']);
  });

  it('names the place in the bundle that the bundler has written itself', () => {
    const directory = mkdtempSync(join(tmpdir(), 'ladder-frames-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const code = join(directory, 'index.mjs');
    // A segment of one number (ECMA-426): generated code without a source.
    writeFileSync(
      `${code}.map`,
      JSON.stringify({ version: 3, sources: [], names: [], mappings: 'A' }),
    );
    const error = new RangeError();
    error.stack = `RangeError\n    at a (file://${code}:1:2)`;
    expect(describeError(error).frames).toEqual([`at a (file://${code}:1:2)`]);
  });

  it('is its class and at most six places, the nearest first', () => {
    const nested = (depth: number): Error =>
      depth === 0 ? new RangeError('too deep') : nested(depth - 1);
    const { error, frames = [] } = describeError(nested(20));
    expect(error).toBe('RangeError');
    expect(frames).toHaveLength(6);
    expect(frames[0]).toMatch(/^at nested .*logger\.test\.ts\S*:\d+:\d+/);
  });

  it('never shows its text, whatever the text looks like (edge 7)', () => {
    const line = fc.oneof(
      fc.constantFrom('    at 120520-3456789', 'at 120520-3456789 (file.ts:1:1)', '', 'Error: '),
      fc.string({ unit: 'grapheme' }),
    );
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const text = ['120520-3456789', ...lines].join('\n');
        const shown = JSON.stringify(describeError(new Error(text)));
        expect(shown).not.toContain('120520-3456789');
      }),
    );
  });

  it.each([
    ['a text', '120520-3456789', 'string'],
    ['an object', { name: '김하늘' }, 'object'],
    ['nothing', undefined, 'undefined'],
  ])('is only its type where %s was thrown', (_what, thrown, error) => {
    expect(describeError(thrown)).toEqual({ error });
  });
});
