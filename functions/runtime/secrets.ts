import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { z } from 'zod';
import { now } from './clock.ts';

const client = new SecretsManagerClient({});
const cache = new Map<string, { readonly value: unknown; readonly until: number }>();

/** Milliseconds for which a secret is kept, so that a rotated one is taken up within minutes. */
const keptFor = 300_000;

/**
 * A secret's JSON value, checked against its schema and kept for a few minutes.
 *
 * @throws {UnusableSecret} it has another shape than the schema's: an operator has to put its value
 */
export async function readSecret<Schema extends z.ZodType>(
  name: string,
  schema: Schema,
): Promise<z.output<Schema>> {
  const kept = cache.get(name);
  if (kept !== undefined && kept.until > now().epochMilliseconds) return schema.parse(kept.value);
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: name }));
  const parsed = schema.safeParse(fromJson(SecretString ?? ''));
  if (!parsed.success) throw new UnusableSecret(name);
  cache.set(name, { value: parsed.data, until: now().epochMilliseconds + keptFor });
  return parsed.data;
}

/** Makes the next read ask again, for when the other side no longer takes what was kept. */
export function forgetSecret(name: string): void {
  cache.delete(name);
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** A secret that nobody has filled yet, or not as its schema says. Its value is not quoted. */
export class UnusableSecret extends Error {
  override readonly name = 'UnusableSecret';
  readonly code = 'unusable-secret';

  constructor(secret: string) {
    super(
      `the secret ${secret} does not have the expected shape: put its value with aws secretsmanager put-secret-value`,
    );
  }
}
