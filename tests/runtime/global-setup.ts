import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where workers keep handlers that one of them has bundled, as long as the sources stay the same. */
    bundles: string;
  }
}

/** A directory of this run's for what `handlers.ts` bundles. */
export default function setup(project: TestProject) {
  const bundles = mkdtempSync(join(tmpdir(), 'ladder-bundles-'));
  project.provide('bundles', bundles);
  const forget = () => rmSync(bundles, { recursive: true, force: true });
  // Something has changed when tests are run again.
  project.onTestsRerun(async () => {
    forget();
    mkdirSync(bundles);
  });
  return forget;
}
