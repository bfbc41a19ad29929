import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type HeldAssembly, synthesizeOnce } from '../assembly-cache.ts';
import { synthesizeApart } from '../synth.ts';
import type { Answer } from './teller.ts';

export type Assembly = Pick<HeldAssembly, 'directory' | 'free'>;

/**
 * The cloud assembly of a region file. What goes to AWS is always made of what is there; a local region may have the
 * one that is kept (docs/adr/0014-kept-assemblies.md).
 *
 * @throws {SynthesisFailed}
 */
export async function assembled(
  file: string,
  { kept, interrupted }: { readonly kept: boolean; readonly interrupted?: AbortSignal },
): Promise<Answer<Assembly>> {
  const result = kept ? await synthesizeOnce(file, interrupted) : await anew(file, interrupted);
  return { result, text: 'the template and the code of all functions' };
}

async function anew(file: string, interrupted: AbortSignal | undefined): Promise<Assembly> {
  const directory = mkdtempSync(join(tmpdir(), 'ladder-assembly-'));
  const free = () => rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
  try {
    await synthesizeApart(file, directory, interrupted);
    return { directory, free };
  } catch (error) {
    free();
    throw error;
  }
}
