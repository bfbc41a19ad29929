import { compare, typeOf, type Value } from '../attribute.ts';
import { invalid } from '../refusal.ts';
import type { Bindings } from './bindings.ts';
import type { Condition, Operand } from './syntax.ts';

const attributeTypes = ['S', 'N', 'B', 'BOOL', 'NULL', 'SS', 'NS', 'BS', 'L', 'M'];
const ordered = ['S', 'N', 'B'];

/**
 * Refuses a condition that no item can meet because of the values given, as DynamoDB does before it looks at one.
 * @throws Refusal - `ValidationException`
 */
export function checkCondition(condition: Condition, bindings: Bindings): void {
  const literal = (operand: Operand | undefined) =>
    operand?.kind === 'value' ? bindings.value(operand.name) : undefined;
  switch (condition.kind) {
    case 'and':
    case 'or':
      checkCondition(condition.left, bindings);
      checkCondition(condition.right, bindings);
      return;
    case 'not':
      checkCondition(condition.of, bindings);
      return;
    case 'compare':
      if (condition.by === '=' || condition.by === '<>') return;
      for (const side of [condition.left, condition.right]) {
        requireType(literal(side), ordered, condition.by);
      }
      return;
    case 'between':
      checkBounds(literal(condition.low), literal(condition.high));
      return;
    case 'in':
      return;
    case 'test':
      if (condition.test === 'begins_with')
        requireType(literal(condition.by), ['S', 'B'], condition.test);
      if (condition.test === 'attribute_type') checkTypeName(literal(condition.by));
  }
}

function requireType(value: Value | undefined, types: readonly string[], operator: string): void {
  if (value === undefined || types.includes(typeOf(value))) return;
  throw invalid(
    `Invalid expression: Incorrect operand type for operator or function; operator or function: ${operator}, operand type: ${typeOf(value)}`,
  );
}

function checkBounds(low: Value | undefined, high: Value | undefined): void {
  requireType(low, ordered, 'BETWEEN');
  requireType(high, ordered, 'BETWEEN');
  if (low === undefined || high === undefined) return;
  const order = compare(low, high);
  if (order === undefined) {
    throw invalid(
      'Invalid expression: The BETWEEN operator requires same data type for lower and upper bounds',
    );
  }
  if (order > 0) {
    throw invalid(
      'Invalid expression: The BETWEEN operator requires upper bound to be greater than or equal to lower bound',
    );
  }
}

function checkTypeName(value: Value | undefined): void {
  requireType(value, ['S'], 'attribute_type');
  if (value?.S === undefined || attributeTypes.includes(value.S)) return;
  throw invalid(`Invalid expression: Invalid attribute type name found; type: ${value.S}`);
}
