import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import jwt from 'jsonwebtoken';
import { afterAll, beforeAll } from 'vitest';

interface Pair {
  readonly kid: string;
  readonly keys: ReturnType<typeof newPair>;
}
const newPair = () => generateKeyPairSync('rsa', { modulusLength: 2048 });

export const ownName = 'village.quay';

/** The tool of "quay", whose key the test has: it says what no tool should. */
export interface OwnTool {
  /** Has a new key from now on, and no other. */
  turnKey(): void;
  /** Signs claims, at first those of an assertion for an audience; undefined takes one out. */
  sign(audience: string, otherwise?: Readonly<Record<string, unknown>>, options?: Signing): string;
  /** How often its keys were read. */
  reads(): number;
}

interface Signing {
  readonly kid?: string;
  readonly algorithm?: jwt.Algorithm;
  /** Of somebody else. */
  readonly foreign?: true;
}

/** Opens it for one test file, after the house whose secrets it is registered in. */
export function ownTool(): () => OwnTool {
  let tool: OwnTool;
  let pair: Pair;
  let reads = 0;
  const foreign = newPair();
  const server = createServer((_request, response) => {
    reads += 1;
    const { kid, keys } = pair;
    const key = keys.publicKey.export({ format: 'jwk' });
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ keys: [{ ...key, kid, use: 'sig' }] }));
  });
  const turnKey = () => {
    pair = { kid: randomUUID(), keys: newPair() };
  };
  beforeAll(async () => {
    turnKey();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    // A listening TCP server has an address with a port.
    const { port } = server.address() as AddressInfo;
    const base = `http://127.0.0.1:${port}`;
    const registered = {
      ...{ login: `${base}/login`, launch: `${base}/launch`, jwks: `${base}/jwks` },
      redirects: [`${base}/launch`],
      deepLink: `${base}/choose`,
    };
    const secrets = new SecretsManagerClient({});
    const held = await secrets.send(new GetSecretValueCommand({ SecretId: 'providers' }));
    const all = { ...JSON.parse(held.SecretString ?? ''), quay: registered };
    await secrets.send(
      new PutSecretValueCommand({ SecretId: 'providers', SecretString: JSON.stringify(all) }),
    );
    tool = { turnKey, sign, reads: () => reads };
  });
  afterAll(() => {
    server.close();
    server.closeAllConnections();
  });

  function sign(
    audience: string,
    otherwise = {},
    { kid, algorithm, foreign: other }: Signing = {},
  ) {
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      ...{ iss: ownName, sub: ownName, aud: audience, jti: randomUUID() },
      ...{ iat: now, exp: now + 300 },
      ...otherwise,
    };
    const given = Object.fromEntries(
      Object.entries(claims).filter(([, value]) => value !== undefined),
    );
    const { privateKey } = other ? foreign : pair.keys;
    return jwt.sign(given, algorithm === 'none' ? '' : privateKey, {
      algorithm: algorithm ?? 'RS256',
      keyid: kid ?? pair.kid,
      ...('iat' in given ? {} : { noTimestamp: true }),
    });
  }
  return () => tool;
}
