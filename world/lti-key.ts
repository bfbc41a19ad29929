import { generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import jwt from 'jsonwebtoken';

/** The tool's own keys: new at each start, made when they are first asked for, as that takes a while. */
export class LtiKey {
  readonly #now: () => number;
  readonly #kid = randomUUID();
  #pair: { readonly publicKey: KeyObject; readonly privateKey: KeyObject } | undefined;

  /** @param now - milliseconds since the epoch */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** The public half, as a JSON Web Key Set (RFC 7517). */
  keySet(): object {
    const jwk = this.#keys().publicKey.export({ format: 'jwk' });
    return { keys: [{ ...jwk, kid: this.#kid, use: 'sig', alg: 'RS256' }] };
  }

  /** A JWT that says this for one minute, RS256 (LTI security framework, section 3.1). */
  sign(claims: object): string {
    const iat = Math.floor(this.#now() / 1000);
    return jwt.sign({ ...claims, iat, exp: iat + 60 }, this.#keys().privateKey, {
      algorithm: 'RS256',
      keyid: this.#kid,
    });
  }

  #keys() {
    this.#pair ??= generateKeyPairSync('rsa', { modulusLength: 2048 });
    return this.#pair;
  }
}
