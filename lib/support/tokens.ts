/** A piece of TypeScript: a word or number, a text or regular expression as a whole, or one sign. */
export interface Token {
  readonly kind: 'word' | 'text' | 'sign';
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const space = /\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\//y;
const word = /[\p{ID_Start}$_\d#@][\p{ID_Continue}$\u200c\u200d]*/uy;
const quoted = /'(?:[^'\\\n]|\\[\s\S])*'|"(?:[^"\\\n]|\\[\s\S])*"/y;
const expression = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y;

/** After these a slash divides; after all others it begins a regular expression. */
const ends =
  /^(?:[)\]}]|(?!(?:return|typeof|case|in|of|await|yield|void|delete)$)[\p{ID_Start}$_\d].*)$/u;

/**
 * The pieces of a source, without what is space and comment. It knows as much of the language as it takes to find where
 * texts and brackets end.
 *
 * @throws {SyntaxError} a text or comment does not end
 */
export function tokensOf(source: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < source.length) {
    const gap = matchAt(space, source, at);
    if (gap !== undefined) {
      at += gap.length;
      continue;
    }
    const token = tokenAt(source, at, tokens.at(-1));
    tokens.push(token);
    at = token.end;
  }
  return tokens;
}

/** Which brackets belong together. */
export interface Brackets {
  /** For each opening bracket the token that closes it. */
  readonly closing: ReadonlyMap<number, number>;
  /** For each closing bracket the token that opens it. */
  readonly opening: ReadonlyMap<number, number>;
  /** The bracket that is open around each token, -1 for none. */
  readonly around: readonly number[];
}

export function bracketsOf(tokens: readonly Token[]): Brackets {
  const closing = new Map<number, number>();
  const opening = new Map<number, number>();
  const around: number[] = [];
  const open: number[] = [];
  for (const [at, { kind, text }] of tokens.entries()) {
    if (kind === 'sign' && /[)\]}]/.test(text)) {
      const first = open.pop() ?? -1;
      closing.set(first, at);
      opening.set(at, first);
    }
    around.push(open.at(-1) ?? -1);
    if (kind === 'sign' && /[([{]/.test(text)) open.push(at);
  }
  return { closing, opening, around };
}

function tokenAt(source: string, at: number, before: Token | undefined): Token {
  const made = (kind: Token['kind'], text: string): Token => ({
    kind,
    start: at,
    end: at + text.length,
    text,
  });
  const sign = source.charAt(at);
  if (sign === '`') return made('text', source.slice(at, endOfTemplate(source, at)));
  if (sign === "'" || sign === '"') {
    const text = matchAt(quoted, source, at);
    if (text === undefined) throw new SyntaxError(`a text that begins at ${at} does not end`);
    return made('text', text);
  }
  const divides = before?.kind === 'text' || (before !== undefined && ends.test(before.text));
  const regular = sign === '/' && !divides ? matchAt(expression, source, at) : undefined;
  if (regular !== undefined) return made('text', regular);
  const name = matchAt(word, source, at);
  return name === undefined ? made('sign', sign) : made('word', name);
}

function endOfTemplate(source: string, from: number): number {
  let at = from + 1;
  while (at < source.length) {
    const sign = source.charAt(at);
    if (sign === '`') return at + 1;
    if (sign === '\\') at += 2;
    else if (sign === '$' && source.charAt(at + 1) === '{') at = endOfBraces(source, at + 2);
    else at += 1;
  }
  throw new SyntaxError(`a template that begins at ${from} does not end`);
}

/** Where the brace closes of which the content begins here. */
function endOfBraces(source: string, from: number): number {
  let depth = 1;
  let at = from;
  let before: Token | undefined;
  while (at < source.length) {
    const gap = matchAt(space, source, at);
    if (gap !== undefined) {
      at += gap.length;
      continue;
    }
    before = tokenAt(source, at, before);
    at = before.end;
    if (before.text === '{') depth += 1;
    if (before.text === '}') depth -= 1;
    if (depth === 0) return at;
  }
  throw new SyntaxError(`what begins at ${from} in a template does not end`);
}

function matchAt(pattern: RegExp, source: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(source)?.[0];
}
