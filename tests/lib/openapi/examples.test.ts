import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { NoExample, problemExample } from '../../../lib/openapi/problem-examples.ts';
import { refusalsOf } from '../../../lib/openapi/refusals.ts';
import { compile, document, named, operationOf } from './document.ts';

/** Every schema anywhere in a value that has examples, with where it stands. */
function withExamples(value: unknown, path = ''): [string, Record<string, unknown>][] {
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.entries(value).flatMap(([key, each]) =>
    key === 'examples' ? [] : withExamples(each, `${path}/${key}`),
  );
  return 'examples' in value && Array.isArray(value.examples)
    ? [[path, { ...value }], ...inner]
    : inner;
}

/** Properties of components that Swagger UI would fill with whatever fits their pattern or format. */
function invented(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null || 'examples' in value) return [];
  const here =
    'type' in value && value.type === 'string' && ('pattern' in value || 'format' in value);
  const inner = Object.entries(value).flatMap(([key, each]) => invented(each, `${path}/${key}`));
  return here ? [path, ...inner] : inner;
}

describe('given what the document shows as examples', () => {
  const shown = withExamples(document);

  it('then there are some, in components and in operations', () => {
    const places = shown.map(([path]) => path);
    expect(places).toContain('/components/schemas/Application');
    expect(places).toContain('/components/schemas/Configuration');
    expect(places.some((path) => path.startsWith('/paths/'))).toBe(true);
  });

  it.each(shown)('then those at %s are what the schema accepts', (_, schema) => {
    const examples = z.array(z.unknown()).min(1).parse(schema['examples']);
    const accepted = compile(schema);
    for (const example of examples) {
      expect(accepted.safeParse(example)).toMatchObject({ success: true });
    }
  });

  it('then nothing with a pattern or a format is left to be made up', () => {
    expect(invented(document)).toEqual([]);
  });
});

describe.each(named)('given what %s may refuse', (_, route) => {
  const { responses } = operationOf(route);
  const refused = [...refusalsOf(route)];
  /** Clients of a token endpoint want its 400 as plain JSON. */
  const isOauth = (status: number) => route.unreadable === 'as-oauth' && status === 400;

  it('then each code has one example, as its schema accepts, and is named in words', () => {
    for (const [status, { codes }] of refused) {
      const response = responses[status];
      const type = isOauth(status) ? 'application/json' : 'application/problem+json';
      const problems = response?.content?.[type];
      const examples = problems !== undefined && 'examples' in problems ? problems.examples : {};
      expect(Object.keys(examples ?? {})).toEqual(codes);
      for (const [code, { value }] of Object.entries(examples ?? {})) {
        expect(value).toMatchObject({ status, code });
        expect(compile(problems?.schema ?? {}).safeParse(value)).toMatchObject({ success: true });
        expect(response?.description).toContain(`\`${code}\``);
      }
    }
  });

  it('then the gateway has a message for each of its statuses, and says so', () => {
    for (const [status, { gateway }] of refused.filter(([code]) => !isOauth(code))) {
      const message = responses[status]?.content?.['application/json'];
      expect(message !== undefined).toBe(gateway);
      expect(responses[status]?.description.includes('gateway')).toBe(gateway);
      if (message !== undefined)
        expect(message).toMatchObject({ example: { message: expect.stringMatching(/^[A-Z]/) } });
    }
  });
});

describe('given an example of a refusal', () => {
  const routeOf = (name: string) => {
    const found = named.find(([known]) => known === name)?.[1];
    if (found === undefined) throw new Error(`there is no ${name}`);
    return found;
  };

  it('then it fits the route: it names its fields, or its roles', () => {
    expect(problemExample(routeOf('PUT /me'), 400, 'malformed')).toMatchObject({
      errors: expect.arrayContaining([expect.objectContaining({ field: 'body.birthDate' })]),
    });
    expect(problemExample(routeOf('POST /staff'), 403, 'wrong-role')).toMatchObject({
      detail: expect.stringContaining('This is for administrator.'),
    });
  });

  it('then a code without one stops the build and says where to write it', () => {
    expect(() => problemExample(routeOf('PUT /me'), 422, 'never-heard-of')).toThrow(NoExample);
    expect(() => problemExample(routeOf('PUT /me'), 422, 'constructor')).toThrow(
      'refusal-details.ts',
    );
  });
});

describe.each(named)('given whoever reads about %s', (_, route) => {
  it('then it says who may call it', () => {
    const { access } = route;
    const callers = {
      none: 'Anyone',
      public: "A learner's login (public pool)",
      staff: access.pool === 'staff' ? `Staff: ${access.roles.join(', ')}` : '',
    };
    expect(operationOf(route).description).toContain(`Who may call:** ${callers[access.pool]}`);
  });

  it('then every parameter says what it is', () => {
    for (const parameter of operationOf(route).parameters ?? [])
      expect(parameter.description?.length ?? 0, parameter.name).toBeGreaterThan(10);
  });

  it('then a closed route tells of tokens that do not do', () => {
    const codes = refusalsOf(route).get(401)?.codes ?? [];
    expect(codes).toEqual(
      route.access.pool === 'none'
        ? (route.refusals?.[401] ?? [])
        : ['access-token-required', 'signed-out'],
    );
  });
});
