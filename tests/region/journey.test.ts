import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { people } from './people.ts';

const Step = z.strictObject({
  step: z.int(),
  what: z.string(),
  answer: z.string(),
  milliseconds: z.number(),
});

async function demo(...options: readonly string[]) {
  const child = spawn(process.execPath, ['bin/ladder.mjs', 'demo', ...options]);
  const [printed, complained] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const code = child.exitCode ?? (await new Promise((resolve) => child.once('close', resolve)));
  return { printed, complained, code };
}

describe('the tour of the README', () => {
  it('ends with three active accounts, each asked of its provider, and inside one of them', async () => {
    const { printed, complained, code } = await demo('--url', people.url, '--json');
    expect({ complained, code }).toEqual({ complained: '', code: 0 });
    const steps = printed
      .trim()
      .split('\n')
      .map((line) => Step.parse(JSON.parse(line)));
    const shown = readFileSync('README.md', 'utf8').matchAll(/^ {1,2}\d+ {2}(.+?) +✓/gm);
    expect(steps.map(({ what }) => what)).toEqual([...shown].map(([, what]) => what));
    const asked = steps.filter(({ what }) => what.startsWith('Ask '));
    expect(asked.map(({ answer }) => answer.replace(/account \S+/, 'account'))).toEqual([
      'active account for subject',
      'active account for language',
      'active account for reading',
    ]);
    const last = steps.at(-1);
    expect(last?.what).toMatch(/^Open /);
    expect(last?.answer).toMatch(/^Welcome: You are signed in as acc_/);
  });

  it('is told as text to people, every step ticked', async () => {
    const { printed, code } = await demo('--url', people.url);
    expect(code).toBe(0);
    expect(printed.match(/✓/g)).toHaveLength(15);
    expect(printed).toContain('3 active accounts');
  });

  it('given no region at the address: says so, and what to do', async () => {
    const { complained, code } = await demo('--url', 'http://127.0.0.1:9');
    expect(code).toBe(1);
    expect(complained).toContain(
      'No region answers at http://127.0.0.1:9. Start one with "npm start"',
    );
  });
});

it('given whoever asks for the configuration, then it names the address at which they asked', async () => {
  const { endpoints } = await people.configuration();
  expect(endpoints.api).toBe(people.url);
});
