/** One contestant, asked for what is measured and for what it has to refuse; sends what it answers, by what was asked. */
import { pathToFileURL } from 'node:url';
import * as z from 'zod';
import { answerHere } from './answered.mjs';
import { answerOf, context, event } from './request.ts';

/** What Lambda runs, as far as this bench is concerned. */
type Handler = (event: unknown, context: unknown) => Promise<unknown>;

const elsewhere = '/me/enrolments/nowhere';
const { requestContext } = event;
const asked = {
  'the measured request': event,
  'a body of another type': { ...event, body: '{"providerId":5}' },
  'a place that there is not': {
    ...event,
    rawPath: elsewhere,
    pathParameters: { place: 'nowhere' },
    requestContext: { ...requestContext, http: { ...requestContext.http, path: elsewhere } },
  },
  'nobody’s request': { ...event, requestContext: { ...requestContext, authorizer: undefined } },
};

/** Without what is made anew each time, and without what each framework says in its own words. */
const Answer = z
  .object({
    statusCode: z.int(),
    headers: z.record(z.string(), z.unknown()),
    body: z.string().transform((text): unknown => JSON.parse(text)),
  })
  .transform(({ statusCode, headers, body }) => ({
    statusCode,
    type: String(headers['content-type']).split(';')[0],
    said: Said.parse(body),
  }));
const Said = z.object({
  ...{ code: z.string().optional(), place: z.string().optional(), category: z.string().optional() },
  ...{ providerId: z.string().optional(), state: z.string().optional() },
  accountId: z.string().optional(),
});

answerHere(answerOf);
const [, , bundle = ''] = process.argv;
// Who has no handler fails at the first event.
const { handler } = (await import(pathToFileURL(bundle).href)) as { readonly handler: Handler };
const answers = new Map<string, unknown>();
for (const [what, one] of Object.entries(asked))
  answers.set(what, Answer.parse(await handler(structuredClone(one), context)));
process.send?.(Object.fromEntries(answers));
