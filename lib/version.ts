import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { dataLevel } from '../functions/operation/contract.ts';

const projectDirectory = fileURLToPath(new URL('../', import.meta.url));
const Manifest = z.object({ version: z.string() });
const manifest: unknown = JSON.parse(readFileSync(join(projectDirectory, 'package.json'), 'utf8'));

/**
 * What a stack was made by: the release, and behind `+data.` how many migrations of data it knows, as build metadata
 * (Semantic Versioning 2.0.0, item 10). A command that deploys reads it before it changes anything.
 */
export const version = `${Manifest.parse(manifest).version}+data.${dataLevel}`;
