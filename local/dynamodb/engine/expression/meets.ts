import { binaryLength, compare, equal, type Item, typeOf, type Value } from '../attribute.ts';
import type { Bindings } from './bindings.ts';
import type { Comparator, Condition, Operand, Path, Test } from './syntax.ts';

/** Whether an item meets a condition; of what is not there, nothing is known but that. */
export function meets(condition: Condition, item: Item, bindings: Bindings): boolean {
  const valueIn = (operand: Operand) => operandIn(operand, item, bindings);
  switch (condition.kind) {
    case 'and':
      return meets(condition.left, item, bindings) && meets(condition.right, item, bindings);
    case 'or':
      return meets(condition.left, item, bindings) || meets(condition.right, item, bindings);
    case 'not':
      return !meets(condition.of, item, bindings);
    case 'compare':
      return compares(condition.by, valueIn(condition.left), valueIn(condition.right));
    case 'between': {
      const value = valueIn(condition.of);
      return (
        compares('>=', value, valueIn(condition.low)) &&
        compares('<=', value, valueIn(condition.high))
      );
    }
    case 'in': {
      const value = valueIn(condition.of);
      return condition.list.some((one) => compares('=', value, valueIn(one)));
    }
    case 'test':
      return passes(condition.test, valueIn(condition.of), condition.by && valueIn(condition.by));
  }
}

function operandIn(operand: Operand, item: Item, bindings: Bindings): Value | undefined {
  if (operand.kind === 'value') return bindings.value(operand.name);
  if (operand.kind === 'path') return bindings.at(item, operand.path);
  return sizeAt(operand.path, item, bindings);
}

function sizeAt(path: Path, item: Item, bindings: Bindings): Value | undefined {
  const value = bindings.at(item, path);
  if (value === undefined) return undefined;
  const { S, B, M } = value;
  const members = value.SS ?? value.NS ?? value.BS ?? value.L;
  const size = (count: number): Value => ({ N: String(count) });
  if (S !== undefined) return size(S.length);
  if (B !== undefined) return size(binaryLength(B));
  if (M !== undefined) return size(Object.keys(M).length);
  return members && size(members.length);
}

function compares(by: Comparator, left: Value | undefined, right: Value | undefined): boolean {
  if (left === undefined || right === undefined) return by === '<>' && left !== right;
  if (by === '=') return equal(left, right);
  if (by === '<>') return !equal(left, right);
  const order = compare(left, right);
  if (order === undefined) return false;
  switch (by) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
  }
}

function passes(test: Test, value: Value | undefined, by: Value | undefined): boolean {
  if (test === 'attribute_exists') return value !== undefined;
  if (test === 'attribute_not_exists') return value === undefined;
  if (value === undefined || by === undefined) return false;
  if (test === 'attribute_type') return typeOf(value) === by.S;
  return test === 'begins_with' ? begins(value, by) : contains(value, by);
}

const bytes = (base64: string) => Buffer.from(base64, 'base64');

function begins(value: Value, by: Value): boolean {
  if (value.S !== undefined && by.S !== undefined) return value.S.startsWith(by.S);
  if (value.B === undefined || by.B === undefined) return false;
  const start = bytes(by.B);
  return bytes(value.B).subarray(0, start.length).equals(start);
}

function contains(value: Value, by: Value): boolean {
  const { S, N, B } = by;
  if (value.L !== undefined) return value.L.some((one) => equal(one, by));
  if (S !== undefined) return value.S?.includes(S) ?? value.SS?.includes(S) ?? false;
  if (N !== undefined) return value.NS?.includes(N) ?? false;
  if (B === undefined) return false;
  if (value.B !== undefined) return bytes(value.B).includes(bytes(B));
  return value.BS?.includes(B) ?? false;
}
