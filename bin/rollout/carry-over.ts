import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  ResourceExistsException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type { Region } from '../../regions/schema.ts';
import { asking } from './asking.ts';
import { type Changes, deletesSecrets } from './changes.ts';
import { isUnfilled } from './nowhere.ts';
import { changeEntries, type Entries, fromJson, readEntries, readText } from './secret-entries.ts';
import { openedProviders, providersSecret } from './secrets-file.ts';

/** The name of the secret that has what opens providers between two templates, and is there only then. */
export function carriedSecret(region: Pick<Region, 'id'>): string {
  return `${providersSecret(region)}-carried`;
}

/**
 * Stacks of before 0.2.0 have a secret for each provider, which CloudFormation deletes as this template comes, with the
 * value that an operator has put. Keeps what they hold, as it is, in a secret that no stack has; `seedProviders` takes it
 * from there. Each line can be the last: what is kept stays until it is where it belongs, and is read anew before the next
 * deployment, for one that was rolled back leaves the secrets of before to operators.
 *
 * @param changes - what will be deployed
 * @returns for how many providers something was kept
 */
export async function carryBefore(
  secrets: SecretsManagerClient,
  region: Region,
  changes: Pick<Changes, 'resources'>,
): Promise<number> {
  if (!deletesSecrets(changes)) return 0;
  return asking('keeping what opens providers', async () => {
    const entries = await entriesOfBefore(secrets, region);
    const [id] = Object.keys(entries);
    if (id === undefined) return 0;
    await keep(secrets, region, entries, secretOfBefore(region, id));
    return Object.keys(entries).length;
  });
}

/** What is carried over; undefined: nothing is. */
export async function carriedEntries(
  secrets: SecretsManagerClient,
  region: Region,
): Promise<Entries | undefined> {
  return (await readEntries(secrets, carriedSecret(region)))?.entries;
}

/** Takes it away for good; that there is none is as good (Secrets Manager API, DeleteSecret). */
export async function dropCarried(secrets: SecretsManagerClient, region: Region): Promise<void> {
  const SecretId = carriedSecret(region);
  await secrets.send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }));
}

/** What operators have put for providers into a stack of before 0.2.0, by their ids. */
export async function entriesOfBefore(
  secrets: SecretsManagerClient,
  region: Region,
): Promise<Entries> {
  const found = await Promise.all(
    openedProviders(region).map(async ({ id }) => {
      const held = await readText(secrets, secretOfBefore(region, id));
      // What is no JSON is one, too: an operator has put it, and reads afterwards that it is wrong.
      const value = held && (fromJson(held.text) ?? held.text);
      return value === undefined || isUnfilled(value) ? [] : [[id, value] as const];
    }),
  );
  return Object.fromEntries(found.flat());
}

function secretOfBefore(region: Region, providerId: string): string {
  return `${providersSecret(region)}/${providerId}`;
}

/** @param like - a secret of before, with whose key it is encrypted */
async function keep(
  secrets: SecretsManagerClient,
  region: Region,
  entries: Entries,
  like: string,
): Promise<void> {
  const { KmsKeyId } = await secrets.send(new DescribeSecretCommand({ SecretId: like }));
  const Name = carriedSecret(region);
  const Description = `What opens providers of ${region.id}, on its way through an upgrade: the next rollout takes it away`;
  const SecretString = JSON.stringify(entries);
  try {
    await secrets.send(new CreateSecretCommand({ Name, Description, SecretString, KmsKeyId }));
  } catch (error) {
    if (!(error instanceof ResourceExistsException)) throw error;
    // Of an upgrade before this one, which did not come to its end.
    await changeEntries(secrets, Name, (there) => ({ ...there, ...entries }));
  }
}
