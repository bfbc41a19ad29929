import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Running, run } from './ladder.ts';

let temporary: string;
let cache: string;
let running: Running;
beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), 'ladder-interrupt-'));
  cache = mkdtempSync(join(tmpdir(), 'ladder-cache-'));
});
afterEach(() => {
  // Has an effect only after a failure.
  running.child.kill('SIGKILL');
  for (const directory of [temporary, cache]) rmSync(directory, { recursive: true, force: true });
});

// Two cores that others use as well: a boot of three seconds may take thirty.
vi.setConfig({ testTimeout: 90_000 });

/** All that a start may leave in the folder for temporary files: V8's cache, and where DynamoDBs are noted. */
const lasting = /^(node-compile-cache|local-region-\w+)$/;

async function expectNothingLeft({ pid }: Running['child']): Promise<void> {
  if (pid === undefined) throw new Error('it was never started');
  // esbuild's own process ends when it notices that its parent has, a moment later.
  await vi.waitFor(() => expect(() => process.kill(-pid, 0)).toThrow('ESRCH'), 5000);
  const left = readdirSync(temporary, { recursive: true }).map(String);
  expect(left.filter((path) => !lasting.test(path.split('/')[0] ?? ''))).toEqual([]);
  // DynamoDB has a group of its own; as long as one runs it is noted.
  // No half of an assembly either.
  expect(readdirSync(cache).filter((name) => name.includes('.'))).toEqual([]);
  expect(left.filter((path) => /^local-region-\w+\//.test(path))).toEqual([]);
}

/** Resolves when the synthesis has made its folder, which it has to take away again. */
async function synthesisBegan(): Promise<void> {
  await expect
    .poll(() => readdirSync(temporary), { timeout: 60_000 })
    .toContainEqual(expect.stringMatching(/^ladder-synthesis-/));
}

/** With nothing kept of an earlier synthesis, so that there is one to interrupt. */
const startAnew = () => run(['start', '--port', '0'], { TMPDIR: temporary, LADDER_CACHE: cache });

const start = () => run(['start', '--port', '0'], { TMPDIR: temporary });

/** As a terminal does it: everything in the foreground gets the signal. */
function pressCtrlC({ child }: Running): void {
  if (child.pid === undefined) throw new Error('it was never started');
  process.kill(-child.pid, 'SIGINT');
}

describe('a start that is interrupted', () => {
  it.each([
    ['while it synthesizes', 'content providers'],
    ['while it creates resources', 'Creating'],
  ])('%s stops at once, calmly, and leaves nothing', async (_, step) => {
    running = step === 'Creating' ? start() : startAnew();
    await running.said(step);
    pressCtrlC(running);
    const pressed = performance.now();
    const { code, stdout, stderr } = await running.ended;
    expect(stdout).toMatch(/Stopping …\n$/);
    expect(stdout).not.toContain('Ready');
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(performance.now() - pressed).toBeLessThan(10_000);
    await expectNothingLeft(running.child);
  });

  it('by SIGTERM to itself alone ends the synthesis, too', async () => {
    running = startAnew();
    await synthesisBegan();
    running.child.kill('SIGTERM');
    const { code, stdout, stderr } = await running.ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).not.toContain('template synthesized');
    await expectNothingLeft(running.child);
  });
});

it('a region that is up and gets Ctrl-C twice, from the terminal and from npm, stops in order', async () => {
  running = start();
  await running.said('Ready');
  pressCtrlC(running);
  pressCtrlC(running);
  const { code, stdout, stderr } = await running.ended;
  expect(stdout).toMatch(/Stopping …\n$/);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  await expectNothingLeft(running.child);
});

it('a synthesis that is interrupted leaves nothing but its output', async () => {
  const output = join(temporary, 'cdk.out');
  running = run(['synth', 'regions/taebaek.yaml', '--output', output], { TMPDIR: temporary });
  await synthesisBegan();
  pressCtrlC(running);
  await running.ended;
  const own = () => readdirSync(temporary).filter((name) => name.startsWith('ladder-'));
  await expect.poll(own, { timeout: 10_000 }).toEqual([]);
});
