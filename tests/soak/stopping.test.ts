import { expect, it } from 'vitest';
import { interrupting, pressCtrlC } from '../bin/interrupting.ts';

const at = interrupting();

// While it boots, and without a stack in it: tests/bin/interrupt.test.ts.
it('a region that is up and gets Ctrl-C twice, from the terminal and from npm, stops in order', async () => {
  const running = at.run(['start', '--port', '0']);
  await running.said('Ready');
  pressCtrlC(running);
  pressCtrlC(running);
  const { code, stdout, stderr } = await running.ended;
  expect(stdout).toMatch(/Stopping …\n$/);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  await at.expectNothingLeft(running.child);
});
