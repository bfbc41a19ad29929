import { createHash, generateKeyPair, type KeyObject } from 'node:crypto';
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { now } from '../runtime/clock.ts';
import { type KeyPair, PlatformKeys, PublicKey } from './contract.ts';

const client = new SecretsManagerClient({});

/** Keys, and the version of the secret that holds them. */
export interface KeptKeys {
  readonly version: string;
  /** Undefined as long as the secret has what the stack made it with. */
  readonly keys: PlatformKeys | undefined;
}

/** Milliseconds for which keys are not read again: one that is new by then is the one to come, which nobody uses yet. */
const keptFor = 300_000;

/** The secret with the platform's keys. */
export function keySecret(name: string) {
  let kept: { readonly found: KeptKeys; readonly until: number } | undefined;

  /** The keys as they are, or were minutes ago. One request. */
  async function read(): Promise<KeptKeys> {
    if (kept !== undefined && kept.until > now().epochMilliseconds) return kept.found;
    const { SecretString = '', VersionId = '' } = await client.send(
      new GetSecretValueCommand({ SecretId: name }),
    );
    const keys = PlatformKeys.safeParse(fromJson(SecretString)).data;
    const found = { version: VersionId, keys };
    if (keys !== undefined) kept = { found, until: now().epochMilliseconds + keptFor };
    return found;
  }

  /**
   * Puts keys in the place of those that were seen; false where somebody else did. The version that follows another has
   * its name from it, and "you can't modify an existing version" (Secrets Manager API, PutSecretValue): so of all who
   * saw the same keys, one puts the next.
   */
  async function replace({ version }: KeptKeys, keys: PlatformKeys): Promise<boolean> {
    kept = undefined;
    try {
      await client.send(
        new PutSecretValueCommand({
          SecretId: name,
          SecretString: JSON.stringify(keys),
          ClientRequestToken: createHash('sha256').update(`after ${version}`).digest('hex'),
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof ResourceExistsException) return false;
      throw error;
    }
  }

  return { read, replace };
}

/** A pair for RS256 of 2,048 bits (1EdTech Security Framework, section 6.3), named by its thumbprint (RFC 7638). */
export async function makePair(): Promise<KeyPair> {
  const { publicKey, privateKey } = await newPair();
  const { kty, n, e } = publicKey.export({ format: 'jwk' });
  // Its members in this order, and no others (section 3.2).
  const kid = createHash('sha256').update(JSON.stringify({ e, kty, n })).digest('base64url');
  const written = PublicKey.parse({ kty, kid, use: 'sig', alg: 'RS256', n, e });
  return {
    publicKey: written,
    privateKey: `${privateKey.export({ format: 'pem', type: 'pkcs8' })}`,
  };
}

/** Beside the thread that answers: it takes a tenth of a second. */
function newPair() {
  return new Promise<{ readonly publicKey: KeyObject; readonly privateKey: KeyObject }>(
    (resolve, reject) => {
      generateKeyPair('rsa', { modulusLength: 2_048 }, (error, publicKey, privateKey) => {
        if (error === null) resolve({ publicKey, privateKey });
        else reject(error);
      });
    },
  );
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
