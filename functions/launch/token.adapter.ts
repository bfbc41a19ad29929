import { createPrivateKey } from 'node:crypto';
import {
  createRemoteJWKSet,
  decodeJwt,
  errors,
  importJWK,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
  jwtVerify,
  SignJWT,
} from 'jose';
import type { Moment } from '../runtime/clock.ts';
import { describeError, log } from '../runtime/logger.ts';
import type { KeyPair, PublicKey } from './contract.ts';

const alg = 'RS256';

/** The type of our access tokens (RFC 9068, section 2.1): nothing else that we sign passes for one. */
export const accessType = 'at+jwt';

/** Signs claims with one of our keys. */
export async function sign(
  { publicKey, privateKey }: KeyPair,
  claims: Readonly<Record<string, unknown>>,
  typ: 'JWT' | typeof accessType = 'JWT',
): Promise<string> {
  const header = { alg, kid: publicKey.kid, typ };
  return new SignJWT({ ...claims }).setProtectedHeader(header).sign(createPrivateKey(privateKey));
}

/** Who says that they have signed something; nobody has looked whether they did. Undefined: it is no JWT. */
export function issuerOf(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
}

/** What must be so of a token, beside its signature. */
export interface Expected {
  readonly issuer: string;
  readonly audience: string;
  readonly now: Moment;
  /** Seconds by which the other's clock may differ. */
  readonly tolerance?: number;
  readonly typ?: string;
}

/** The claims of an access token that one of our keys has signed; undefined where none has, or it is over. */
export async function claimsOfOurs(
  token: string,
  keys: readonly PublicKey[],
  expected: Expected,
): Promise<unknown> {
  const keyOf: JWTVerifyGetKey = ({ kid }) => {
    const found = keys.find((key) => key.kid === kid);
    if (found === undefined) throw new errors.JWKSNoMatchingKey();
    return importJWK(found, alg);
  };
  return claimsOf(token, keyOf, expected);
}

/** The claims of what a tool has signed; undefined where it has not, or it is not of now, or its keys cannot be read. */
export async function claimsOfTool(
  token: string,
  jwks: string,
  expected: Expected,
): Promise<unknown> {
  const keyOf = keysAt(jwks);
  return keyOf && claimsOf(token, keyOf, expected);
}

async function claimsOf(token: string, keyOf: JWTVerifyGetKey, expected: Expected) {
  const { issuer, audience, now, tolerance = 0, typ } = expected;
  const options: JWTVerifyOptions = {
    // No other, whatever the token's header says (RFC 8725, section 3.1).
    algorithms: [alg],
    issuer,
    audience,
    currentDate: new Date(now.epochMilliseconds),
    clockTolerance: tolerance,
    // What was signed long ago is old, whatever end it gives itself.
    maxTokenAge: longestAge,
    requiredClaims: ['exp'],
    ...(typ === undefined ? {} : { typ }),
  };
  try {
    const { payload } = await jwtVerify(token, keyOf, options);
    return payload;
  } catch (error) {
    // A TypeError is what fetch throws where there is no connection.
    if (!(error instanceof errors.JOSEError || error instanceof TypeError)) throw error;
    log.warn('token refused', describeError(error));
    return undefined;
  }
}

/** Seconds since which a token may have been signed. */
const longestAge = 3_600;

/** A tool's keys, by their address: read again after ten minutes, or for a key that is new, but not twice a minute. */
const sets = new Map<string, JWTVerifyGetKey>();

/** Undefined where nobody could be sure whose keys they are: without TLS they are read on the same machine only. */
function keysAt(jwks: string): JWTVerifyGetKey | undefined {
  const known = sets.get(jwks);
  if (known !== undefined) return known;
  const url = new URL(jwks);
  if (url.protocol !== 'https:' && !isLoopback(url.hostname)) return undefined;
  // A redirect is an error to it: it takes 200 and nothing else.
  const made = createRemoteJWKSet(url, {
    timeoutDuration: 3_000,
    cooldownDuration: 60_000,
    cacheMaxAge: 600_000,
  });
  sets.set(jwks, made);
  return made;
}

const isLoopback = (hostname: string) =>
  hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
