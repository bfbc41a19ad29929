import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Bundles, bundle } from '../../../lib/support/bundle.ts';
import { taebaek } from '../template.ts';

const Answered = z.object({ handler: z.function({ input: [z.string()], output: z.unknown() }) });

describe('given functions that read parts of the region', () => {
  const temporary = mkdtempSync(join(tmpdir(), 'ladder-region-parts-'));
  let bundles: Bundles;
  beforeAll(async () => {
    const functions = join(temporary, 'functions');
    mkdirSync(join(functions, 'reading'), { recursive: true });
    const sources = {
      'rules.ts': 'export const namesOf = ({ name, areas }) => [name, areas];\n',
      'api.ts': [
        "import region from '#region';",
        "import { namesOf } from './rules.ts';",
        "export const handler = (part) => part === 'names' ? namesOf(region) : region[part];",
      ].join('\n'),
      'other.job.ts': `import region from '#region';\nexport const handler = () => 1;\n`,
    };
    for (const [name, source] of Object.entries(sources))
      writeFileSync(join(functions, 'reading', name), source);
    bundles = await bundle({ region: taebaek, directory: join(temporary, 'made'), functions });
  });
  afterAll(() => rmSync(temporary, { recursive: true }));

  const fileOf = (entry: 'reading/api' | 'reading/other.job') =>
    join(bundles.directoryOf(entry), 'index.mjs');
  const codeOf = (entry: Parameters<typeof fileOf>[0]) => readFileSync(fileOf(entry), 'utf8');
  const handlerOf = (entry: Parameters<typeof fileOf>[0]) =>
    Answered.parse(createRequire(import.meta.url)(fileOf(entry))).handler;

  it('when a part is named, if only in a rule, then it is what the region has', () => {
    expect(handlerOf('reading/api')('names')).toEqual([taebaek.name, taebaek.areas]);
  });

  it('when a part is named nowhere, then the code goes without it, and asking for it is an error that names it', () => {
    expect(codeOf('reading/api')).not.toContain(taebaek.policies[0]?.legalBasis);
    expect(() => handlerOf('reading/api')('policies')).toThrow('leaves policies of the region out');
  });

  it('when nothing of it is read, then there is none', () => {
    expect(codeOf('reading/other.job').length).toBeLessThan(200);
  });

  it('when something fails, then its map still leads to the line, which stands after that of the region', () => {
    const map = z
      .object({ mappings: z.string(), sources: z.array(z.string()) })
      .parse(JSON.parse(readFileSync(`${fileOf('reading/api')}.map`, 'utf8')));
    const lines = codeOf('reading/api').split('\n');
    expect(lines[0]).toMatch(/^const LADDER_REGION=/);
    // Of the first line nothing is mapped, and something of the second.
    expect(map.mappings).toMatch(/^;[^;]/);
  });
});
