import { spawn } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';

/**
 * `npm run soak`: what takes minutes, and each property on ten times the cases that it has in `npm test`. A property is
 * found by its import of `runs.ts`. Arguments go to Vitest; the names of files among them take the place of all.
 */
const given = process.argv.slice(2);
const files = given.some((argument) => !argument.startsWith('-'))
  ? []
  : ['tests/soak/', ...properties()];
/** Milliseconds for one test, where its own file names no other; and for all, after which Vitest is ended. */
const oneTest = 400_000;
const all = 3_600_000;

const tests = spawn('vitest', ['run', `--testTimeout=${oneTest}`, ...files, ...given], {
  stdio: 'inherit',
  env: { ...process.env, LADDER_SOAK: '1' },
  shell: process.platform === 'win32',
  timeout: all,
});
tests.once('error', (error) => {
  throw error;
});
tests.once('close', (code) => {
  process.exitCode = code ?? 1;
});

/** The files of tests whose cases are counted by `runs`. */
function properties(): string[] {
  return globSync('tests/**/*.test.ts').filter((file) =>
    /from '(\.\.?\/)+runs\.ts'/.test(readFileSync(file, 'utf8')),
  );
}
