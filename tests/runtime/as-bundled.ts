import type { Plugin } from 'vitest/config';
import { clientFiles } from '../../lib/support/own-clients.ts';

/** What a test asks the functions' own client of DynamoDB, it asks by that client's commands. */
const spoken = ['@aws-sdk/client-dynamodb', '@aws-sdk/lib-dynamodb'];

/**
 * Functions ask AWS as in a bundle, by the files of `clients/` (docs/adr/0043-own-aws-clients.md): tested is what is deployed.
 * What else a test asks, it asks by the AWS SDK, so that what a function says and hears is seen by somebody else.
 */
export const asBundled: Plugin = {
  name: 'as-bundled',
  enforce: 'pre',
  resolveId: (source, importer = '') =>
    spoken.includes(source) || importer.includes('/functions/') ? clientFiles[source] : undefined,
};
