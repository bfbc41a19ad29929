import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { budgets } from '../../bench/budgets.ts';
import { sizeOf, unwantedIn } from '../../bench/bundle-sizes.ts';
import { type HeldAssembly, synthesizeOnce } from '../../bin/assembly-cache.ts';
import { findEntries } from '../../lib/support/entries.ts';

const Template = z.object({
  Resources: z.record(
    z.string(),
    z.object({
      Type: z.string(),
      Properties: z
        .object({
          Description: z.unknown().optional(),
          Code: z.object({ S3Key: z.string() }).optional(),
        })
        .optional(),
    }),
  ),
});

/** Where the assembly has the code of each of our functions. */
function directoriesIn(assembly: string): ReadonlyMap<string, string> {
  const template = readFileSync(join(assembly, 'Region.template.json'), 'utf8');
  const { Resources } = Template.parse(JSON.parse(template));
  return new Map(
    Object.values(Resources).flatMap(({ Type, Properties }) => {
      const [, entry] = /^functions\/(.+)\.ts of /.exec(String(Properties?.Description)) ?? [];
      const asset = Properties?.Code?.S3Key.replace(/\.zip$/, '');
      if (Type !== 'AWS::Lambda::Function' || entry === undefined || asset === undefined) return [];
      return [[entry, join(assembly, `asset.${asset}`)]];
    }),
  );
}

describe('given the bundles that the region of these tests runs', () => {
  let assembly: HeldAssembly;
  let directories: ReadonlyMap<string, string>;
  // The region has made them by now, so they are found and not made.
  beforeAll(async () => {
    assembly = await synthesizeOnce('regions/seoul.yaml');
    directories = directoriesIn(assembly.directory);
  });
  afterAll(() => assembly.free());

  const entries = findEntries('functions');

  it.each(entries)('then %s is within its budget (bench/budgets.ts)', (entry) => {
    const { bytes, gzip } = sizeOf(directories.get(entry) ?? '');
    expect(bytes, 'bytes').toBeLessThanOrEqual(budgets.functions.bytes);
    expect(gzip, 'bytes of gzip').toBeLessThanOrEqual(budgets.functions.gzip);
  });

  it.each(entries)('then %s carries nothing that no function needs', (entry) => {
    expect(unwantedIn(directories.get(entry) ?? '')).toEqual([]);
  });
});
