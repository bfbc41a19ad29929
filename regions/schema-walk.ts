import { z } from 'zod';
import type { RegionPath } from './fault.ts';

/**
 * The part of a schema that decides over one place of a value, without its optional wrappers; in a
 * union the alternative that the value most likely means. Undefined where the schema knows no such
 * place, or no alternative is meant.
 */
export function schemaAt(
  schema: z.ZodType,
  value: unknown,
  path: RegionPath,
): z.ZodType | undefined {
  const here = unwrapped(schema, value);
  const [step, ...rest] = path;
  if (here === undefined || step === undefined) return here;
  const inner = innerSchema(here, step);
  return inner && schemaAt(inner, valueAt(value, [step]), rest);
}

/** The value at a path, or undefined where there is none. */
export function valueAt(value: unknown, path: RegionPath): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (!isRecord(value) && !Array.isArray(value)) return undefined;
  return valueAt(Object.getOwnPropertyDescriptor(value, step)?.value, rest);
}

/** The keys that a mapping of this schema may have; none for what is no mapping of fixed keys. */
export function knownKeys(schema: z.ZodType | undefined): string[] {
  if (schema instanceof z.ZodObject) return Object.keys(schema.shape);
  const words = schema instanceof z.ZodRecord ? schema.keyType : undefined;
  return words instanceof z.ZodEnum ? words.options.map(String) : [];
}

/**
 * Which alternative of a union a value most likely means: the one that its discriminator names, else
 * the mapping for a mapping. -1 when it cannot be told, and the union should speak for itself.
 */
function meantAlternative(union: z.ZodUnion, value: unknown): number {
  if (!isRecord(value)) return -1;
  const discriminator =
    union instanceof z.ZodDiscriminatedUnion ? union.def.discriminator : undefined;
  return union.options.findIndex((option) => {
    if (!(option instanceof z.ZodObject)) return false;
    if (discriminator === undefined) return true;
    const tag: unknown = option.shape[discriminator];
    return tag instanceof z.ZodType && tag.safeParse(value[discriminator]).success;
  });
}

function unwrapped(schema: z.ZodType, value: unknown): z.ZodType | undefined {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodExactOptional) {
    return asClassic(schema.unwrap(), value);
  }
  if (schema instanceof z.ZodUnion) {
    const meant = schema.options[meantAlternative(schema, value)];
    // The union itself still has a description worth telling.
    return meant === undefined ? schema : asClassic(meant, value);
  }
  return schema;
}

function asClassic(schema: unknown, value: unknown): z.ZodType | undefined {
  return schema instanceof z.ZodType ? unwrapped(schema, value) : undefined;
}

function innerSchema(schema: z.ZodType, step: string | number): z.ZodType | undefined {
  let inner: unknown;
  if (schema instanceof z.ZodObject) inner = schema.shape[step];
  else if (schema instanceof z.ZodArray) inner = schema.element;
  else if (schema instanceof z.ZodRecord) inner = schema.valueType;
  return inner instanceof z.ZodType ? inner : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
