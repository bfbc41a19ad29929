import { createHash } from 'node:crypto';
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { isNamed } from './aws-refusals.ts';
import { RolloutStopped } from './stopped.ts';

/** What a secret holds of each provider, by its id. What is no provider's, such as what the stack made it with, stays. */
export type Entries = Readonly<Record<string, unknown>>;

/** A secret of entries as it is. */
export interface Held {
  readonly version: string;
  /** Undefined: it holds something else, which has no place for any entry. */
  readonly entries: Entries | undefined;
}

const Written = z.record(z.string(), z.unknown());

/** How often it is tried again when somebody else changes the secret meanwhile. */
const attempts = 5;

/** Reads a secret of entries; undefined where there is no such secret. */
export async function readEntries(
  secrets: SecretsManagerClient,
  name: string,
): Promise<Held | undefined> {
  const found = await readText(secrets, name);
  if (found === undefined) return undefined;
  return { version: found.version, entries: Written.safeParse(fromJson(found.text)).data };
}

/** A secret's value as it is; undefined where there is no such secret, or will be none. */
export async function readText(
  secrets: SecretsManagerClient,
  name: string,
): Promise<{ readonly version: string; readonly text: string } | undefined> {
  try {
    const { SecretString: text = '{}', VersionId: version = '' } = await secrets.send(
      new GetSecretValueCommand({ SecretId: name }),
    );
    return { version, text };
  } catch (error) {
    // What is being deleted is gone for whoever reads it: it takes a while after it was asked for.
    if (isNamed(error, 'ResourceNotFoundException', 'InvalidRequestException')) return undefined;
    throw error;
  }
}

/**
 * Changes a secret of entries, and writes only where that makes a difference. Of two who change it at once the later begins
 * anew with what the other put.
 *
 * @param change - what shall be there in the place of what is; undefined: nothing can be done about it
 * @returns what is there now
 * @throws {RolloutStopped} `secret-busy`
 */
export async function changeEntries(
  secrets: SecretsManagerClient,
  name: string,
  change: (entries: Entries | undefined) => Entries | undefined,
): Promise<Entries | undefined> {
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const held = await readEntries(secrets, name);
    const next = change(held?.entries);
    const isSame = JSON.stringify(next) === JSON.stringify(held?.entries);
    if (next === undefined || isSame) return held?.entries;
    if (await replace(secrets, name, held?.version ?? '', next)) return next;
  }
  const text = `The secret ${name} was changed by somebody else each time that it was read, or an earlier version of it was made current again. Run the same command again; if it stays so, put all of its entries once with "aws secretsmanager put-secret-value".`;
  throw new RolloutStopped('secret-busy', text);
}

/**
 * Puts entries in the place of those that were seen; false where somebody else did. The version that follows another has its
 * name from it, and no version is written twice with another value (Secrets Manager API, PutSecretValue).
 */
async function replace(
  secrets: SecretsManagerClient,
  name: string,
  version: string,
  entries: Entries,
): Promise<boolean> {
  try {
    await secrets.send(
      new PutSecretValueCommand({
        SecretId: name,
        SecretString: JSON.stringify(entries),
        ClientRequestToken: createHash('sha256').update(`after ${version}`).digest('hex'),
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof ResourceExistsException) return false;
    throw error;
  }
}

/** What is no JSON is undefined: the parser's error quotes it, and it is a secret. */
export function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
