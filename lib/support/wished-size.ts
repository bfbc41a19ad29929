/** What the code of any function comes to at most, for a cold start reads every byte (1 kB is 1000 bytes). */
export const wishedSize = { bytes: 215_000, gzip: 70_000 } as const;

/**
 * Whether the code of a function has to become smaller: gzip leaves a third of ours, and is not asked itself, for what it
 * leaves to the byte differs between builds of zlib, and the same sources are to give the same code on every machine.
 */
export function isTooLarge(code: string | Uint8Array): boolean {
  return Buffer.byteLength(code) > Math.min(wishedSize.bytes, 3 * wishedSize.gzip);
}
