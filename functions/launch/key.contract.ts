import * as z from 'zod';

/** The public half of a key, as everyone may have it (RFC 7517, RFC 7518 section 6.3.1). */
export const PublicKey = z.strictObject({
  kty: z.literal('RSA'),
  kid: z
    .string()
    .min(1)
    .meta({ examples: ['9HqzQ1kq0Zb8o0P1nqj9uT6r5sW4x3y2z1a0B0kQ8v7'] }),
  use: z.literal('sig'),
  alg: z.literal('RS256'),
  n: z.string().meta({ examples: ['sXchDaQebHnPiGvyDOAT4saGEUetSyo9MKLOoWFsueri23bOdgWp4Dy1'] }),
  e: z.string().meta({ examples: ['AQAB'] }),
});
export type PublicKey = z.infer<typeof PublicKey>;

/** Both halves; the private one as PKCS #8 in PEM. */
export const KeyPair = z.strictObject({ publicKey: PublicKey, privateKey: z.string().min(1) });
export type KeyPair = z.infer<typeof KeyPair>;

/** The platform's keys: what it signs with, what it signed with, and what it will sign with. */
export const PlatformKeys = z.strictObject({
  /** Since when `current` has been. */
  since: z.iso.datetime(),
  previous: KeyPair.exactOptional(),
  current: KeyPair,
  next: KeyPair,
});
export type PlatformKeys = z.infer<typeof PlatformKeys>;
