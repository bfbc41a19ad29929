import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** How much code a function reads when it starts. */
export interface Size {
  /** Bytes of all its files of code; source maps are no code. */
  readonly bytes: number;
  /** The same, each file compressed by gzip. */
  readonly gzip: number;
  readonly files: number;
}

/** What the code in a function's directory weighs. */
export function sizeOf(directory: string): Size {
  const files = codeIn(directory);
  return {
    bytes: files.reduce((sum, file) => sum + file.byteLength, 0),
    gzip: files.reduce((sum, file) => sum + gzipSync(file).byteLength, 0),
    files: files.length,
  };
}

/** What is never to be in a function, and found in its code all the same. */
export function unwantedIn(directory: string): readonly string[] {
  const code = codeIn(directory).map(String).join('\n');
  return unwanted.filter(({ sign }) => sign.test(code)).map(({ what }) => what);
}

const unwanted = [
  { what: 'node:http, imported statically', sign: /\b(from|import)\s*["'](node:)?http["']/ },
  // Clients of our own stand for it (lib/support/own-clients.ts).
  { what: 'the AWS SDK', sign: /@smithy\/|smithy\.ts\.sdk/ },
  { what: 'credentials of single sign-on', sign: /sso_start_url/ },
  { what: 'credentials in INI files', sign: /aws_access_key_id|credential_process/ },
  // There is none that asks for a module when it runs; whoever needs it gives bundles a banner with createRequire.
  { what: 'require(), which an ES module does not have', sign: /Dynamic require of/ },
  { what: 'credentials of a container', sign: /169\.254\.170\.2/ },
];

function codeIn(directory: string): readonly Buffer[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith('.mjs'))
    .map((name) => readFileSync(join(directory, name)));
}
