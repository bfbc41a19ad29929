import { createPublicKey, type KeyObject } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { z } from 'zod';
import { Refusal } from './refusal.ts';

const Address = z.url({ protocol: /^https?$/ });

/** Where the platform is that sends learners here, as its administrators tell each provider once. */
export const PlatformAddress = z.strictObject({
  /** Its name in all that it signs. */
  issuer: Address,
  /** Its public keys, a JSON Web Key Set (RFC 7517). */
  jwks: Address,
  /** Where LTI logins are sent (LTI security framework, section 5.1.1.2). */
  authorize: Address,
  /** Where tools get access tokens (the same, section 4). */
  token: Address,
  /** Where its API begins, to which providers tell events; the issuer when absent. */
  api: Address.optional(),
});
export type PlatformAddress = z.infer<typeof PlatformAddress>;

const KeySet = z.object({
  keys: z.array(z.looseObject({ kty: z.string(), kid: z.string().optional() })),
});

/** Seconds by which the platform's clock may differ. */
const tolerance = 30;

/** What the providers know of the platform, and how they see that something is really from there. */
export class Platform {
  readonly #now: () => number;
  #address: PlatformAddress | undefined;
  #keys = new Map<string, KeyObject>();

  /** @param now - milliseconds since the epoch */
  constructor(now: () => number, address?: PlatformAddress) {
    this.#now = now;
    this.#address = address;
  }

  /** @throws Refusal as long as nobody has told */
  get address(): PlatformAddress {
    if (this.#address !== undefined) return this.#address;
    const message = 'no platform is registered; PUT /control/platform tells where it is';
    throw new Refusal(503, 'no-platform', message);
  }

  /** From now on the platform is there; what was known of its keys is forgotten. */
  moved(address: PlatformAddress): void {
    this.#address = address;
    this.#keys = new Map();
  }

  /**
   * What a token of the platform says (RFC 7519), once it is seen to be signed by it, for `audience`, and for now.
   *
   * @throws Refusal 401 for any other
   */
  async claimsOf(token: string, audience: string): Promise<unknown> {
    const key = await this.#keyOf(token);
    try {
      return jwt.verify(token, key, {
        // No other, whatever the token's header says (RFC 8725 section 3.1).
        algorithms: ['RS256'],
        issuer: this.address.issuer,
        audience,
        clockTimestamp: Math.floor(this.#now() / 1000),
        clockTolerance: tolerance,
      });
    } catch (error) {
      if (error instanceof jwt.JsonWebTokenError) throw refused(error.message);
      throw error;
    }
  }

  /** A key that is not known is one that was made since: the set is read anew. */
  async #keyOf(token: string): Promise<KeyObject> {
    const kid = jwt.decode(token, { complete: true })?.header.kid;
    if (kid === undefined) throw refused('it is no JWT that names its key');
    if (!this.#keys.has(kid)) this.#keys = await this.#readKeys();
    const key = this.#keys.get(kid);
    if (key === undefined) throw refused(`the platform has no key "${kid}"`);
    return key;
  }

  async #readKeys(): Promise<Map<string, KeyObject>> {
    const { jwks } = this.address;
    const response = await fetch(jwks).catch((error: unknown) => {
      throw unreachable(jwks, String(error));
    });
    if (!response.ok) throw unreachable(jwks, `it answered ${response.status}`);
    const parsed = KeySet.safeParse(await response.json());
    if (!parsed.success) throw unreachable(jwks, z.prettifyError(parsed.error));
    return new Map(
      parsed.data.keys
        .filter(({ kty }) => kty === 'RSA')
        .flatMap((key) =>
          key.kid === undefined ? [] : [[key.kid, createPublicKey({ key, format: 'jwk' })]],
        ),
    );
  }
}

/** Once a token's claims are known: what they must say besides, or a 401 that names every claim that does not. */
export function claimsAs<T extends z.ZodType>(schema: T, claims: unknown): z.infer<T> {
  const parsed = schema.safeParse(claims);
  if (parsed.success) return parsed.data;
  throw refused(z.prettifyError(parsed.error));
}

export function refused(message: string): Refusal {
  return new Refusal(401, 'invalid-token', `the token is refused: ${message}`);
}

/** Nothing is said of the platform's answer but why it is no use. */
export function unreachable(url: string, why: string): Refusal {
  return new Refusal(502, 'platform-unreachable', `${url} was of no use: ${why}`);
}
