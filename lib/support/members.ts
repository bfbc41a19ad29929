import { type Token, tokensOf } from './tokens.ts';

const modifiers = new Set(['static', 'async', 'get', 'set']);

/** Before a member of a class or an object. */
const borders = new Set(['{', '}', ',', ';']);

/**
 * A package's module without the content of some methods of its classes and objects, and of some of its functions: whoever
 * calls one all the same gets an error that names it. A bundler leaves functions out that nobody calls, and of methods it
 * cannot know.
 *
 * @param names of methods, wherever they are (`round`) or in one class (`Instant.round`), and of functions (`round()`)
 * @throws {Error} the module has no method of one of the names, for it is another than was looked at
 */
export function withoutMembers(source: string, names: readonly string[]): string {
  if (names.length === 0) return source;
  const tokens = tokensOf(source);
  const bodies = names.map((name) => ({ name, found: bodiesOf(tokens, name) }));
  const missing = bodies.filter(({ found }) => found.length === 0).map(({ name }) => name);
  if (missing.length > 0) throw new Error(`there is no method ${missing.join(', ')}`);
  let at = 0;
  let result = '';
  const inOrder = bodies
    .flatMap(({ name, found }) => found.map((body) => ({ ...body, name })))
    .sort((a, b) => a.start - b.start);
  for (const { name, start, end } of inOrder) {
    if (start < at) continue;
    result += `${source.slice(at, start)}{ leftOut('${name}'); }`;
    at = end;
  }
  return `${result}${source.slice(at)}\n${leftOut}`;
}

interface Body {
  readonly start: number;
  readonly end: number;
}

function bodiesOf(tokens: readonly Token[], name: string): readonly Body[] {
  const [owner, method] = name.includes('.') ? name.split('.') : [undefined, name];
  const isFunction = name.endsWith('()');
  const word = isFunction ? name.slice(0, -2) : method;
  const [from, to] = owner === undefined ? [0, tokens.length] : classNamed(tokens, owner);
  return tokens.flatMap(({ text }, index) => {
    const isThere = text === word && index >= from && index < to;
    return (isThere && bodyOf(tokens, index, isFunction)) || [];
  });
}

/** From where to where the class goes that is declared by the name: `class Name {`, or `const Name = made(class {`. */
function classNamed(tokens: readonly Token[], name: string): readonly [number, number] {
  const declared = tokens.findIndex(
    ({ text }, at) => text === name && /^(const|class)$/.test(tokens[at - 1]?.text ?? ''),
  );
  if (declared < 0) return [0, 0];
  const isClass = tokens[declared - 1]?.text === 'class';
  const word = isClass
    ? declared
    : tokens.findIndex(({ text }, at) => at > declared && text === 'class');
  const open = tokens.findIndex(({ text }, at) => at > word && text === '{');
  return [open, closing(tokens, open)];
}

const leftOut = `function leftOut(name) {
  throw new Error('lib/support/cuts.ts leaves the method ' + name + ' out of functions');
}`;

/**
 * Where the body of the method is of which this is the name, if it is one: `name() {` or `name: function other() {`; or of
 * the function: `function name() {`, `name = function () {` or `name = () => {`.
 */
function bodyOf(tokens: readonly Token[], name: number, isFunction: boolean): Body | undefined {
  let before = name - 1;
  while (modifiers.has(tokens[before]?.text ?? '')) before -= 1;
  const isDeclared = tokens[before]?.text === 'function';
  const isMethod = borders.has(tokens[before]?.text ?? '');
  let parameters = name + 1;
  if (isFunction && tokens[parameters]?.text === '=') {
    parameters = parametersAfter(tokens, parameters + 1);
  } else if (isFunction ? !isDeclared : !isMethod) {
    return undefined;
  } else if (tokens[parameters]?.text === ':') {
    parameters = parametersAfter(tokens, parameters + 1);
    if (tokens[parameters - 1]?.text === ':') return undefined;
  }
  if (tokens[parameters]?.text !== '(') return undefined;
  let open = closing(tokens, parameters) + 1;
  if (isFunction && tokens[open]?.text === '=' && tokens[open + 1]?.text === '>') open += 2;
  const first = tokens[open];
  const last = tokens[closing(tokens, open)];
  return first?.text === '{' && last ? { start: first.start, end: last.end } : undefined;
}

/** The bracket before the parameters of `async function name (`, each word of which may be missing. */
function parametersAfter(tokens: readonly Token[], from: number): number {
  let at = from;
  if (tokens[at]?.text === 'async') at += 1;
  if (tokens[at]?.text !== 'function') return at;
  return tokens[at + 1]?.text === '(' ? at + 1 : at + 2;
}

/** The token that closes the bracket that this one opens. */
function closing(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let at = open; at < tokens.length; at += 1) {
    const text = tokens[at]?.kind === 'sign' ? tokens[at]?.text : undefined;
    if (text === '(' || text === '[' || text === '{') depth += 1;
    if (text === ')' || text === ']' || text === '}') depth -= 1;
    if (depth === 0) return at;
  }
  return tokens.length;
}
