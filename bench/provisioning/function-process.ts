/** One execution environment of a function: runs the bundle of its first argument, one invocation at a time. */
import { pathToFileURL } from 'node:url';
import type { Answer, Order } from './instances.ts';

const [, , file = ''] = process.argv;
const { handler } = await import(pathToFileURL(file).href);

const say = (answer: Answer) => process.send?.(answer);

process.on('message', async (order: Order) => {
  if (order.kind === 'measure') {
    globalThis.gc?.();
    const { user, system } = process.cpuUsage();
    const heapBytes = process.memoryUsage().heapUsed;
    say({ kind: 'measured', heapBytes, cpuMs: (user + system) / 1_000 });
    return;
  }
  try {
    say({ kind: 'done', value: await handler(order.event, {}) });
  } catch (error) {
    say({ kind: 'failed', message: String(error) });
  }
});
say({ kind: 'ready' });
