import {
  constants,
  createHash,
  createHmac,
  createPublicKey,
  publicEncrypt,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';
import type { PasswordSecret } from './user.ts';

// SRP-6a as Cognito speaks it: RFC 5054's 3072-bit group (appendix A) with SHA-256, integers hashed in
// two's complement, and an HKDF (RFC 5869) key that signs the server's secret block.
// https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow.html

const prime = BigInt(
  `0x${[
    'FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD',
    'EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED',
    'EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F',
    '83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B',
    'E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA0510',
    '15728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7',
    'ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200C',
    'BBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF',
  ].join('')}`,
);
const primeBytes = 384;
const generator = 2n;
const multiplier = integer(sha256(bytes(prime), bytes(generator)));

/** What the server sends as its half of the exchange and has to remember of it; hex. */
export interface ServerHalf {
  readonly secret: string;
  readonly public: string;
}

/** Turns a password into what may be kept of it. `identity` is the pool's short id and the username. */
export function secretOf(
  identity: string,
  password: string,
  salt: string = randomBytes(16).toString('hex'),
): PasswordSecret {
  const x = integer(sha256(bytes(BigInt(`0x${salt}`)), sha256(`${identity}:${password}`)));
  return { salt, verifier: power(generator, x).toString(16) };
}

/** Whether `password` is the one that `secret` was made of. */
export function matches(identity: string, password: string, secret: PasswordSecret): boolean {
  const given = bytes(BigInt(`0x${secretOf(identity, password, secret.salt).verifier}`));
  const kept = bytes(BigInt(`0x${secret.verifier}`));
  return given.length === kept.length && timingSafeEqual(given, kept);
}

/** Draws the server's half for a sign-in with `secret`. */
export function drawHalf(secret: PasswordSecret): ServerHalf {
  const b = integer(randomBytes(32));
  const open = (multiplier * BigInt(`0x${secret.verifier}`) + power(generator, b)) % prime;
  return { secret: b.toString(16), public: open.toString(16) };
}

/** Whether a client's public value can be taken: hex, and no multiple of the prime (RFC 5054, 2.5.4). */
export function isPublicValue(hex: string): boolean {
  return /^[0-9a-f]{1,1536}$/i.test(hex) && BigInt(`0x${hex}`) % prime !== 0n;
}

/** A client's claim to know the password; `secretBlock` and `signature` in base64. */
export interface Claim {
  readonly clientPublic: string;
  readonly secretBlock: string;
  readonly timestamp: string;
  readonly signature: string;
}

/** Whether the claim was signed by someone who knows the password behind `secret`. */
export function proves(
  claim: Claim,
  shortPoolId: string,
  username: string,
  secret: PasswordSecret,
  half: ServerHalf,
): boolean {
  const a = BigInt(`0x${claim.clientPublic}`);
  const u = sha256(bytes(a), bytes(BigInt(`0x${half.public}`)));
  const base = (a * power(BigInt(`0x${secret.verifier}`), integer(u))) % prime;
  const session = power(base, BigInt(`0x${half.secret}`));
  const key = createHmac('sha256', bytes(integer(u)))
    .update(bytes(session))
    .digest();
  const signer = createHmac('sha256', key).update('Caldera Derived Key\u0001').digest();
  const expected = createHmac('sha256', signer.subarray(0, 16))
    .update(shortPoolId)
    .update(username)
    .update(Buffer.from(claim.secretBlock, 'base64'))
    .update(claim.timestamp)
    .digest();
  const given = Buffer.from(claim.signature, 'base64');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/**
 * `base` to the power of `exponent`, modulo the prime. RSA without padding is nothing else, for any odd modulus and
 * any public exponent from 1 on, and OpenSSL does it in 0.8 ms, where a loop over bigints takes 5.
 */
function power(base: bigint, exponent: bigint): bigint {
  const key = createPublicKey({
    format: 'jwk',
    key: { kty: 'RSA', n: base64(prime), e: base64(exponent) },
  });
  const padded = Buffer.from((base % prime).toString(16).padStart(primeBytes * 2, '0'), 'hex');
  return integer(publicEncrypt({ key, padding: constants.RSA_NO_PADDING }, padded));
}

function base64(value: bigint): string {
  return bytes(value).toString('base64url');
}

/** Big-endian two's complement, as Java's `BigInteger.toByteArray` writes a non-negative number. */
function bytes(value: bigint): Buffer {
  const hex = value.toString(16);
  const even = hex.length % 2 === 0 ? hex : `0${hex}`;
  return Buffer.from(/^[89a-f]/i.test(even) ? `00${even}` : even, 'hex');
}

function integer(buffer: Buffer): bigint {
  return BigInt(`0x${buffer.toString('hex')}`);
}

function sha256(...parts: readonly (Buffer | string)[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}
