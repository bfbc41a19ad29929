import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createDocument } from 'zod-openapi';
import type { Route } from '../../../functions/runtime/route.ts';
import { describeRoute } from '../../../lib/openapi/operation.ts';
import { problemExample } from '../../../lib/openapi/problem-examples.ts';
import { refusalsOf } from '../../../lib/openapi/refusals.ts';
import { compile, named } from './document.ts';
import { OpenApiObject } from './specification.ts';

const events = {
  method: 'POST',
  path: '/events',
  access: { pool: 'none' },
  summary: 'What a provider tells',
  headers: z.strictObject({
    'webhook-id': z.string().meta({ description: 'Of the event', examples: ['msg_1'] }),
    'webhook-hint': z.string().optional().meta({ description: 'If there is one' }),
  }),
  text: {
    mediaType: 'application/json',
    largestBytes: 100,
    description: 'The event, signed as it is',
    example: '{"type":"account.made"}',
  },
  repeats: 'by-itself',
  answers: { status: 204 },
} as const satisfies Route;

/** A route as the document of the API shows it. */
function shown(route: Route) {
  const { paths } = OpenApiObject.pick({ paths: true })
    .strip()
    .parse(
      JSON.parse(
        JSON.stringify(
          createDocument({
            openapi: '3.1.1',
            info: { title: 'T', version: '1', description: 'One route.' },
            paths: { [route.path]: { post: describeRoute('some', 'route', route) } },
          }),
        ),
      ),
    );
  const operation = paths[route.path]?.post;
  if (operation === undefined) throw new Error('the route is not shown');
  return operation;
}

const codesOf = (route: Route) => [...refusalsOf(route).values()].flatMap(({ codes }) => codes);

describe('given a route for machines, when it is described', () => {
  it('then it shows its headers, and neither the Idempotency-Key nor its refusals', () => {
    expect(shown(events).parameters).toMatchObject([
      { name: 'webhook-id', in: 'header', required: true, description: 'Of the event' },
      { name: 'webhook-hint', in: 'header', description: 'If there is one' },
    ]);
    expect(shown(events).parameters?.[1]?.required ?? false).toBe(false);
    expect(codesOf(events)).toEqual(expect.arrayContaining(['malformed', 'text-required']));
    expect(codesOf(events)).not.toContain('idempotency-key-required');
  });

  it('then one that asks for a key still says so, beside its headers', () => {
    const { repeats, ...asking } = events;
    const names = shown(asking).parameters?.map(({ name }) => name);
    expect(names).toEqual(['webhook-id', 'webhook-hint', 'Idempotency-Key']);
    expect(codesOf(asking)).toContain('idempotency-key-required');
  });

  it('then one that reads nothing but headers may refuse them', () => {
    const { text, ...rest } = events;
    expect(codesOf(rest)).toContain('malformed');
    expect(problemExample(rest, 400, 'malformed')).toMatchObject({
      errors: [{ field: 'header.webhook-id' }],
    });
  });

  it.each([
    ['application/json', '{"a":["1"]}', { a: ['1'] }],
    ['application/x-www-form-urlencoded', 'a=1+2&b=%26', { a: '1 2', b: '&' }],
    ['text/csv', 'a,b\n', 'a,b\n'],
  ] as const)(
    'then a text of the type %s is what its sender makes',
    (mediaType, example, value) => {
      const route = { ...events, text: { ...events.text, mediaType, example } };
      const schema = shown(route).requestBody?.content[mediaType]?.schema ?? {};
      expect(schema).toMatchObject({ examples: [value], description: events.text.description });
      expect(compile(schema).safeParse(value)).toMatchObject({ success: true });
      expect(problemExample(route, 415, 'text-required')).toMatchObject({
        detail: `Send the body with "Content-Type: ${mediaType}".`,
      });
    },
  );
});

describe.each(named)('given the contract of %s', (_, { method, repeats, headers, text, body }) => {
  it('then headers are in lower case, only a POST repeats, and there is one body', () => {
    const names = Object.keys(headers?.shape ?? {});
    expect(names).toEqual(names.map((name) => name.toLowerCase()));
    expect(repeats === undefined || method === 'POST').toBe(true);
    expect(text === undefined || body === undefined).toBe(true);
  });
});
