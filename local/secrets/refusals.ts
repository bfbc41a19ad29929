import { ServiceError } from '../service.ts';
import { inputs } from './protocol.ts';

export function nameTaken(name: string): ServiceError {
  return new ServiceError(
    'ResourceExistsException',
    `The operation failed because the secret ${name} already exists.`,
  );
}

export function ofTheTemplate(name: string): ServiceError {
  return new ServiceError(
    'InvalidRequestException',
    `The secret ${name} is the template's: the local region deletes it with its stack only.`,
  );
}

export function changedVersion(id: string): ServiceError {
  return new ServiceError(
    'ResourceExistsException',
    `Version ${id} has another value already; a version's value does not change.`,
  );
}

export function noSuchValue(
  name: string,
  versionId: string | undefined,
  stage: string | undefined,
): ServiceError {
  const sought = [
    ...(versionId === undefined ? [] : [`version id: ${versionId}`]),
    ...(stage === undefined ? [] : [`staging label: ${stage}`]),
  ];
  return new ServiceError(
    'ResourceNotFoundException',
    `Secrets Manager can't find the specified secret value for ${sought.join(' and ')} of ${name}.`,
  );
}

export function unsupported(operation: string): ServiceError {
  return new ServiceError(
    'UnsupportedOperation',
    `The local region's Secrets Manager does not answer ${operation}. ` +
      `It answers ${Object.keys(inputs).join(', ')}.`,
  );
}
