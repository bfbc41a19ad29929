import type { z } from 'zod';
import { ServiceError } from '../service.ts';
import type { Stores } from './stores.ts';

/** One operation of the API: reads the JSON that it was called with and returns what it answers. */
export interface Operation {
  readonly name: string;
  /** @throws ServiceError - the refusal, under AWS's name */
  run(stores: Stores, body: Buffer): Promise<object>;
}

/** Keeps the input's type between the schema and the function of one operation. */
export function operation<Schema extends z.ZodType>(
  name: string,
  input: Schema,
  run: (stores: Stores, input: z.output<Schema>) => object | Promise<object>,
): Operation {
  return { name, run: async (stores, body) => run(stores, parse(name, input, body)) };
}

/**
 * Takes a parameter that an operation or challenge cannot do without.
 * @throws ServiceError - `InvalidParameterException`
 */
export function required(parameters: Readonly<Record<string, string>>, name: string): string {
  const value = parameters[name];
  if (value !== undefined) return value;
  throw new ServiceError('InvalidParameterException', `Missing required parameter ${name}`);
}

function parse<Schema extends z.ZodType>(
  name: string,
  schema: Schema,
  body: Buffer,
): z.output<Schema> {
  const parsed = schema.safeParse(json(name, body));
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(describe);
  const count = `${faults.length} validation error${faults.length === 1 ? '' : 's'} detected`;
  throw new ServiceError('InvalidParameterException', `${count}: ${faults.join('; ')}`);
}

/** @throws ServiceError - `SerializationException` */
export function json(name: string, body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw new ServiceError('SerializationException', `${name}: the body is not JSON in UTF-8.`);
  }
}

// Never says the value: it may be a password.
function describe(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') {
    return `the local region does not support ${issue.keys.join(', ')}`;
  }
  const path = issue.path.join('.') || 'the input';
  return `Value at '${path}' failed to satisfy constraint: ${issue.message}`;
}
