import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { readAssembly } from '../../../local/cloudformation/assembly.ts';
import { TemplateError } from '../../../local/cloudformation/problems.ts';

const made: string[] = [];
afterEach(() => {
  for (const directory of made.splice(0)) rmSync(directory, { recursive: true });
});

function assembly(files: Readonly<Record<string, unknown>>): string {
  const directory = mkdtempSync(join(tmpdir(), 'assembly-'));
  made.push(directory);
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(
      join(directory, name),
      typeof content === 'string' ? content : JSON.stringify(content),
    );
  }
  return directory;
}

const stack = (extra: object = {}) => ({
  type: 'aws:cloudformation:stack',
  environment: 'aws://unknown-account/unknown-region',
  properties: { templateFile: 'shop.template.json', ...extra },
});
const assets = { type: 'cdk:asset-manifest', properties: { file: 'shop.assets.json' } };
const template = { Resources: { X: { Type: 'Test::Any' } } };
const assetFile = {
  version: '55.0.0',
  files: {
    abc: {
      source: { path: 'asset.abc', packaging: 'zip' },
      destinations: { here: { bucketName: 'b', objectKey: 'abc.zip' } },
    },
  },
  dockerImages: {},
};

function problems(directory: string): readonly string[] {
  try {
    readAssembly(directory);
  } catch (error) {
    if (error instanceof TemplateError) {
      return error.problems.map(({ path, message }) => `${path}: ${message}`);
    }
    throw error;
  }
  return [];
}

describe('a cloud assembly', () => {
  it('gives the one stack, its template and the directories of its assets', () => {
    const directory = assembly({
      'manifest.json': {
        version: '55.0.0',
        artifacts: {
          shop: stack({ stackName: 'the-shop', parameters: { P: 'x' } }),
          'shop.assets': assets,
          Tree: { type: 'cdk:tree' },
        },
      },
      'shop.assets.json': assetFile,
      'shop.template.json': template,
    });
    mkdirSync(join(directory, 'asset.abc'));
    const read = readAssembly(directory);
    expect(read).toMatchObject({
      stackName: 'the-shop',
      region: undefined,
      parameters: { P: 'x' },
    });
    expect(read.template.Resources).toEqual(template.Resources);
    expect(read.assetPath('abc.zip')).toBe(join(directory, 'asset.abc'));
    expect(read.assetPath('other.zip')).toBeUndefined();
  });

  it('says when an asset has gone from the disk', () => {
    const directory = assembly({
      'manifest.json': { artifacts: { shop: stack(), 'shop.assets': assets } },
      'shop.assets.json': assetFile,
      'shop.template.json': template,
    });
    expect(() => readAssembly(directory).assetPath('abc.zip')).toThrow(/synthesize again/);
  });

  it('names the region that its stack is bound to', () => {
    const bound = { ...stack(), environment: 'aws://123456789012/eu-west-1' };
    const directory = assembly({
      'manifest.json': { artifacts: { shop: bound } },
      'shop.template.json': template,
    });
    expect(readAssembly(directory)).toMatchObject({ region: 'eu-west-1', stackName: 'shop' });
  });

  const bad: readonly [what: string, files: Record<string, unknown>, problem: RegExp][] = [
    ['an empty directory', {}, /^manifest\.json: there is no cloud assembly here/],
    ['a manifest that is no JSON', { 'manifest.json': '{' }, /^\(file\): cannot be read/],
    ['a manifest without artifacts', { 'manifest.json': {} }, /^artifacts: Invalid input/],
    [
      'two stacks',
      { 'manifest.json': { artifacts: { a: stack(), b: stack() } } },
      /^artifacts: the local region runs exactly one stack, and here are 2 \(a, b\)$/,
    ],
    [
      'a stage',
      { 'manifest.json': { artifacts: { a: stack(), s: { type: 'cdk:cloud-assembly' } } } },
      /^artifacts\.s: a stage/,
    ],
    [
      'an image',
      {
        'manifest.json': { artifacts: { shop: stack(), 'shop.assets': assets } },
        'shop.assets.json': { files: {}, dockerImages: { img: {} } },
        'shop.template.json': template,
      },
      /^dockerImages\.img: images of containers are not supported/,
    ],
    [
      'a template that has gone',
      { 'manifest.json': { artifacts: { shop: stack() } } },
      /^\(file\): cannot be read: ENOENT/,
    ],
  ];
  it.each(bad)('is refused: %s', (_, files, problem) => {
    const [first] = problems(assembly(files));
    expect(first).toMatch(problem);
  });
});
