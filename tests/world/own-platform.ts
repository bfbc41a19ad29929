import { generateKeyPair, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { promisify } from 'node:util';
import express from 'express';
import { exportJWK, SignJWT } from 'jose';
import { z } from 'zod';

interface SigningKey {
  readonly kid: string;
  readonly pair: { readonly publicKey: KeyObject; readonly privateKey: KeyObject };
}

/**
 * What the world takes for its platform: a server with keys, made with npm `jose`; a test adds what else it answers
 * to `app`.
 */
export async function openPlatform() {
  const keys = [await newKey()];
  let asked = 0;
  const app = express();
  app.get('/jwks', async (_request, response) => {
    asked += 1;
    const shown = keys.map(async ({ kid, pair }) => ({
      ...(await exportJWK(pair.publicKey)),
      kid,
    }));
    response.json({ keys: await Promise.all(shown) });
  });
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = z.object({ port: z.int() }).parse(server.address());
  const url = `http://127.0.0.1:${port}`;
  return {
    app,
    url,
    address: {
      issuer: url,
      jwks: `${url}/jwks`,
      authorize: `${url}/authorize`,
      token: `${url}/token`,
    },
    /** How often its keys were asked for. */
    jwksAsked: () => asked,
    /** Signs with the newest key, or one of its own where a test says so. */
    sign: (claims: object, { kid, pair }: SigningKey = keys[0] ?? absent(), alg = 'RS256') =>
      new SignJWT({ ...claims }).setProtectedHeader({ alg, kid }).sign(pair.privateKey),
    /** From now on another key signs, and the one before is no longer published. */
    rotate: async () => {
      keys.splice(0, keys.length, await newKey());
    },
    newKey,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

let made = 0;
async function newKey(): Promise<SigningKey> {
  made += 1;
  const pair = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  return { kid: `key-${made}`, pair };
}

function absent(): never {
  throw new Error('the platform has no key');
}
