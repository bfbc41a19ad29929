import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { z } from 'zod';
import { now } from './clock.ts';
import { fromJson } from './json.ts';

const client = new SecretsManagerClient({});
const cache = new Map<string, { readonly value: unknown; readonly until: number }>();

/** Milliseconds for which a secret is kept, so that a rotated one is taken up within minutes. */
const keptFor = 300_000;

/**
 * A secret's JSON value, or one entry of it, checked against its schema. The whole is kept for a few minutes; what is not of
 * its shape is asked for anew each time, so that it is there as soon as somebody has put it.
 *
 * @param entry - the key of the entry that is wanted: what others are like does not matter
 * @throws {UnusableSecret} it has another shape than the schema's: an operator has to put its value
 */
export async function readSecret<Schema extends z.ZodType>(
  name: string,
  schema: Schema,
  entry?: string,
): Promise<z.output<Schema>> {
  const read = (value: unknown) => schema.safeParse(entry ? Object(value)[entry] : value);
  const kept = cache.get(name);
  if (kept && kept.until > now().epochMilliseconds) {
    const { success, data } = read(kept.value);
    if (success) return data;
  }
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: name }));
  const value = fromJson(SecretString ?? '');
  cache.set(name, { value, until: now().epochMilliseconds + keptFor });
  const { success, data } = read(value);
  if (success) return data;
  throw new UnusableSecret(entry ? `${name} (${entry})` : name);
}

/** Makes the next read ask again, for when the other side no longer takes what was kept. */
export function forgetSecret(name: string): void {
  cache.delete(name);
}

/** A secret, or an entry of one, that nobody has filled yet, or not as its schema says. Its value is not quoted. */
export class UnusableSecret extends Error {
  override readonly name = 'UnusableSecret';
  readonly code = 'unusable-secret';

  constructor(secret: string) {
    super(
      `the secret ${secret} does not have the expected shape: put it with ladder rollout --secrets`,
    );
  }
}
