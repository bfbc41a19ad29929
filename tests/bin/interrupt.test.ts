import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { interrupting, pressCtrlC } from './interrupting.ts';

const at = interrupting();

// Two cores that others use as well: a boot of three seconds may take thirty.
vi.setConfig({ testTimeout: 90_000 });

describe('a start that is interrupted', () => {
  it.each([
    ['while it synthesizes', 'content providers'],
    ['while it creates resources', 'Creating'],
  ])('%s stops at once, calmly, and leaves nothing', async (_, step) => {
    const running = step === 'Creating' ? at.run(['start', '--port', '0']) : at.startAnew();
    await running.said(step);
    pressCtrlC(running);
    const pressed = performance.now();
    const { code, stdout, stderr } = await running.ended;
    expect(stdout).toMatch(/Stopping …\n$/);
    expect(stdout).not.toContain('Ready');
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(performance.now() - pressed).toBeLessThan(10_000);
    await at.expectNothingLeft(running.child);
  });

  it('by SIGTERM to itself alone ends the synthesis, too', async () => {
    const running = at.startAnew();
    await at.synthesisBegan();
    running.child.kill('SIGTERM');
    const { code, stdout, stderr } = await running.ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).not.toContain('template synthesized');
    await at.expectNothingLeft(running.child);
  });
});

// With a region in it: tests/soak/stopping.test.ts.
it('ladder start --empty opens an account to deploy into; Ctrl-C twice, from the terminal and from npm, stops it in order', async () => {
  const running = at.run([
    'start',
    ...['--empty', '--port', '0', '--region', 'regions/taebaek.yaml'],
  ]);
  const printed: string[] = [];
  running.child.stdout?.on('data', (text) => printed.push(String(text)));
  await running.said('Stop: Ctrl-C');
  const [, endpoint = ''] = /AWS\s+(http\S+\/_aws)/.exec(printed.join('')) ?? [];
  expect(printed.join('')).toContain(`--endpoint ${endpoint}`);
  const answer = await fetch(endpoint, {
    method: 'POST',
    headers: { authorization: 'AWS4 Credential=local/20260101/here/sts/aws4_request' },
    body: new URLSearchParams({ Action: 'GetCallerIdentity' }),
  });
  expect(await answer.text()).toContain('<Account>000000000000</Account>');
  pressCtrlC(running);
  pressCtrlC(running);
  const { code, stdout, stderr } = await running.ended;
  expect(stdout).toMatch(/Stopping …\n$/);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  await at.expectNothingLeft(running.child);
});

it('a synthesis that is interrupted leaves nothing but its output', async () => {
  const output = join(at.temporary(), 'cdk.out');
  const running = at.run(['synth', 'regions/taebaek.yaml', '--output', output]);
  await at.synthesisBegan();
  pressCtrlC(running);
  await running.ended;
  const own = () => readdirSync(at.temporary()).filter((name) => name.startsWith('ladder-'));
  await expect.poll(own, { timeout: 10_000 }).toEqual([]);
});
