import { readFileSync } from 'node:fs';
import type { Plugin } from 'esbuild';
import { withoutDocumentation } from './documentation.ts';
import { exportsHandler } from './entries.ts';
import { markPure } from './pure-constants.ts';

/**
 * Handlers are run for what they do; the other modules are nothing but what they export, and so are those to which a
 * handler leaves some of its routes or its work.
 */
const handler = /\/(api|[^/]+\.(api|job|trigger|worker))\.ts$/;

/** Here an object with the status and the body of an answer describes it; anywhere else it may be one. */
const contract = /[/.]contract\.ts$/;

/**
 * Lets the bundler leave out what a function does not use of contracts, rules and stores. In them nothing happens but
 * that constants are made: contracts and rules are pure (tests/architecture.test.ts), and a client or a table of rows
 * that nobody uses is missed by nobody. What only the description of the API tells is not among what is used.
 */
export const ownSources: Plugin = {
  name: 'own-sources',
  setup(build) {
    build.onLoad({ filter: /\/(functions|regions)\/.*\.ts$/ }, ({ path }) => {
      const written = readFileSync(path, 'utf8');
      if (handler.test(path) && exportsHandler(written)) return undefined;
      const source = markPure(written);
      return {
        contents: contract.test(path) ? withoutDocumentation(source) : source,
        loader: 'ts',
      };
    });
  },
};
