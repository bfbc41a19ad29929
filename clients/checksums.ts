import { hash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Answer } from './transport.ts';

/** By what S3 knows a body that came as it was sent; the AWS SDK's kind. */
export function checksumHeaders(body: string): Readonly<Record<string, string>> {
  return { 'x-amz-sdk-checksum-algorithm': 'CRC32', 'x-amz-checksum-crc32': crc32Of(body) };
}

/** @throws {Error} an object is not what its checksum says; one of parts has none that is told of the whole */
export function checkBody({ headers, body }: Answer): void {
  const kinds = {
    'x-amz-checksum-crc32': () => crc32Of(body),
    'x-amz-checksum-sha256': () => hash('sha256', body, 'base64'),
  };
  for (const [header, measure] of Object.entries(kinds)) {
    const told = headers[header];
    if (typeof told !== 'string' || told.includes('-') || told === measure()) continue;
    throw new Error(`Checksum mismatch: the object is not what ${header} says. Ask once more.`);
  }
}

function crc32Of(body: string | Uint8Array): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(body));
  return bytes.toString('base64');
}
