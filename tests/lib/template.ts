import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { type App, Stack } from 'aws-cdk-lib/core';
import { afterAll } from 'vitest';
import { z } from 'zod';
import { assemble } from '../../lib/assemble.ts';
import { loadRegion } from '../../regions/load.ts';
import type { Region } from '../../regions/schema.ts';

const Resource = z.object({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  DeletionPolicy: z.string().optional(),
  UpdateReplacePolicy: z.string().optional(),
});
export type Resource = z.output<typeof Resource>;

export const seoul: Region = loadRegion('regions/seoul.yaml');
export const taebaek: Region = loadRegion('regions/taebaek.yaml');

/**
 * The app of a region with code that is not ours, for bundling is tested where it happens. What it writes is
 * gone after the file's tests.
 */
export function assembleRegion(region: Region): App {
  const directory = fileURLToPath(new URL('fixtures/handler', import.meta.url));
  const outdir = mkdtempSync(join(tmpdir(), 'ladder-template-'));
  afterAll(() => rmSync(outdir, { recursive: true, force: true }));
  return assemble(region, () => Code.fromAsset(directory), outdir);
}

const made = new WeakMap<Region, Template>();

/** The template of a region, to be read only: one synthesis for all files of a worker. */
export function templateOf(region: Region): Template {
  const template = made.get(region) ?? synthesized(region);
  made.set(region, template);
  return template;
}

function synthesized(region: Region): Template {
  const stack = assembleRegion(region).node.findChild('Region');
  if (!Stack.isStack(stack)) throw new Error('the app has no stack "Region"');
  return Template.fromStack(stack);
}

/** Every resource of a type, by logical id. */
export function resourcesOf(template: Template, type: string): ReadonlyMap<string, Resource> {
  const found = Object.entries(template.findResources(type));
  return new Map(found.map(([id, resource]) => [id, Resource.parse(resource)]));
}
