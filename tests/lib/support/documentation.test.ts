import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { contracts } from '../../../functions/contracts.ts';
import type { Contract, Route } from '../../../functions/runtime/route.ts';
import { withoutDocumentation } from '../../../lib/support/documentation.ts';
import { ownSources } from '../../../lib/support/own-sources.ts';
import { tokensOf } from '../../../lib/support/tokens.ts';

describe('given a source, when what documents it is left out', () => {
  it.each([
    [
      'the words about a schema',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the source that has the template
      "const A = z.string().meta({ examples: ['a) \"b\"', `c${d({ e: '}' })}`] }).min(1);",
      'const A = z.string().min(1);',
    ],
    [
      'what a route says of itself',
      "const r = { method: 'GET', path: '/a', access: { pool: 'none' }, summary: 'A, b', refusals: { 404: no } };",
      "const r = { method: 'GET', path: '/a', access: { pool: 'none' },   };",
    ],
    [
      'the schema of an answer',
      'const a = { status: 200, body: A.extend({ b: B }), etag: true };',
      'const a = { status: 200, body: true, etag: true };',
    ],
    [
      'the example of a text',
      "const t = { mediaType: 'text/csv', largestBytes: 9, description: 'd', example: f() };",
      "const t = { mediaType: 'text/csv', largestBytes: 9,   };",
    ],
  ])('then %s goes', (_what, source, rest) => {
    expect(withoutDocumentation(source)).toBe(rest);
  });

  it.each([
    ['a field called as what goes', 'const S = z.strictObject({ summary: Words, body: Text });'],
    ['a body that is asked for', "const r = { method: 'PUT', path: '/a', body: Input };"],
    ['a text with such words', "const t = '.meta({ examples: [] })';"],
    ['a quotient', 'const q = a.meta / b / c;'],
    ['a regular expression', 'const e = /\\.meta\\([\'"`/]+/u.test(a);'],
  ])('then %s stays', (_what, source) => {
    expect(withoutDocumentation(source)).toBe(source);
  });

  it('then every line stays the line it was', () => {
    const source = 'a = z\n  .string()\n  .meta({\n    examples: [\n    ],\n  });\nb();';
    expect(withoutDocumentation(source)).toBe('a = z\n  .string()\n  \n\n\n;\nb();');
  });

  it('then a text that does not end is said', () => {
    expect(() => tokensOf("a = 'b\n")).toThrow(SyntaxError);
  });
});

/** All that an API does by a contract; what an answer is made of is the handler's, and the compiler has checked it. */
function working({ method, path, access, repeats, unreadable, text, answers }: Route) {
  const { body, ...answer } = answers;
  const read = text && { mediaType: text.mediaType, largestBytes: text.largestBytes };
  return { method, path, access, repeats, unreadable, read, answer, answers: body !== undefined };
}

const documenting = new Set(['description', 'examples', 'id', 'title', 'deprecated', 'example']);

/** What a schema accepts, without what is said of it. */
function accepted(schema: z.ZodType | undefined): unknown {
  if (schema === undefined) return undefined;
  return z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    cycles: 'ref',
    reused: 'inline',
    // A registry in which nothing is said of anything.
    metadata: z.registry(),
    override: ({ jsonSchema }) => {
      for (const word of documenting) delete jsonSchema[word as keyof typeof jsonSchema];
    },
  });
}

describe('given all contracts, when a function has them', () => {
  let bundled: readonly Contract[];
  beforeAll(async () => {
    const directory = mkdtempSync(join(tmpdir(), 'ladder-contracts-'));
    const outfile = join(directory, 'contracts.mjs');
    try {
      await build({
        entryPoints: ['functions/contracts.ts'],
        outfile,
        bundle: true,
        platform: 'node',
        format: 'esm',
        alias: { zod: import.meta.resolve('zod') },
        external: ['file:*'],
        plugins: [ownSources],
        logLevel: 'silent',
      });
      const made: { readonly contracts: readonly Contract[] } = await import(
        pathToFileURL(outfile).href
      );
      bundled = made.contracts;
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it.each(contracts.map(({ name }, index) => [name, index] as const))(
    'then %s does the same, and says nothing of it',
    (_name, index) => {
      const whole: Contract | undefined = contracts[index];
      const routes = Object.entries(bundled[index]?.routes ?? {});
      expect(routes.map(([name]) => name)).toEqual(Object.keys(whole?.routes ?? {}));
      for (const [name, route] of routes) {
        const other = whole?.routes[name];
        if (other === undefined) throw new Error(`${name} is missing`);
        expect(working(route), name).toEqual(working(other));
        for (const part of ['params', 'query', 'headers', 'body'] as const) {
          expect(accepted(route[part]), `${name} ${part}`).toEqual(accepted(other[part]));
        }
        expect(route, name).not.toHaveProperty('summary');
        expect(route, name).not.toHaveProperty('refusals');
        expect(typeof route.answers.body, name).not.toBe('object');
      }
    },
  );
});

it('given a store that makes an answer, when it is bundled, then the answer is what it was', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'ladder-answers-'));
  try {
    const store = join(directory, 'functions/greeting/store.ts');
    mkdirSync(join(store, '..'), { recursive: true });
    writeFileSync(
      store,
      "export const answer = { status: 201, body: 'Good morning', summary: 'A' };",
    );
    const { outputFiles } = await build({
      entryPoints: [store],
      format: 'esm',
      plugins: [ownSources],
      bundle: true,
      write: false,
    });
    expect(outputFiles[0]?.text).toContain('{ status: 201, body: "Good morning", summary: "A" }');
  } finally {
    rmSync(directory, { recursive: true });
  }
});
