import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';

/** AES-256 in Galois/Counter mode (NIST SP 800-38D): 96 bits that are never used twice, and a tag of 128. */
const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

/** What is written is readable with the secret alone, of which nothing is kept: HKDF (RFC 5869) makes the key of it. */
const keyOf = (secret: string) =>
  Buffer.from(hkdfSync('sha256', secret, '', 'ladder: a remembered answer', 32));

/** By what something sealed is found; nobody finds the secret by it. */
export const sealedName = (secret: string) =>
  createHash('sha256').update(`ladder: the name of ${secret}`).digest('base64url');

/** Text that only who knows the secret reads. */
export function seal(text: string, secret: string): Buffer<ArrayBuffer> {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, keyOf(secret), nonce);
  const hidden = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), hidden]);
}

/**
 * The text again.
 *
 * @throws {Error} it was sealed with another secret, or changed
 */
export function unseal(sealed: Uint8Array, secret: string): string {
  const bytes = Buffer.from(sealed);
  const decipher = createDecipheriv(algorithm, keyOf(secret), bytes.subarray(0, nonceBytes));
  const rest = nonceBytes + tagBytes;
  decipher.setAuthTag(bytes.subarray(nonceBytes, rest));
  return Buffer.concat([decipher.update(bytes.subarray(rest)), decipher.final()]).toString('utf8');
}
