import { createHash } from 'node:crypto';
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import type { Region } from '../../regions/schema.ts';
import { asking } from './asking.ts';
import { isOfItsShape, secretNames, shapeOf } from './secrets-file.ts';
import { RolloutStopped } from './stopped.ts';
import type { Answer } from './teller.ts';

export interface Seeded {
  /** Names of secrets that hold what the stack generated: nobody answers there. */
  readonly missing: readonly string[];
}

/** Where another party answers. Until an operator says, it is a name that leads nowhere (RFC 6761). */
const Address = z.looseObject({
  url: z.url().optional(),
  baseUrl: z.url().optional(),
  login: z.url().optional(),
});

/**
 * Puts the values that other parties have issued into the region's secrets. One that has a value already is left, so
 * that a rollout of years later does not bring an old key back.
 *
 * @param values - by secret name
 * @param overwrite - replaces values that are there
 * @throws {RolloutStopped} `secret-unusable`, naming all that hold what nobody can read and are not replaced
 */
export async function seed(
  secrets: SecretsManagerClient,
  region: Region,
  { values, overwrite }: { values: Readonly<Record<string, string>>; overwrite: boolean },
): Promise<Answer<Seeded>> {
  const names = secretNames(region);
  const states = await asking('filling secrets', () =>
    Promise.all(
      names.map(async (name) => {
        const value = values[name];
        const state = await stateOf(secrets, region, name);
        if (value === undefined || (state !== 'missing' && !overwrite)) return state;
        await put(secrets, name, value);
        return 'put';
      }),
    ),
  );
  requireUsable(
    region,
    names.filter((_, index) => states[index] === 'unusable'),
  );
  const missing = names.filter((_, index) => states[index] === 'missing');
  const count = (state: string) => states.filter((one) => one === state).length;
  const text = `${count('put')} secrets put, ${count('kept')} kept, ${missing.length} without a value`;
  return { result: { missing }, text, facts: { missing } };
}

/**
 * Names of secrets that wait for a value.
 *
 * @throws {RolloutStopped} `secret-unusable`
 */
export async function unfilled(
  secrets: SecretsManagerClient,
  region: Region,
): Promise<readonly string[]> {
  const names = secretNames(region);
  const states = await Promise.all(names.map((name) => stateOf(secrets, region, name)));
  requireUsable(
    region,
    names.filter((_, index) => states[index] === 'unusable'),
  );
  return names.filter((_, index) => states[index] === 'missing');
}

/** Says what they have to hold, and nothing of what they hold. */
function requireUsable(region: Region, names: readonly string[]): void {
  if (names.length === 0) return;
  const each = names.map(
    (name) => `The secret ${name} has to hold ${shapeOf(region, name)}, and does not.`,
  );
  const text = `${each.join('\n')}\nPut the whole of it with --secrets FILE and --overwrite-secrets, or with "aws secretsmanager put-secret-value".`;
  throw new RolloutStopped('secret-unusable', text);
}

/** The version's id follows from the value: an answer that got lost is not put twice. */
async function put(secrets: SecretsManagerClient, name: string, value: string): Promise<void> {
  const ClientRequestToken = createHash('sha256').update(`${name}\0${value}`).digest('hex');
  await secrets.send(
    new PutSecretValueCommand({ SecretId: name, SecretString: value, ClientRequestToken }),
  );
}

/** As it is: somebody's value, what the stack generated, or what is neither. */
async function stateOf(
  secrets: SecretsManagerClient,
  region: Region,
  name: string,
): Promise<'kept' | 'missing' | 'unusable'> {
  const { SecretString = '{}' } = await secrets.send(new GetSecretValueCommand({ SecretId: name }));
  const held = Address.safeParse(fromJson(SecretString));
  if (!held.success) return 'unusable';
  const address = held.data.url ?? held.data.baseUrl ?? held.data.login;
  if (address !== undefined) {
    if (new URL(address).hostname.endsWith('.invalid')) return 'missing';
    return isOfItsShape(region, name, held.data) ? 'kept' : 'unusable';
  }
  // A key alone looks the same whoever made it; one that replaced another was put by somebody.
  const described = await secrets.send(new DescribeSecretCommand({ SecretId: name }));
  const stages = Object.values(described.VersionIdsToStages ?? {}).flat();
  return stages.includes('AWSPREVIOUS') ? 'kept' : 'missing';
}

/** What is no JSON is undefined: the parser's error quotes it, and it is a secret. */
function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
