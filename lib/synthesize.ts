import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Region } from '../regions/schema.ts';
import type { Bundles } from './support/bundle.ts';
import type { HandlerEntry } from './support/entries.ts';

/**
 * Writes the cloud assembly of a region: its template, and a directory with the code of each function. It
 * needs neither network nor AWS account, and the same region and sources give the same bytes.
 *
 * @param outdir - made if need be; an assembly that is there is replaced
 * @throws {BuildFailure} esbuild's, naming file and line, when a handler cannot be bundled
 */
export async function synthesize(region: Region, outdir: string): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'ladder-bundle-'));
  try {
    // esbuild works in a process of its own; meanwhile this one reads the CDK.
    const [bundles, { assemble }, { Code }] = await Promise.all([
      bundleRegion(region, directory),
      import('./assemble.ts'),
      import('aws-cdk-lib/aws-lambda'),
    ]);
    removeAssembly(outdir);
    const codeOf = (entry: HandlerEntry) => Code.fromAsset(bundles.directoryOf(entry));
    assemble(region, codeOf, outdir).synth();
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Bundles every handler of the project for a region. */
export async function bundleRegion(region: Region, directory: string): Promise<Bundles> {
  const [
    { bundle },
    { aboutModule },
    { identityModule },
    { launchModule },
    { mentoringModule },
    { noticesModule },
  ] = await Promise.all([
    import('./support/bundle.ts'),
    import('./about-module.ts'),
    import('./identity-module.ts'),
    import('./launch-module.ts'),
    import('./mentoring-module.ts'),
    import('./notices-module.ts'),
  ]);
  const modules = {
    '#identity': () => identityModule(region),
    '#launch': () => launchModule(region),
    '#mentoring': () => mentoringModule(region),
  };
  // The reference, and the texts of each language.
  const beside = { '#about': aboutModule, '#notices': () => noticesModule(region) };
  return bundle({ region, directory, modules, beside });
}

/** Empties a directory that the CDK wrote, and no other; the CLI's locks stay. */
function removeAssembly(outdir: string): void {
  if (!existsSync(join(outdir, 'cdk.out'))) return;
  for (const name of readdirSync(outdir).filter((file) => !file.endsWith('.lock'))) {
    rmSync(join(outdir, name), { recursive: true });
  }
}
