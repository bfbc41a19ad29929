import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { type App, Stack } from 'aws-cdk-lib/core';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import { assemble } from '../../lib/assemble.ts';
import { loadRegion, parseRegion } from '../../regions/load.ts';
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

/** Taebaek's file with something added to its `deployment`, as the loader reads it. */
export function taebaekWith(deployment: string): Region {
  const text = readFileSync('regions/taebaek.yaml', 'utf8');
  return parseRegion(text.replace(/^deployment:\n/m, `deployment:\n${deployment}`), 'r.yaml');
}

/** A region with everything switched on that a region file may switch on. */
export const allOn: Region = taebaekWith(`
  domain: { name: api.taebaek.example, hostedZone: Z0123456789ABC }
  firewall:
    perAddress: 5000
    api:
      webAcl: arn:aws:wafv2:us-east-1:111122223333:global/webacl/ladder/1a2b3c4d
      certificate: arn:aws:acm:us-east-1:111122223333:certificate/1a2b3c4d
      clientCertificate: arn:aws:acm:us-east-1:111122223333:certificate/5e6f7a8b
      truststore: s3://ladder-trust/cloudfront.pem
  threatProtection: plus
  keys: own
`);

/** Every region that the project ships, by its file's name, and one with everything on. */
export const everyRegion: readonly (readonly [string, Region])[] = [
  ...readdirSync('regions')
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => [file, loadRegion(`regions/${file}`)] as const),
  ['everything on', allOn],
];

/**
 * The app of a region with code that is not ours, for bundling is tested where it happens. To be called within a test,
 * at whose end what it writes is gone.
 */
export function assembleRegion(region: Region): App {
  return assembledIn(outdirOfTest(), region);
}

/** Where an app may write as long as the test goes on that asks for it. */
export function outdirOfTest(): string {
  const outdir = newOutdir();
  onTestFinished(() => rmSync(outdir, { recursive: true, force: true }));
  return outdir;
}

const newOutdir = () => mkdtempSync(join(tmpdir(), 'ladder-template-'));

function assembledIn(outdir: string, region: Region): App {
  const directory = fileURLToPath(new URL('fixtures/handler', import.meta.url));
  return assemble(region, () => Code.fromAsset(directory), outdir);
}

/** By all that is in the region: what says the same in other words has the same template. */
const made = new Map<string, Template>();

/** The template of a region, to be read only: one synthesis for all files of a worker. */
export function templateOf(region: Region): Template {
  const key = JSON.stringify(region);
  const template = made.get(key) ?? synthesized(region);
  made.set(key, template);
  return template;
}

/** The template of a region, made anew. */
export function synthesized(region: Region): Template {
  const outdir = newOutdir();
  try {
    const stack = assembledIn(outdir, region).node.findChild('Region');
    if (!Stack.isStack(stack)) throw new Error('the app has no stack "Region"');
    return Template.fromStack(stack);
  } finally {
    // The template is read by now, and whoever asked first may be in the midst of a test.
    rmSync(outdir, { recursive: true });
  }
}

/** Every resource of a type, by logical id. */
export function resourcesOf(template: Template, type: string): ReadonlyMap<string, Resource> {
  const found = Object.entries(template.findResources(type));
  return new Map(found.map(([id, resource]) => [id, Resource.parse(resource)]));
}
