import type { Value } from './attribute.ts';
import type { Bindings } from './expression/bindings.ts';
import { checkCondition } from './expression/check-condition.ts';
import type { Condition, Operand } from './expression/syntax.ts';
import { behind, bytesOf, type Key, type KeyAttribute } from './key.ts';
import { invalid, invalidParameter } from './refusal.ts';

/** A bound of sort keys: what stands before it, as SQL has it, and its bytes. */
export interface Bound {
  readonly by: '=' | '<' | '<=' | '>' | '>=';
  readonly bytes: Buffer;
}

/** What a query looks at: one partition, within these bounds. */
export interface KeyRange {
  readonly hash: Buffer;
  readonly bounds: readonly Bound[];
}

/** @throws Refusal - `ValidationException`: it is more, or less, than a condition on keys may be */
export function keyRange(condition: Condition, key: Key, bindings: Bindings): KeyRange {
  checkCondition(condition, bindings);
  const parts = partsOf(condition).map((part) => ({ part, name: subjectOf(part, bindings) }));
  const [partition, ...others] = parts.filter(({ name }) => name === key.hash.name);
  const sorted = parts.filter(({ name }) => name === key.range?.name);
  if (partition === undefined) {
    throw invalid(`Query condition missed key schema element: ${key.hash.name}`);
  }
  if (others.length > 0 || sorted.length > 1) {
    throw invalid(
      'Invalid KeyConditionExpression: KeyConditionExpressions must only contain one condition per key',
    );
  }
  if (sorted.length + 1 < parts.length) throw invalid('Query key condition not supported');
  const { part } = partition;
  if (part.kind !== 'compare' || part.by !== '=')
    throw invalid('Query key condition not supported');
  const [range] = sorted;
  return {
    hash: literal(key.hash, part.right, bindings),
    bounds: range && key.range ? boundsOf(range.part, key.range, bindings) : [],
  };
}

function partsOf(condition: Condition): readonly Condition[] {
  return condition.kind === 'and'
    ? [...partsOf(condition.left), ...partsOf(condition.right)]
    : [condition];
}

function subjectOf(part: Condition, bindings: Bindings): string {
  const subject = part.kind === 'compare' ? part.left : 'of' in part ? part.of : undefined;
  if (subject?.kind !== 'path') {
    throw invalid('Invalid operator used in KeyConditionExpression');
  }
  const path = bindings.path(subject.path);
  if (path.length > 1) {
    throw invalid('KeyConditionExpressions cannot have conditions on nested attributes');
  }
  return String(path[0]);
}

function literal(
  attribute: KeyAttribute,
  operand: Operand | undefined,
  bindings: Bindings,
): Buffer {
  if (operand?.kind !== 'value') {
    throw invalid('Invalid condition in KeyConditionExpression: no value to compare with');
  }
  const value: Value = bindings.value(operand.name);
  if (value[attribute.type] === undefined) {
    throw invalidParameter('Condition parameter type does not match schema type');
  }
  const bytes = bytesOf(attribute, value);
  if (bytes.length > 0) return bytes;
  throw invalidParameter(
    `The AttributeValue for a key attribute cannot contain an empty string value. Key: ${attribute.name}`,
  );
}

function boundsOf(part: Condition, attribute: KeyAttribute, bindings: Bindings): readonly Bound[] {
  const bytes = (operand: Operand | undefined) => literal(attribute, operand, bindings);
  if (part.kind === 'compare' && part.by !== '<>') {
    return [{ by: part.by, bytes: bytes(part.right) }];
  }
  if (part.kind === 'between') {
    return [
      { by: '>=', bytes: bytes(part.low) },
      { by: '<=', bytes: bytes(part.high) },
    ];
  }
  if (part.kind !== 'test' || part.test !== 'begins_with' || attribute.type === 'N') {
    throw invalid('Invalid operator used in KeyConditionExpression');
  }
  const prefix = bytes(part.by);
  const end = behind(prefix);
  return [{ by: '>=', bytes: prefix }, ...(end ? [{ by: '<' as const, bytes: end }] : [])];
}
