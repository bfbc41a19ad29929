import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { Secrets } from '../../../local/secrets/service.ts';
import { contextAt, create, credentials, serve } from '../sqs/server.ts';

/** Secrets Manager behind a real SDK client, with the values and the database that the test gives. */
export async function openSecrets(initial: Record<string, string> = {}, file = ':memory:') {
  let service: Secrets | undefined;
  const server = await serve((target) => (target === service?.target ? service : undefined));
  const context = contextAt(server.base, undefined, file);
  const secrets = new Secrets(context, new Map(Object.entries(initial)));
  service = secrets;
  const client = new SecretsManagerClient({
    endpoint: `${server.base}/_aws`,
    region: context.region,
    credentials,
    maxAttempts: 1,
  });
  return {
    context,
    secret: async (properties: object, logicalId = 'Secret') =>
      (await create(secrets, 'AWS::SecretsManager::Secret', properties, logicalId)).ref,
    get: (SecretId: string, more: object = {}) =>
      client.send(new GetSecretValueCommand({ SecretId, ...more })),
    put: (SecretId: string, SecretString: string, more: object = {}) =>
      client.send(new PutSecretValueCommand({ SecretId, SecretString, ...more })),
    client,
    close: async () => {
      client.destroy();
      await server.close();
      context.clock.stop();
      context.state.close();
    },
  };
}
export type OpenSecrets = Awaited<ReturnType<typeof openSecrets>>;
