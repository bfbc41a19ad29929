import { reservedWords } from './reserved-words.ts';
import type { Operand, Parsed, Path, PathOperand, Step, ValueOperand } from './syntax.ts';
import { Tokens } from './tokens.ts';

/** What all expressions are made of: paths and values; it notes the placeholders that it meets. */
export class OperandParser {
  readonly tokens: Tokens;
  readonly #names = new Set<string>();
  readonly #values = new Set<string>();

  constructor(role: string, text: string) {
    this.tokens = new Tokens(role, text);
  }

  /** What was read, when nothing is left. */
  finished<Tree>(tree: Tree): Parsed<Tree> {
    this.tokens.needEnd();
    return { tree, names: [...this.#names], values: [...this.#values] };
  }

  path(): Path {
    const steps: Step[] = [this.#step()];
    for (;;) {
      if (this.tokens.takes('.')) steps.push(this.#step());
      else if (this.tokens.takes('[')) {
        const index = this.tokens.take();
        if (index.kind !== 'index') throw this.tokens.wrong(index.text);
        steps.push(Number(index.text));
        this.tokens.need(']');
      } else return steps;
    }
  }

  #step(): string {
    const { kind, text } = this.tokens.take();
    if (kind === 'name') this.#names.add(text);
    else if (kind !== 'word') throw this.tokens.wrong(text);
    else if (reservedWords.has(text.toUpperCase())) {
      throw this.tokens.refuse(`Attribute name is a reserved keyword; reserved keyword: ${text}`);
    }
    return text;
  }

  pathOperand(): PathOperand {
    return { kind: 'path', path: this.path() };
  }

  value(): ValueOperand {
    const { kind, text } = this.tokens.take();
    if (kind !== 'value') throw this.tokens.wrong(text);
    this.#values.add(text);
    return { kind: 'value', name: text };
  }

  /** A path, a value or the size of a path. */
  operand(): Operand {
    const { next, following } = this.tokens;
    if (next.kind === 'value') return this.value();
    if (next.kind !== 'word' || following.text !== '(') return this.pathOperand();
    if (next.text !== 'size') throw this.unknownFunction(next.text);
    this.tokens.take();
    this.tokens.need('(');
    const path = this.path();
    this.tokens.need(')');
    return { kind: 'size', path };
  }

  unknownFunction(name: string) {
    return this.tokens.refuse(`Invalid function name; function: ${name}`);
  }

  /** One or more of the same, with commas between. */
  list<T>(one: () => T): T[] {
    const all = [one()];
    while (this.tokens.takes(',')) all.push(one());
    return all;
  }
}

/** Paths that a projection names. */
export function parseProjection(text: string): Parsed<readonly Path[]> {
  const parser = new OperandParser('ProjectionExpression', text);
  return parser.finished(parser.list(() => parser.path()));
}
