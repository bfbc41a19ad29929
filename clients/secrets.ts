import { randomUUID } from 'node:crypto';
import { failureClass, ServiceException } from './failure.ts';
import { jsonFailure, jsonOperations } from './json.ts';
import { type ClientOptions, ServiceClient } from './service.ts';
import { fromBase64, members, toBase64, toDate, withoutNulls } from './shapes.ts';

export class SecretsManagerServiceException extends ServiceException {}
export const ResourceExistsException = failureClass(
  'ResourceExistsException',
  SecretsManagerServiceException,
);

const secretsManager = {
  variable: 'SECRETS_MANAGER',
  host: 'secretsmanager',
  signedAs: 'secretsmanager',
  failure: jsonFailure({
    ServiceException: SecretsManagerServiceException,
    ResourceExistsException,
  }),
};

export class SecretsManagerClient extends ServiceClient {
  constructor(options: ClientOptions) {
    super(secretsManager, options);
  }
}

const operation = jsonOperations('1.1', 'secretsmanager', withoutNulls);

export const GetSecretValueCommand = operation('GetSecretValue', {
  output: members({ CreatedDate: toDate, SecretBinary: fromBase64 }),
});
const written = members({ SecretBinary: toBase64 });
export const PutSecretValueCommand = operation('PutSecretValue', {
  // One token for all attempts, which names the version.
  input: (input) => written({ ClientRequestToken: randomUUID(), ...Object(input) }),
});
