import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'esbuild';
import { markPure } from './pure-constants.ts';

const clients = fileURLToPath(new URL('../../clients/', import.meta.url));

/** Of each package that functions import, the file that has of it what they use. */
const names: Readonly<Record<string, string>> = {
  '@aws-sdk/client-cloudwatch': 'cloudwatch',
  '@aws-sdk/client-cognito-identity-provider': 'cognito',
  '@aws-sdk/client-dynamodb': 'dynamodb',
  '@aws-sdk/client-lambda': 'lambda',
  '@aws-sdk/client-s3': 's3',
  '@aws-sdk/client-secrets-manager': 'secrets',
  '@aws-sdk/client-sesv2': 'ses',
  '@aws-sdk/client-sqs': 'sqs',
  '@aws-sdk/lib-dynamodb': 'dynamodb-documents',
  '@aws-sdk/s3-presigned-post': 's3-form',
  '@aws-sdk/s3-request-presigner': 's3-address',
  '@aws-sdk/util-dynamodb': 'dynamodb-rows',
};

/** The same with the place of each file: what runs functions that are not bundled reads these in the packages' stead. */
export const clientFiles: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(names).map(([name, file]) => [name, join(clients, `${file}.ts`)]),
);

/**
 * Functions are written and checked against the AWS SDK; in a bundle each of its packages is a file of `clients/`
 * (docs/adr/0043-own-aws-clients.md). What a file lacks is an error of the bundler that names it, and so is a package that
 * has none.
 */
export const ownClients: Plugin = {
  name: 'own-clients',
  setup(build) {
    build.onResolve({ filter: /^@(aws-sdk|smithy|aws)\// }, ({ path }) => {
      const file = clientFiles[path];
      if (file !== undefined) return { path: file };
      const text = `${path}: no file of clients/ stands for it (lib/support/own-clients.ts)`;
      return { errors: [{ text }] };
    });
    build.onLoad({ filter: /\/clients\/[\w-]+\.ts$/ }, ({ path }) => ({
      contents: markPure(readFileSync(path, 'utf8')),
      loader: 'ts',
    }));
  },
};
