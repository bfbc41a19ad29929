import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';

const Access = z.object({ baseUrl: z.url(), token: z.string() });
const Account = z.object({ id: z.string(), externalId: z.string(), active: z.boolean() });
export type Account = z.infer<typeof Account>;
/** What opens each provider, by its id. */
const Entries = z.record(z.string(), z.unknown());
const Found = z.object({ Resources: z.array(Account).default([]) });

/** The accounts with an id of ours at a provider, read from its answer. */
export async function accountsAt(
  url: string,
  regionId: string,
  providerId: string,
  accountId: string,
): Promise<readonly Account[]> {
  return Found.parse(await askProvider(url, regionId, providerId, accountId)).Resources;
}

/**
 * What a provider itself answers about an id of ours. Where it is and what opens it is in the local region's
 * Secrets Manager, as it is for the worker.
 *
 * @param url - the local region
 */
export async function askProvider(
  url: string,
  regionId: string,
  providerId: string,
  accountId: string,
): Promise<unknown> {
  const { baseUrl, token } = Access.parse(await secretOf(url, regionId, providerId));
  const query = new URLSearchParams({ filter: `externalId eq "${accountId}"` });
  const response = await fetch(`${baseUrl}/Users?${query}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  return response.json();
}

/** Whether a provider can be asked as `askProvider` does: what opens it is what opens a SCIM server. */
export async function canBeAsked(
  url: string,
  regionId: string,
  providerId: string,
): Promise<boolean> {
  try {
    return Access.safeParse(await secretOf(url, regionId, providerId)).success;
  } catch (error) {
    // No provider of the region needs any.
    if (error instanceof ResourceNotFoundException) return false;
    throw error;
  }
}

async function secretOf(url: string, regionId: string, providerId: string): Promise<unknown> {
  const secrets = new SecretsManagerClient({
    endpoint: `${url}/_aws`,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const name = `ladder/${regionId}/providers`;
  const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: name }));
  return Entries.parse(JSON.parse(SecretString ?? ''))[providerId];
}
