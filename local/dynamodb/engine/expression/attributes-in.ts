import type { Bindings } from './bindings.ts';
import type { Condition, Operand } from './syntax.ts';

/** The attributes of an item that a condition looks into. */
export function attributesIn(condition: Condition, bindings: Bindings): readonly string[] {
  return operandsIn(condition).flatMap((operand) => {
    if (operand.kind === 'value') return [];
    const [first] = bindings.path(operand.path);
    return first === undefined ? [] : [String(first)];
  });
}

function operandsIn(condition: Condition): readonly Operand[] {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return [...operandsIn(condition.left), ...operandsIn(condition.right)];
    case 'not':
      return operandsIn(condition.of);
    case 'compare':
      return [condition.left, condition.right];
    case 'between':
      return [condition.of, condition.low, condition.high];
    case 'in':
      return [condition.of, ...condition.list];
    case 'test':
      return condition.by === undefined ? [condition.of] : [condition.of, condition.by];
  }
}
