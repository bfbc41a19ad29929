import { typeOf } from '../attribute.ts';
import { invalid } from '../refusal.ts';
import type { Bindings } from './bindings.ts';
import type { Source, Update } from './syntax.ts';

const operands = {
  ADD: ['N', 'SS', 'NS', 'BS'],
  DELETE: ['SS', 'NS', 'BS'],
  '+': ['N'],
  '-': ['N'],
  list_append: ['L'],
} as const;
type Operator = keyof typeof operands;

/**
 * Refuses an update of which a value given cannot be what it stands for, whatever the item is.
 * @throws Refusal - `ValidationException`
 */
export function checkUpdate({ sets, adds, deletes }: Update, bindings: Bindings): void {
  for (const { value } of adds) requireType(value, 'ADD', bindings);
  for (const { value } of deletes) requireType(value, 'DELETE', bindings);
  for (const { from } of sets) checkSource(from, undefined, bindings);
}

function checkSource(source: Source, within: Operator | undefined, bindings: Bindings): void {
  switch (source.kind) {
    case 'path':
      return;
    case 'value':
      if (within !== undefined) requireType(source.name, within, bindings);
      return;
    case 'if_not_exists':
      checkSource(source.otherwise, within, bindings);
      return;
    case 'sum':
    case 'list_append': {
      const operator = source.kind === 'sum' ? (source.sign === 1 ? '+' : '-') : source.kind;
      checkSource(source.left, operator, bindings);
      checkSource(source.right, operator, bindings);
    }
  }
}

function requireType(name: string, operator: Operator, bindings: Bindings): void {
  const type = typeOf(bindings.value(name));
  const allowed: readonly string[] = operands[operator];
  if (allowed.includes(type)) return;
  throw invalid(
    `Invalid UpdateExpression: Incorrect operand type for operator or function; operator: ${operator}, operand type: ${type}`,
  );
}
