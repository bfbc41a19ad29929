import { OperandParser } from './operand-parser.ts';
import type { Comparator, Condition, Operand, Parsed, Test } from './syntax.ts';

const comparators: ReadonlySet<string> = new Set(['=', '<>', '<', '<=', '>', '>=']);
const operandsOf: Readonly<Record<Test, 1 | 2>> = {
  attribute_exists: 1,
  attribute_not_exists: 1,
  attribute_type: 2,
  begins_with: 2,
  contains: 2,
};

/**
 * Reads a condition, a filter or a key condition.
 * @throws Refusal - `ValidationException`
 */
export function parseCondition(role: string, text: string): Parsed<Condition> {
  const parser = new ConditionParser(role, text);
  return parser.finished(parser.any());
}

class ConditionParser extends OperandParser {
  any(): Condition {
    let left = this.#all();
    while (this.tokens.takesWord('OR')) left = { kind: 'or', left, right: this.#all() };
    return left;
  }

  #all(): Condition {
    let left = this.#negated();
    while (this.tokens.takesWord('AND')) left = { kind: 'and', left, right: this.#negated() };
    return left;
  }

  #negated(): Condition {
    if (this.tokens.takesWord('NOT')) return { kind: 'not', of: this.#negated() };
    if (this.tokens.takes('(')) return this.#inParentheses();
    const { next, following } = this.tokens;
    if (next.kind === 'word' && following.text === '(' && next.text !== 'size') return this.#test();
    return this.#comparison();
  }

  #inParentheses(): Condition {
    const inner = this.any();
    this.tokens.need(')');
    if (inner === this.#enclosed) {
      throw this.tokens.refuse('The expression has redundant parentheses;');
    }
    this.#enclosed = inner;
    return inner;
  }

  /** The last condition that stood in parentheses. */
  #enclosed: Condition | undefined;

  #test(): Condition {
    const name = this.tokens.take().text;
    if (!isTest(name)) throw this.unknownFunction(name);
    this.tokens.need('(');
    const of = this.pathOperand();
    const others = this.tokens.takes(',') ? this.list(() => this.operand()) : [];
    this.tokens.need(')');
    if (others.length + 1 !== operandsOf[name]) {
      const count = `function: ${name}, number of operands: ${others.length + 1}`;
      throw this.tokens.refuse(
        `Incorrect number of operands for operator or function; operator or ${count}`,
      );
    }
    const [by] = others;
    return by === undefined
      ? { kind: 'test', test: name, of }
      : { kind: 'test', test: name, of, by };
  }

  #comparison(): Condition {
    const left = this.operand();
    if (this.tokens.takesWord('BETWEEN')) {
      const low = this.operand();
      if (!this.tokens.takesWord('AND')) throw this.tokens.wrong();
      return { kind: 'between', of: left, low, high: this.operand() };
    }
    if (this.tokens.takesWord('IN')) {
      this.tokens.need('(');
      const list = this.list(() => this.operand());
      this.tokens.need(')');
      return { kind: 'in', of: left, list };
    }
    const by = this.tokens.take().text;
    if (!isComparator(by)) throw this.tokens.wrong(by);
    const right = this.operand();
    this.#requireDistinct(left, right, by);
    return { kind: 'compare', by, left, right };
  }

  #requireDistinct(left: Operand, right: Operand, by: string): void {
    if (left.kind !== 'path' || right.kind !== 'path') return;
    if (JSON.stringify(left) !== JSON.stringify(right)) return;
    throw this.tokens.refuse(
      `The first operand must be distinct from the remaining operands for this operator or function; operator: ${by}, first operand: [${left.path.join('.')}]`,
    );
  }
}

const isComparator = (text: string): text is Comparator => comparators.has(text);
const isTest = (text: string): text is Test => Object.hasOwn(operandsOf, text);
