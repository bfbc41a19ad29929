import { createHash } from 'node:crypto';
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type { Region } from '../../regions/schema.ts';
import { asking } from './asking.ts';
import { addressIn, leadsNowhere } from './nowhere.ts';
import { fromJson } from './secret-entries.ts';
import { ownSecrets, type SecretValues, shapeOf } from './secrets-file.ts';
import { seedProviders, stateOfEntries } from './seed-providers.ts';
import { RolloutStopped } from './stopped.ts';
import type { Answer } from './teller.ts';

/** How a value of another party is: somebody's, none, or what its readers cannot use; `put` just now. */
export type State = 'put' | 'kept' | 'missing' | 'unusable';

/** What another party issues: a secret, or a provider's entry of one. */
export interface Slot {
  /** As it is named to people. */
  readonly name: string;
  /** What it has to hold. */
  readonly shape: string;
  readonly state: State;
}

export interface Seeded {
  /** Names of what nobody has put: nobody answers there. */
  readonly missing: readonly string[];
}

/**
 * Puts the values that other parties have issued into the region's secrets. One that has a value already is left, so
 * that a rollout of years later does not bring an old key back. Brings to its end, too, what an upgrade carries over
 * (`carry-over.ts`).
 *
 * @param overwrite - replaces values that are there
 * @throws {RolloutStopped} `secret-unusable`, naming all that hold what nobody can read and are not replaced; `secret-busy`
 */
export async function seed(
  secrets: SecretsManagerClient,
  region: Region,
  { values, overwrite }: { readonly values: SecretValues; readonly overwrite: boolean },
): Promise<Answer<Seeded>> {
  const [own, providers] = await asking('filling secrets', () =>
    Promise.all([
      Promise.all(
        ownSecrets(region).map((name) => seedOwn(secrets, name, values.secrets[name], overwrite)),
      ),
      seedProviders(secrets, region, { values: values.providers, overwrite }),
    ]),
  );
  const slots = [...own, ...providers.slots];
  requireUsable(slots);
  const missing = named(slots, 'missing');
  const count = (state: State) => named(slots, state).length;
  const text = `${count('put')} secrets put, ${count('kept')} kept, ${missing.length} without a value`;
  const { carried, left } = providers;
  const lines = [
    ...(carried === 0 ? [] : [`carried over from secrets of before: ${carried}`]),
    ...left.map(ofNobody),
  ];
  return { result: { missing }, text, lines, facts: { missing, carried, left } };
}

/** How the values of other parties are. */
export interface Filling {
  /** Names of what waits for a value. */
  readonly missing: readonly string[];
  /** Names of entries whose provider the region file does not have. */
  readonly left: readonly string[];
  /** An upgrade has not come to its end: some are in a secret that only the next rollout empties. */
  readonly carried: string | undefined;
}

/**
 * Looks which values of other parties are there, and changes none.
 *
 * @throws {RolloutStopped} `secret-unusable`
 */
export async function fillingOf(secrets: SecretsManagerClient, region: Region): Promise<Filling> {
  const [own, providers] = await Promise.all([
    Promise.all(ownSecrets(region).map((name) => ownSlot(secrets, name))),
    stateOfEntries(secrets, region),
  ]);
  const slots = [...own, ...providers.slots];
  requireUsable(slots);
  const { left, carried } = providers;
  return { missing: named(slots, 'missing'), left, carried };
}

/** What is told of an entry that is left as it is: a provider that comes back finds it. */
export function ofNobody(name: string): string {
  return `of a provider that the region file does not have: ${name}`;
}

function named(slots: readonly Slot[], state: State): readonly string[] {
  return slots.filter((slot) => slot.state === state).map(({ name }) => name);
}

/** Says what they have to hold, and nothing of what they hold. */
function requireUsable(slots: readonly Slot[]): void {
  const unusable = slots.filter(({ state }) => state === 'unusable');
  if (unusable.length === 0) return;
  const each = unusable.map(
    ({ name, shape }) => `The secret ${name} has to hold ${shape}, and does not.`,
  );
  const text = `${each.join('\n')}\nPut the whole of it with --secrets FILE and --overwrite-secrets.`;
  throw new RolloutStopped('secret-unusable', text);
}

async function seedOwn(
  secrets: SecretsManagerClient,
  name: string,
  value: string | undefined,
  overwrite: boolean,
): Promise<Slot> {
  const slot = await ownSlot(secrets, name);
  if (value === undefined || (slot.state !== 'missing' && !overwrite)) return slot;
  await put(secrets, name, value);
  return { ...slot, state: 'put' };
}

/** The version's id follows from the value: an answer that got lost is not put twice. */
async function put(secrets: SecretsManagerClient, name: string, value: string): Promise<void> {
  const ClientRequestToken = createHash('sha256').update(`${name}\0${value}`).digest('hex');
  await secrets.send(
    new PutSecretValueCommand({ SecretId: name, SecretString: value, ClientRequestToken }),
  );
}

async function ownSlot(secrets: SecretsManagerClient, name: string): Promise<Slot> {
  return { name, shape: shapeOf(name), state: await stateOf(secrets, name) };
}

/** As it is: somebody's value, what the stack generated, or what is neither. */
async function stateOf(
  secrets: SecretsManagerClient,
  name: string,
): Promise<'kept' | 'missing' | 'unusable'> {
  const { SecretString = '{}' } = await secrets.send(new GetSecretValueCommand({ SecretId: name }));
  const address = addressIn(fromJson(SecretString));
  if (address === 'unreadable') return 'unusable';
  if (address !== undefined) return leadsNowhere(address) ? 'missing' : 'kept';
  // A key alone looks the same whoever made it; one that replaced another was put by somebody.
  const described = await secrets.send(new DescribeSecretCommand({ SecretId: name }));
  const stages = Object.values(described.VersionIdsToStages ?? {}).flat();
  return stages.includes('AWSPREVIOUS') ? 'kept' : 'missing';
}
