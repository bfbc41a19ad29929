import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Folders whose tests load no function that is deployed. */
const unit = 'architecture,bench,bin,clients,docs,lib,local,regions,world';

/** Node reads TypeScript by itself: what is not loaded anew for each file needs nobody who rewrites it first. */
const byNode = { viteModuleRunner: false, nodeLoader: false };

export default defineConfig({
  test: {
    // Vitest leaves one core to others; but many tests wait for processes that they have started.
    maxWorkers: Math.max(3, availableParallelism() - 1),
    // In CI a test that fails is run once more and reported as retried: a machine that is shared stalls now and then.
    retry: process.env['CI'] === undefined ? 0 : 1,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // What a request or a test leaves behind is collected while it is young: a tenth of the processor time.
    execArgv: ['--max-semi-space-size=32'],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          experimental: byNode,
          include: [`tests/{${unit}}/**/*.test.ts`, 'tests/*.test.ts'],
          // Nothing in these modules outlives a test, so files share them: a quarter of the time saved.
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'functions',
          experimental: byNode,
          include: ['tests/**/*.test.ts'],
          exclude: [`tests/{${unit},region,deploy,upgrade,whole,soak}/**`, 'tests/*.test.ts'],
          // What keeps something is loaded anew for each file, all else once for each worker.
          isolate: false,
          setupFiles: 'tests/runtime/own-modules.ts',
          globalSetup: 'tests/runtime/global-setup.ts',
        },
      },
      {
        extends: true,
        test: {
          name: 'region',
          experimental: byNode,
          include: ['tests/region/**/*.test.ts'],
          // One region serves them all; each test brings its own learners.
          globalSetup: 'tests/region/global-setup.ts',
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'whole',
          experimental: byNode,
          // These start regions of their own, and wait for them more than they work.
          include: ['tests/{deploy,upgrade,whole}/**/*.test.ts'],
          testTimeout: 90_000,
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          // Minutes long, so no part of `npm test`: `npm run soak`.
          name: 'soak',
          include: ['tests/soak/**/*.test.ts'],
          testTimeout: 400_000,
        },
      },
    ],
  },
});
