import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { ServiceError, type ServiceReply } from '../service.ts';

const SecretId = z.string().min(1).max(2048);

/** A secret's name, as a template or a request gives it. */
export const SecretName = z
  .string()
  .regex(/^[\w/+=.@-]{1,512}$/, 'may have letters, digits and /_+=.@-, 1 to 512 of them');

/** The parameters of each operation of Secrets Manager that the local region answers. */
export const inputs = {
  GetSecretValue: z.strictObject({
    SecretId,
    VersionId: z.string().optional(),
    VersionStage: z.string().optional(),
  }),
  DescribeSecret: z.strictObject({ SecretId }),
  CreateSecret: z.strictObject({
    Name: SecretName,
    Description: z.string().max(2048).optional(),
    // Nothing is encrypted on a developer's machine.
    KmsKeyId: z.string().optional(),
    ClientRequestToken: z.string().min(32).max(64).default(randomUUID),
    SecretString: z.string().max(65_536),
  }),
  DeleteSecret: z.strictObject({ SecretId, ForceDeleteWithoutRecovery: z.literal(true) }),
  PutSecretValue: z
    .strictObject({
      SecretId,
      ClientRequestToken: z.string().min(32).max(64).default(randomUUID),
      SecretString: z.string().max(65_536).optional(),
      SecretBinary: z.base64().optional(),
      VersionStages: z.array(z.string().min(1)).min(1).max(20).default(['AWSCURRENT']),
    })
    .refine(
      ({ SecretString, SecretBinary }) =>
        (SecretString === undefined) !== (SecretBinary === undefined),
      'You must provide either SecretString or SecretBinary, and not both.',
    ),
} as const;
export type Operation = keyof typeof inputs;
export type Input<Name extends Operation> = z.output<(typeof inputs)[Name]>;

/** Whether the local region answers an operation of this name. */
export function isOperation(name: string): name is Operation {
  return Object.hasOwn(inputs, name);
}

/** @throws ServiceError - `SerializationException`, `ValidationException` */
export function parseInput<Schema extends z.ZodType>(
  schema: Schema,
  operation: string,
  body: Buffer,
): z.output<Schema> {
  const parsed = schema.safeParse(parseJson(operation, body));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) =>
    [...issue.path.map(String), issue.message].join(': '),
  );
  throw new ServiceError('ValidationException', `${operation}: ${problems.join('; ')}`);
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

/** A reply in AWS JSON 1.1. */
export function reply(output: object, status = 200): ServiceReply {
  return {
    status,
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': randomUUID() },
    body: JSON.stringify(output),
  };
}

export function refusal(error: ServiceError): ServiceReply {
  return reply({ __type: error.code, Message: error.message }, error.status);
}
