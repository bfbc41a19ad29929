import { type Brackets, bracketsOf, type Token, tokensOf } from './tokens.ts';

/** Something in bundled code that has a name: whoever does not say the name does not use it. */
export interface Declaration {
  readonly name: string;
  /** A method's place stays when its body goes; functions and constants go as a whole. */
  readonly kind: 'function' | 'constant' | 'method';
  /** Of a method whether it is used only where it is called; others are also passed on, or read as properties. */
  readonly isOnlyCalled?: boolean;
  /** The token that is its name. */
  readonly nameAt: number;
  /** Its first and last token, of a method of its body. */
  readonly from: number;
  readonly to: number;
}

/** What is declared in a file. A declaration is known by its place among them. */
export interface Declared {
  /** In the order in which they begin, so that whatever stands within another comes after it. */
  readonly declarations: readonly Declaration[];
  /** The place of what is in no declaration. */
  readonly outside: -1;
  /** The declaration in which a token stands, of several the innermost. */
  innermostAt(token: number): number;
  /** The outermost one. */
  topAt(token: number): number;
  /** The outermost one around another; itself where there is none. */
  topOf(declaration: number): number;
}

/** A file of code in pieces. */
export interface Code extends Brackets {
  readonly source: string;
  readonly tokens: readonly Token[];
  /** Where each word stands. */
  placesOf(word: string): readonly number[];
}

export function codeOf(source: string): Code {
  const tokens = tokensOf(source);
  const places = new Map<string, number[]>();
  for (const [at, { kind, text }] of tokens.entries()) {
    if (kind !== 'word') continue;
    const all = places.get(text);
    if (all) all.push(at);
    else places.set(text, [at]);
  }
  return { source, tokens, ...bracketsOf(tokens), placesOf: (word) => places.get(word) ?? [] };
}

/** Packages of which methods are declarations too: nobody but our code calls them, and always by their names. */
const packages = /(^|\/)node_modules\/(zod|temporal-polyfill)\//;

/** What the language itself calls, and words that look like a method before a bracket. */
const neverMethods = new Set(
  `constructor toString valueOf toJSON then next return throw inspect
  get set has deleteProperty ownKeys getOwnPropertyDescriptor defineProperty getPrototypeOf apply construct
  if for while switch with catch function`.split(/\s+/),
);

/** Before a statement, or a member of a class or an object. */
const statement = new Set(['', '{', '}', ';']);
const member = new Set([...statement, ',']);

/**
 * Finds what is declared in a file that esbuild has bundled and not minified: functions in any place, constants of the file
 * that are functions or are marked as such that may be left out, methods of some packages.
 */
export function declaredIn(code: Code): Declared {
  const found = [
    ...code.placesOf('function').map((at) => functionAt(code, at)),
    ...code.placesOf('var').map((at) => constantAt(code, at)),
    ...inPackages(code).map((at) => methodAt(code, at)),
  ].filter((one) => one !== undefined);
  const declarations = found.toSorted((a, b) => a.from - b.from || b.to - a.to);
  return { declarations, ...aroundTokens(code.tokens, declarations) };
}

/** Which declarations tokens stand in. */
function aroundTokens(
  tokens: readonly Token[],
  declarations: readonly Declaration[],
): Omit<Declared, 'declarations'> {
  const innermost = new Int32Array(tokens.length).fill(-1);
  const top = new Int32Array(tokens.length).fill(-1);
  for (const [one, { from, to }] of declarations.entries()) {
    innermost.fill(one, from, to + 1);
    if (top[from] === -1) top.fill(one, from, to + 1);
  }
  const topAt = (token: number) => top[token] ?? -1;
  return {
    outside: -1,
    innermostAt: (token) => innermost[token] ?? -1,
    topAt,
    topOf: (one) => topAt(declarations[one]?.from ?? -1),
  };
}

