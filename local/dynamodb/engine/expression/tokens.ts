import { invalid } from '../refusal.ts';

/** A piece of an expression; `kind` is the piece itself where it is a sign. */
export interface Token {
  readonly kind: 'word' | 'name' | 'value' | 'index' | 'sign' | 'end';
  readonly text: string;
}

const pieces = /\s*(?:(#[\w-]+)|(:[\w-]+)|([A-Za-z_]\w*)|(\d+)|(<>|<=|>=|[=<>+\-(),.[\]]))/y;
const end: Token = { kind: 'end', text: '<EOF>' };
const kinds = ['name', 'value', 'word', 'index', 'sign'] as const;

/** Reads an expression piece by piece; `role` is the parameter that holds it, for what is said of mistakes. */
export class Tokens {
  readonly #role: string;
  readonly #all: readonly Token[];
  #at = 0;

  constructor(role: string, text: string) {
    this.#role = role;
    if (text.trim() === '') throw invalid(`Invalid ${role}: The expression can not be empty;`);
    this.#all = [...this.#split(text)];
  }

  *#split(text: string): Iterable<Token> {
    const pattern = new RegExp(pieces);
    const length = text.trimEnd().length;
    while (pattern.lastIndex < length) {
      const from = pattern.lastIndex;
      const found = pattern.exec(text);
      if (found === null) throw this.wrong(text.slice(from).trim().charAt(0));
      for (const [at, kind] of kinds.entries()) {
        const piece = found[at + 1];
        if (piece !== undefined) yield { kind, text: piece };
      }
    }
  }

  get next(): Token {
    return this.#all[this.#at] ?? end;
  }

  /** What comes after the next one. */
  get following(): Token {
    return this.#all[this.#at + 1] ?? end;
  }

  take(): Token {
    const token = this.next;
    this.#at += 1;
    return token;
  }

  /** Takes the sign if it comes next. */
  takes(sign: string): boolean {
    const { kind, text } = this.next;
    if (kind !== 'sign' || text !== sign) return false;
    this.#at += 1;
    return true;
  }

  /** Takes the keyword, however it is written, if it comes next. */
  takesWord(word: string): boolean {
    if (!this.isWord(word)) return false;
    this.#at += 1;
    return true;
  }

  isWord(word: string): boolean {
    const { kind, text } = this.next;
    return kind === 'word' && text.toUpperCase() === word;
  }

  /** @throws Refusal - something else comes next */
  need(sign: string): void {
    if (!this.takes(sign)) throw this.wrong();
  }

  /** @throws Refusal - there is more */
  needEnd(): void {
    if (this.next.kind !== 'end') throw this.wrong();
  }

  wrong(text = this.next.text) {
    return this.refuse(`Syntax error; token: "${text}"`);
  }

  refuse(what: string) {
    return invalid(`Invalid ${this.#role}: ${what}`);
  }
}
