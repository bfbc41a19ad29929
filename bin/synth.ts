import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { loadRegion } from '../regions/load.ts';
import type { Region } from '../regions/schema.ts';
import { beforeYouDeploy } from './samples.ts';

/** The CDK app of a region could not be synthesized; the text is what it printed. */
export class SynthesisFailed extends Error {
  override readonly name = 'SynthesisFailed';
  readonly code = 'synthesis-failed';
}

/**
 * Runs the CDK app in a process of its own, so that its 150 MB are gone when the region runs.
 *
 * @param output - directory that the cloud assembly is written to
 * @param interrupted - ends the app when it is aborted, and what it wrote beside the output is gone
 * @throws {SynthesisFailed} with what the app printed
 */
export async function synthesizeApart(
  regionFile: string,
  output: string,
  interrupted?: AbortSignal,
): Promise<void> {
  const app = fileURLToPath(new URL('app.ts', import.meta.url));
  const child = spawn(process.execPath, [app, regionFile, '--output', output], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed: string[] = [];
  child.stdout.on('data', (text) => printed.push(String(text)));
  child.stderr.on('data', (text) => printed.push(String(text)));
  const stop = () => void child.kill();
  interrupted?.addEventListener('abort', stop);
  const end = await new Promise<number | NodeJS.Signals | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? signal));
  }).finally(() => interrupted?.removeEventListener('abort', stop));
  if (end === 0) return;
  const text = printed.join('').trim();
  throw new SynthesisFailed(text || `the CDK app ended (${end}) and said nothing`);
}

/** `ladder synth`: checks the region file, and meanwhile has its cloud assembly written. */
export async function synth(regionFile: string, output: string): Promise<void> {
  const begun = Date.now();
  const refused = new AbortController();
  const written = synthesizeApart(regionFile, output, refused.signal);
  let region: Region;
  try {
    region = loadRegion(regionFile);
  } catch (error) {
    refused.abort();
    // The app has found the same mistakes, or was ended: it has nothing to add.
    await written.catch(() => {});
    throw error;
  }
  console.log(`Synthesizing ${region.id} …`);
  await written;
  console.log(
    `${output} holds the cloud assembly of ${region.id} (${((Date.now() - begun) / 1000).toFixed(1)} s).`,
  );
  console.log(beforeYouDeploy(region, regionFile));
  console.log(`Deploy it with: npm run rollout -- ${regionFile}`);
}
