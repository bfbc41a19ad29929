import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { neighboursAt, type World } from '../neighbours.ts';
import type { People } from '../people.ts';

const Access = z.object({ highland: z.object({ baseUrl: z.url() }) });

/** What stands around a region that is a process of its own: where, its secrets tell. */
export async function worldOf({ url }: People): Promise<World> {
  const secrets = new SecretsManagerClient({
    endpoint: `${url}/_aws`,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  const { SecretString } = await secrets.send(
    new GetSecretValueCommand({ SecretId: 'ladder/taebaek/providers' }),
  );
  return neighboursAt(
    new URL(Access.parse(JSON.parse(SecretString ?? '')).highland.baseUrl).origin,
  );
}
