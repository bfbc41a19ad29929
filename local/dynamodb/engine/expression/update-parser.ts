import { OperandParser } from './operand-parser.ts';
import type { Parsed, Path, Source, Update } from './syntax.ts';

/**
 * Reads what an update does.
 * @throws Refusal - `ValidationException`
 */
export function parseUpdate(text: string): Parsed<Update> {
  const parser = new UpdateParser('UpdateExpression', text);
  return parser.finished(parser.update());
}

type Amounts = { readonly path: Path; readonly value: string }[];

class UpdateParser extends OperandParser {
  update(): Update {
    const sets: { path: Path; from: Source }[] = [];
    const removes: Path[] = [];
    const adds: Amounts = [];
    const deletes: Amounts = [];
    const clauses: Record<string, () => void> = {
      SET: () => void sets.push(...this.list(() => this.#set())),
      REMOVE: () => void removes.push(...this.list(() => this.path())),
      ADD: () => void adds.push(...this.list(() => this.#amount())),
      DELETE: () => void deletes.push(...this.list(() => this.#amount())),
    };
    const seen = new Set<string>();
    do {
      const { kind, text } = this.tokens.take();
      const clause = text.toUpperCase();
      const read = kind === 'word' && Object.hasOwn(clauses, clause) ? clauses[clause] : undefined;
      if (read === undefined) throw this.tokens.wrong(text);
      if (seen.has(clause)) {
        throw this.tokens.refuse(
          `The "${clause}" section can only be used once in an update expression;`,
        );
      }
      seen.add(clause);
      read();
    } while (this.tokens.next.kind !== 'end');
    return { sets, removes, adds, deletes };
  }

  #set() {
    const path = this.path();
    this.tokens.need('=');
    return { path, from: this.#sum() };
  }

  #amount() {
    const path = this.path();
    return { path, value: this.value().name };
  }

  #sum(): Source {
    const left = this.#source();
    if (this.tokens.takes('+')) return { kind: 'sum', sign: 1, left, right: this.#source() };
    if (this.tokens.takes('-')) return { kind: 'sum', sign: -1, left, right: this.#source() };
    return left;
  }

  #source(): Source {
    const { next, following } = this.tokens;
    if (this.tokens.takes('(')) {
      const inner = this.#sum();
      this.tokens.need(')');
      return inner;
    }
    if (next.kind === 'value') return this.value();
    if (next.kind !== 'word' || following.text !== '(') return this.pathOperand();
    return this.#call(this.tokens.take().text);
  }

  #call(name: string): Source {
    this.tokens.need('(');
    if (name === 'if_not_exists') {
      const path = this.path();
      this.tokens.need(',');
      const otherwise = this.#source();
      this.tokens.need(')');
      return { kind: name, path, otherwise };
    }
    if (name !== 'list_append') throw this.unknownFunction(name);
    const left = this.#source();
    this.tokens.need(',');
    const right = this.#source();
    this.tokens.need(')');
    return { kind: name, left, right };
  }
}
