import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll, expect, it } from 'vitest';
import { z } from 'zod';
import { unpackRelease } from '../upgrade/release.ts';
import { resourcesOf, seoul, templateOf } from './template.ts';

const Indexes = z
  .array(z.looseObject({ IndexName: z.string(), KeySchema: z.unknown(), Projection: z.unknown() }))
  .default([]);

const directory = mkdtempSync(join(tmpdir(), 'ladder-release-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** The indexes of each table of a template: what a change of makes it another one. */
function indexesOf(template: Template): ReadonlyMap<string, readonly string[]> {
  const tables = resourcesOf(template, 'AWS::DynamoDB::Table');
  return new Map(
    [...tables].map(([id, { Properties }]) => {
      const indexes = Indexes.parse(Properties['GlobalSecondaryIndexes']);
      return [id, indexes.map((index) => JSON.stringify(index))];
    }),
  );
}

/** The templates of the releases that are kept: `keep-release.ts`. */
function keptReleases(): readonly Template[] {
  return globSync('tests/upgrade/release-*.tar.zst').map((file) => {
    unpackRelease(readFileSync(file), directory);
    const text = readFileSync(join(directory, 'Region.template.json'), 'utf8');
    return Template.fromJSON(JSON.parse(text));
  });
}

it('given a region of the release before, each table that it has gets or loses one index at most: CloudFormation does no two', () => {
  const after = indexesOf(templateOf(seoul));
  const releases = keptReleases();
  expect(releases.length).toBeGreaterThan(0);
  for (const release of releases) {
    const before = indexesOf(release);
    expect(before.size).toBeGreaterThan(5);
    for (const [table, indexes] of before) {
      const now = after.get(table) ?? [];
      const changed = [
        ...indexes.filter((index) => !now.includes(index)),
        ...now.filter((index) => !indexes.includes(index)),
      ];
      expect(changed.slice(1), table).toEqual([]);
    }
  }
});
