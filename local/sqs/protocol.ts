import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { ServiceError, type ServiceReply } from '../service.ts';

/**
 * Errors that SQS had under another name before it spoke JSON. The SDKs read the old name, and whose
 * fault it was, from a header of the reply.
 * @see https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#aws-protocols-awsquerycompatible-trait
 */
const formerNames: Readonly<Record<string, string>> = {
  BatchEntryIdsNotDistinct: 'AWS.SimpleQueueService.BatchEntryIdsNotDistinct',
  BatchRequestTooLong: 'AWS.SimpleQueueService.BatchRequestTooLong',
  EmptyBatchRequest: 'AWS.SimpleQueueService.EmptyBatchRequest',
  InvalidBatchEntryId: 'AWS.SimpleQueueService.InvalidBatchEntryId',
  MessageNotInflight: 'AWS.SimpleQueueService.MessageNotInflight',
  QueueDoesNotExist: 'AWS.SimpleQueueService.NonExistentQueue',
  QueueNameExists: 'QueueAlreadyExists',
  TooManyEntriesInBatchRequest: 'AWS.SimpleQueueService.TooManyEntriesInBatchRequest',
  UnsupportedOperation: 'AWS.SimpleQueueService.UnsupportedOperation',
};

const contentType = 'application/x-amz-json-1.0';

/** A successful reply in AWS JSON 1.0. */
export function reply(output: object): ServiceReply {
  return {
    status: 200,
    headers: { 'content-type': contentType, 'x-amzn-requestid': randomUUID() },
    body: JSON.stringify(output),
  };
}

/** A refusal in AWS JSON 1.0, with the header that tells SDKs the error's former name. */
export function refusal(error: ServiceError): ServiceReply {
  const fault = error.status < 500 ? 'Sender' : 'Receiver';
  return {
    status: error.status,
    headers: {
      'content-type': contentType,
      'x-amzn-requestid': randomUUID(),
      'x-amzn-query-error': `${formerName(error.code)};${fault}`,
    },
    body: JSON.stringify({ __type: `com.amazonaws.sqs#${error.code}`, message: error.message }),
  };
}

/** The error's name as batch results and old SDKs carry it. */
export function formerName(code: string): string {
  return formerNames[code] ?? code;
}

/**
 * Reads an operation's input.
 * @throws ServiceError - `SerializationException`, `MissingParameter`, `InvalidParameterValue`, or
 *   `UnsupportedOperation` for a parameter that the local region does not know
 */
export function parseInput<Schema extends z.ZodType>(
  schema: Schema,
  operation: string,
  body: Buffer,
): z.output<Schema> {
  const given = parseJson(operation, body);
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw inputError(operation, given, parsed.error.issues[0]);
}

/** @throws ServiceError - `SerializationException` */
export function parseJson(operation: string, body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw new ServiceError(
      'SerializationException',
      `${operation}: the body is not JSON in UTF-8.`,
    );
  }
}

function inputError(
  operation: string,
  given: unknown,
  issue: z.core.$ZodIssue | undefined,
): ServiceError {
  const path = (issue?.path ?? []).map(String);
  if (issue?.code === 'unrecognized_keys') {
    const names = issue.keys.map((key) => [...path, key].join('.')).join(', ');
    return new ServiceError(
      'UnsupportedOperation',
      `${operation}: the local region's SQS does not know the parameter ${names}.`,
    );
  }
  const name = path.join('.') || 'the request';
  if (valueAt(given, path) === undefined) {
    return new ServiceError('MissingParameter', `The request must contain the parameter ${name}.`);
  }
  return invalidValue(name, issue?.message ?? 'it is malformed');
}

function valueAt(given: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined,
    given,
  );
}

/** `InvalidParameterValue` with AWS's wording: which parameter, and the reason. */
export function invalidValue(parameter: string, reason: string, value?: unknown): ServiceError {
  const shown = value === undefined ? '' : `${String(value)} `;
  return new ServiceError(
    'InvalidParameterValue',
    `Value ${shown}for parameter ${parameter} is invalid. Reason: ${reason}.`,
  );
}
