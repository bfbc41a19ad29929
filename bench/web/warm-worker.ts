/**
 * One contestant of the warm bench, in a process of its own: loads a bundle once, and answers as many events as it is
 * told to, with DynamoDB answered here. Says what processor time they took, one after the other.
 */
import { pathToFileURL } from 'node:url';
import * as z from 'zod';
import { answerHere } from './answered.mjs';
import { answerOf, context, event } from './request.ts';

/** What Lambda runs, as far as this bench is concerned. */
type Handler = (event: unknown, context: unknown) => Promise<{ readonly statusCode: number }>;

/** Events are made before the clock starts: each is the handler's own, for some write into it. */
const together = 250;

async function answer(handler: Handler, requests: number): Promise<number> {
  let micros = 0;
  for (let left = requests; left > 0; left -= together) {
    const events = Array.from({ length: Math.min(left, together) }, () => structuredClone(event));
    const begun = process.cpuUsage();
    for (const one of events) {
      const { statusCode } = await handler(one, context);
      if (statusCode !== 200) throw new Error(`a contestant answered ${statusCode}`);
    }
    const { user, system } = process.cpuUsage(begun);
    micros += user + system;
  }
  return micros;
}

answerHere(answerOf);
const [, , bundle = ''] = process.argv;
// Who has no handler fails at the first event.
const { handler } = (await import(pathToFileURL(bundle).href)) as { readonly handler: Handler };

process.on('message', async (message) => {
  const { requests } = z.strictObject({ requests: z.int() }).parse(message);
  process.send?.({ micros: await answer(handler, requests) });
});
process.send?.('ready');