/** The words that stand in modules of packages; esbuild says before each module where it comes from. */
function inPackages({ source, tokens }: Code): readonly number[] {
  const modules = [...source.matchAll(/^\/\/ (\S+)$/gm)];
  const found: number[] = [];
  let [next, isPackage] = [0, false];
  for (const [at, { kind, start }] of tokens.entries()) {
    for (; (modules[next]?.index ?? Number.POSITIVE_INFINITY) < start; next += 1)
      isPackage = packages.test(modules[next]?.[1] ?? '');
    if (isPackage && kind === 'word') found.push(at);
  }
  return found;
}

/** `function name(…) {…}` where a statement begins. */
function functionAt({ tokens, closing }: Code, at: number): Declaration | undefined {
  const from = tokens[at - 1]?.text === 'async' ? at - 1 : at;
  if (!statement.has(tokens[from - 1]?.text ?? '')) return undefined;
  const nameAt = tokens[at + 1]?.text === '*' ? at + 2 : at + 1;
  const name = tokens[nameAt];
  const to = endOfBody(tokens, closing, nameAt + 1);
  if (name?.kind !== 'word' || to === undefined) return undefined;
  return { name: name.text, kind: 'function', nameAt, from, to };
}

/** `var name = …;` of the file, of a function or of what is marked as pure: nothing happens where it is left out. */
function constantAt(code: Code, at: number): Declaration | undefined {
  const { source, tokens, closing, around } = code;
  if (around[at] !== -1) return undefined;
  const [name, sign, value] = tokens.slice(at + 1, at + 4);
  if (sign?.text !== '=' || name === undefined || value === undefined) return undefined;
  const isPure = source.slice(sign.end, value.start).includes('@__PURE__');
  if (!isPure && !isArrow(code, at + 3)) return undefined;
  let to = at + 3;
  while (to < tokens.length && tokens[to]?.text !== ';') {
    // Of two in one statement neither can go by itself.
    if (tokens[to]?.text === ',') return undefined;
    to = (closing.get(to) ?? to) + 1;
  }
  return { name: name.text, kind: 'constant', nameAt: at + 1, from: at, to };
}

/** `(…) =>`, `async (…) =>`, `name =>` */
function isArrow({ tokens, closing }: Code, at: number): boolean {
  const first = tokens[at]?.text === 'async' ? at + 1 : at;
  const last = closing.get(first) ?? first;
  return tokens[last + 1]?.text === '=' && tokens[last + 2]?.text === '>';
}

/** `name(…) {…}` in a class or an object. */
function methodAt({ tokens, closing, around }: Code, at: number): Declaration | undefined {
  const name = tokens[at]?.text ?? '';
  if (tokens[at + 1]?.text !== '(') return undefined;
  if (neverMethods.has(name) || tokens[around[at] ?? -1]?.text !== '{') return undefined;
  let before = at - 1;
  while (/^(\*|static|async|get|set)$/.test(tokens[before]?.text ?? '')) before -= 1;
  if (!member.has(tokens[before]?.text ?? '')) return undefined;
  const to = endOfBody(tokens, closing, at + 1);
  const parameters = closing.get(at + 1);
  if (to === undefined || parameters === undefined) return undefined;
  const modifiers = tokens.slice(before + 1, at).map(({ text }) => text);
  const isOnlyCalled =
    isOfClass(tokens, around[at] ?? -1) &&
    !modifiers.some((text) => /^(static|get|set)$/.test(text));
  return { name, kind: 'method', isOnlyCalled, nameAt: at, from: parameters + 1, to };
}

/** Whether a bracket begins a class: `class {`, `class Name {`, `class extends Other {`, `class Name extends Other {`. */
function isOfClass(tokens: readonly Token[], bracket: number): boolean {
  const before = tokens.slice(Math.max(0, bracket - 2), bracket).map(({ text }) => text);
  return before.includes('class') || before[0] === 'extends';
}

/** The last token of `(…) {…}`, if that is what begins here. */
function endOfBody(
  tokens: readonly Token[],
  closing: ReadonlyMap<number, number>,
  parameters: number,
): number | undefined {
  if (tokens[parameters]?.text !== '(') return undefined;
  const body = (closing.get(parameters) ?? tokens.length) + 1;
  return tokens[body]?.text === '{' ? closing.get(body) : undefined;
}
