import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { NotFound } from '../../../functions/runtime/errors.ts';
import { problemAnswer } from '../../../functions/runtime/problems.ts';
import { asksForKey } from '../../../functions/runtime/route.ts';
import { runtimeCodes } from '../../../lib/openapi/refusals.ts';
import { compile, document, named, operationOf, routes, text } from './document.ts';

/** Every `schema` anywhere in the document, with where it stands. */
function schemasIn(value: unknown, path = ''): [string, Record<string, unknown>][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]): [string, Record<string, unknown>][] =>
    key === 'schema' ? [[path, inner]] : schemasIn(inner, `${path}/${key}`),
  );
}

describe('given the contracts, when they are described', () => {
  it('then the document has exactly their routes', () => {
    const described = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(described.sort()).toEqual(named.map(([name]) => name).sort());
  });

  it('then no two operations have one name', () => {
    const names = routes.map((route) => operationOf(route).operationId);
    expect(new Set(names).size).toBe(names.length);
  });

  it('then every reference leads to a component', () => {
    const references = [...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, reference]) => reference);
    const known = Object.keys(document.components.schemas).map(
      (name) => `#/components/schemas/${name}`,
    );
    expect(references.filter((reference) => !known.includes(reference ?? ''))).toEqual([]);
    expect(references).toContain('#/components/schemas/Profile');
  });

  it.each(schemasIn(document.paths))('then the schema at %s is JSON Schema', (_, schema) => {
    expect(() => compile(schema)).not.toThrow();
  });

  it.each(named)('then %s names its path parameters, and no others', (_, route) => {
    const inPath = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const parameters = operationOf(route).parameters ?? [];
    const described = parameters.filter((parameter) => parameter.in === 'path');
    expect(described.map(({ name }) => name)).toEqual(inPath);
    expect(described.every(({ required }) => required)).toBe(true);
  });

  it.each(named)('then %s says who may call it', (_, route) => {
    const expected = {
      none: [],
      public: [{ publicPool: [] }],
      staff: [{ staffPool: route.access.pool === 'staff' ? route.access.roles : [] }],
    };
    expect(operationOf(route).security).toEqual(expected[route.access.pool]);
    const refused = Object.keys(operationOf(route).responses);
    // A route of machines may read a token by itself, and say so.
    const own = route.refusals?.[401] !== undefined;
    expect(refused.includes('401')).toBe(route.access.pool !== 'none' || own);
  });

  it.each(named)('then %s tells every code that it may refuse with', (_, route) => {
    const { responses } = operationOf(route);
    for (const [status, codes] of Object.entries(route.refusals ?? {})) {
      const isOauth = route.unreadable === 'as-oauth' && status === '400';
      const type = isOauth ? 'application/json' : 'application/problem+json';
      const schema = JSON.stringify(responses[status]?.content?.[type]);
      for (const code of codes) expect(schema).toContain(`"${code}"`);
    }
  });

  it.each(named.filter(([, route]) => asksForKey(route)))(
    'then %s needs an Idempotency-Key',
    (_, route) => {
      const key = operationOf(route).parameters?.find(({ name }) => name === 'Idempotency-Key');
      expect(key).toMatchObject({ in: 'header', required: true });
    },
  );

  it.each(named.filter(([, { answers }]) => answers.etag))(
    'then %s answers an ETag',
    (_, route) => {
      const { responses } = operationOf(route);
      expect(responses[route.answers.status]?.headers).toHaveProperty('ETag');
    },
  );

  it.each(named.filter(([, { refusals }]) => refusals?.[412]))(
    'then %s takes the ETag back',
    (_, route) => {
      const header = operationOf(route).parameters?.find(({ name }) => name === 'If-Match');
      expect(header).toMatchObject({ in: 'header' });
      expect(header?.required ?? false).toBe(false);
    },
  );
});

describe('given what the runtime answers', () => {
  it('then its problem documents are as described', () => {
    const refused = new NotFound({ code: 'no-profile', detail: 'You have no profile yet.' });
    const { body } = problemAnswer(refused, 'request-1');
    const { responses } = document.paths['/me']?.get ?? {};
    const schema = responses?.['404']?.content?.['application/problem+json']?.schema;
    const problem = JSON.parse(body ?? '');
    expect(compile(schema ?? {}).safeParse(problem).success).toBe(true);
    expect(compile(schema ?? {}).safeParse({ ...problem, code: 'stale' }).success).toBe(false);
  });

  it.each(Object.keys(runtimeCodes))('then the code "%s" is one of its own', (code) => {
    const runtime = new URL('../../../functions/runtime/', import.meta.url);
    const sources = readdirSync(runtime).map((file) =>
      readFileSync(new URL(file, runtime), 'utf8'),
    );
    expect(sources.some((source) => source.includes(`'${code}'`))).toBe(true);
  });

  it('then what the gateway refuses is told apart from what handlers refuse', () => {
    const { responses } = document.paths['/me']?.put ?? {};
    expect(Object.keys(responses?.['401']?.content ?? {})).toEqual([
      'application/problem+json',
      'application/json',
    ]);
    expect(Object.keys(responses?.['429']?.content ?? {})).toEqual(['application/json']);
    expect(Object.keys(responses?.['412']?.content ?? {})).toEqual(['application/problem+json']);
  });
});

describe('given an example in a contract', () => {
  it('then it is shown, and is what its schema accepts', () => {
    const { ProfileInput } = document.components.schemas;
    const name = z
      .object({ properties: z.object({ name: z.object({ examples: z.array(z.string()) }) }) })
      .parse(ProfileInput).properties.name;
    expect(name.examples.length).toBeGreaterThan(0);
    for (const example of name.examples)
      expect(compile(name).safeParse(example).success).toBe(true);
  });
});
