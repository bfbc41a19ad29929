import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** The checksums that S3 keeps beside an object, in base64, by the ends of their headers' names. */
export const checksumAlgorithms = ['crc32', 'crc32c', 'crc64nvme', 'sha1', 'sha256'] as const;
export type ChecksumAlgorithm = (typeof checksumAlgorithms)[number];

export interface Checksum {
  readonly algorithm: ChecksumAlgorithm;
  /** Base64. */
  readonly value: string;
}

export const checksumHeader = (algorithm: ChecksumAlgorithm) => `x-amz-checksum-${algorithm}`;

/** Bytes of each checksum. */
export const checksumLengths = {
  crc32: 4,
  crc32c: 4,
  crc64nvme: 8,
  sha1: 20,
  sha256: 32,
} as const satisfies Record<ChecksumAlgorithm, number>;

/** The checksum of some bytes, in base64. */
export function checksumOf(algorithm: ChecksumAlgorithm, bytes: Buffer): string {
  switch (algorithm) {
    case 'crc32':
      return bigEndian(BigInt(crc32(bytes)), 4);
    case 'crc32c':
      return bigEndian(crc(bytes, castagnoli, 32n), 4);
    case 'crc64nvme':
      return bigEndian(crc(bytes, nvme, 64n), 8);
    case 'sha1':
    case 'sha256':
      return createHash(algorithm).update(bytes).digest('base64');
  }
}

/** Base64. */
export function md5Of(bytes: Buffer): string {
  return createHash('md5').update(bytes).digest('base64');
}

/** The reflected polynomials of CRC-32C (RFC 3720) and CRC-64/NVME. */
const castagnoli = 0x82f63b78n;
const nvme = 0x9a6c9329ac4bc9b5n;

const tables = new Map<bigint, readonly bigint[]>();

function tableOf(polynomial: bigint): readonly bigint[] {
  const known = tables.get(polynomial);
  if (known !== undefined) return known;
  const table = Array.from({ length: 256 }, (_, byte) => {
    let value = BigInt(byte);
    for (let bit = 0; bit < 8; bit += 1) {
      value = value & 1n ? (value >> 1n) ^ polynomial : value >> 1n;
    }
    return value;
  });
  tables.set(polynomial, table);
  return table;
}

/** Slow, about a second for 10 MB: only who asks for these two waits for it. */
function crc(bytes: Buffer, polynomial: bigint, width: bigint): bigint {
  const table = tableOf(polynomial);
  const ones = (1n << width) - 1n;
  let value = ones;
  for (const byte of bytes) {
    value = (table[Number((value ^ BigInt(byte)) & 0xffn)] ?? 0n) ^ (value >> 8n);
  }
  return value ^ ones;
}

function bigEndian(value: bigint, length: number): string {
  return Buffer.from(value.toString(16).padStart(length * 2, '0'), 'hex').toString('base64');
}
