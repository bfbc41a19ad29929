/**
 * One opening day, in a process of its own, whose time and network are simulated. Is sent the day, and the directory of
 * our function's bundle or none for the control; sends back what was counted.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as z from 'zod';
import { control } from './control.ts';
import { Day, runDay } from './day.ts';
import { type Handler, ladder } from './desk.ts';
import { withStore } from './table-store.ts';

const Order = z.strictObject({ directory: z.string().optional(), day: Day });

process.once('message', async (message) => {
  const { directory, day } = Order.parse(message);
  const handler = directory === undefined ? undefined : await load(directory);
  const counted = await withStore((store) =>
    runDay(store, (at) => (handler === undefined ? control(at, day) : ladder(at, handler)), day),
  );
  process.send?.(counted, () => process.exit());
});

async function load(directory: string): Promise<Handler> {
  // Who has no handler fails at the first event.
  const module = (await import(pathToFileURL(join(directory, 'index.mjs')).href)) as {
    readonly handler: Handler;
  };
  return module.handler;
}
