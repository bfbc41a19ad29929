/**
 * A piece of TypeScript: a word or number, a text or regular expression as a whole, or one sign. Of a template it is the text
 * up to a place for a value, `${` included, or from one on; what is in the places are pieces of their own.
 */
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
  /** Of each template in a place of which we are, how many braces are open in that place. */
  const places: number[] = [];
  let at = 0;
  while (at < source.length) {
    const gap = matchAt(space, source, at);
    if (gap !== undefined) {
      at += gap.length;
      continue;
    }
    const sign = source.charAt(at);
    const isEnd = sign === '}' && places.at(-1) === 0;
    const token = isEnd ? restOfTemplate(source, at) : tokenAt(source, at, tokens.at(-1));
    if (isEnd) places.pop();
    if ((isEnd || sign === '`') && isBeforePlace(token)) places.push(0);
    else if (places.length > 0 && token.kind === 'sign' && /[{}]/.test(sign))
      places.push((places.pop() ?? 0) + (sign === '{' ? 1 : -1));
    tokens.push(token);
    at = token.end;
  }
  if (places.length > 0) throw new SyntaxError('a place in a template does not end');
  return tokens;
}

function isBeforePlace({ kind, text }: Token): boolean {
  return kind === 'text' && text.endsWith('${');
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
  for (let at = 0; at < tokens.length; at += 1) {
    const { kind, text } = tokens[at] ?? { kind: 'text', text: '' };
    if (kind === 'sign' && (text === ')' || text === ']' || text === '}')) {
      const first = open.pop() ?? -1;
      closing.set(first, at);
      opening.set(at, first);
    }
    around.push(open.at(-1) ?? -1);
    if (kind === 'sign' && (text === '(' || text === '[' || text === '{')) open.push(at);
  }
  return { closing, opening, around };
}

function tokenAt(source: string, at: number, before: Token | undefined): Token {
  const sign = source.charAt(at);
  if (sign === '`') return restOfTemplate(source, at);
  if (sign === "'" || sign === '"') {
    const text = matchAt(quoted, source, at);
    if (text === undefined) throw new SyntaxError(`a text that begins at ${at} does not end`);
    return made('text', at, text);
  }
  const isValue = before?.kind === 'text' && !isBeforePlace(before);
  const divides = isValue || (before !== undefined && ends.test(before.text));
  const regular = sign === '/' && !divides ? matchAt(expression, source, at) : undefined;
  if (regular !== undefined) return made('text', at, regular);
  const name = matchAt(word, source, at);
  return name === undefined ? made('sign', at, sign) : made('word', at, name);
}

function made(kind: Token['kind'], start: number, text: string): Token {
  return { kind, start, end: start + text.length, text };
}

/** From the sign that begins a template, or ends a place in it, to its next place or its end. */
function restOfTemplate(source: string, from: number): Token {
  for (let at = from + 1; at < source.length; at += 1) {
    const sign = source.charAt(at);
    if (sign === '\\') at += 1;
    else if (sign === '`') return made('text', from, source.slice(from, at + 1));
    else if (sign === '$' && source.charAt(at + 1) === '{')
      return made('text', from, source.slice(from, at + 2));
  }
  throw new SyntaxError(`a template that begins at ${from} does not end`);
}

function matchAt(pattern: RegExp, source: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(source)?.[0];
}
