import { transformSync } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { markPure } from '../../../lib/support/pure-constants.ts';

/** What is left of a module of whose exports nobody uses any. */
function leftOf(source: string): string {
  const asEntry = markPure(source).replaceAll(/^export /gm, '');
  return transformSync(asEntry, { loader: 'ts', treeShaking: true, format: 'esm' }).code;
}

describe('given a module of which nothing is used, when it is bundled', () => {
  it.each([
    ['a schema', "import * as z from 'zod';\nexport const Id = z.string().brand<'Id'>();\n"],
    [
      'one of several lines',
      'export const Row = z.strictObject({\n  a: z.string(),\n\n  b: x(),\n});\n',
    ],
    ['a chain', 'const Id = z\n  .string()\n  .min(1);\n'],
    [
      'a map that is made',
      'export const byName = new Map<Name, Place>(\n  all().map(pairOf),\n);\n',
    ],
    ['a list of calls', 'export const all = [\n  make(1),\n] as const;\n'],
    [
      'an object of calls, of a type',
      'export const routes: Readonly<Routes> = {\n  a: make(1),\n};\n',
    ],
    [
      'two, with words between',
      'const a = f();\n\n/** Words; and more. */\nconst b = g(\n  a,\n);\n',
    ],
  ])('then %s is left out', (_what, source) => {
    expect(leftOf(source)).not.toMatch(/\w\(/);
  });

  it.each([
    ['what is run for what it does', 'start();\n'],
    ['what is made within', 'if (late) {\n  const a = f();\n  use(a);\n}\n'],
    ['what something else uses', 'const a = f();\nuse(a);\n'],
  ])('then %s stays', (_what, source) => {
    expect(leftOf(source)).toMatch(/\w\(/);
  });
});

it('given a module, when its constants are marked, then each line is the line that it was, and says the same', () => {
  const source =
    'export const a = f({\n  b: 1,\n});\n\nexport const c = () => a;\nconst d = [\n  a,\n];\n';
  const marked = markPure(source);
  expect(marked.split('\n').length).toBe(source.split('\n').length);
  const made = (text: string) => transformSync(text, { loader: 'ts', minify: true }).code;
  expect(made(marked)).toBe(made(source));
});
