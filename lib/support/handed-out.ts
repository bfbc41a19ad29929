import type { Code, Declared } from './declarations.ts';

/** Functions that others return by their names, as stores do: `return { read, write };`. */
export interface HandedOut {
  /** The tokens that are such names. */
  readonly tokens: ReadonlySet<number>;
  /** Whether a declaration returns a function that stands in it. */
  has(top: number, name: string): boolean;
  /** Whether that function can be had in no other way than as a member of what this declaration returns. */
  hasOnly(top: number, name: string): boolean;
  /** Functions that return one object, in one place, into which nothing is spread. */
  readonly factories: ReadonlySet<number>;
}

export function handedOutIn(code: Code, declared: Declared): HandedOut {
  const { tokens } = code;
  const inner = innerFunctions(code, declared);
  const names = new Set<number>();
  const found = new Map<string, boolean>();
  const factories = factoriesIn(code, declared);
  for (const [at, { text }] of tokens.entries()) {
    if (text !== 'return' || tokens[at + 1]?.text !== '{') continue;
    const top = declared.topAt(at);
    for (const one of membersOf(code, at + 1)) {
      const key = `${top} ${tokens[one]?.text}`;
      const isDirect = inner.get(key);
      if (isDirect === undefined || !isAlone(code, one)) continue;
      names.add(one);
      const isOnly = isDirect && declared.innermostAt(at) === top && found.get(key) !== false;
      found.set(key, isOnly);
    }
  }
  return {
    tokens: names,
    has: (top, name) => found.has(`${top} ${name}`),
    hasOnly: (top, name) => found.get(`${top} ${name}`) === true,
    factories,
  };
}

/** Of functions within others whether they stand in the body of the outermost, by the place of that and their names. */
function innerFunctions({ around, opening }: Code, { declarations, topOf }: Declared) {
  const found = new Map<string, boolean>();
  for (const [one, { kind, name, from }] of declarations.entries()) {
    const top = topOf(one);
    if (kind !== 'function' || top === one) continue;
    const key = `${top} ${name}`;
    const isDirect = around[from] === opening.get(declarations[top]?.to ?? -1);
    found.set(key, isDirect && found.get(key) !== false);
  }
  return found;
}

function factoriesIn(code: Code, { declarations, innermostAt, topOf }: Declared) {
  const { tokens, around, opening } = code;
  const returns = Map.groupBy(
    [...tokens.keys()].filter((at) => tokens[at]?.text === 'return'),
    innermostAt,
  );
  const found = new Set<number>();
  for (const [one, [at = -1, ...others]] of returns) {
    const { kind, to } = declarations[one] ?? { kind: 'constant', to: -1 };
    if (kind !== 'function' || topOf(one) !== one || others.length > 0) continue;
    const isPlain =
      around[at] === opening.get(to) &&
      tokens[at + 1]?.text === '{' &&
      membersOf(code, at + 1).every((member) => tokens[member]?.text !== '.');
    if (isPlain) found.add(one);
  }
  return found;
}

/** The tokens of an object that are in no bracket within it. */
function membersOf({ closing }: Code, open: number): readonly number[] {
  const last = closing.get(open) ?? open;
  const found: number[] = [];
  for (let one = open + 1; one < last; one = (closing.get(one) ?? one) + 1) found.push(one);
  return found;
}

function isAlone({ tokens }: Code, at: number): boolean {
  return /^[{,]$/.test(tokens[at - 1]?.text ?? '') && /^[,}]$/.test(tokens[at + 1]?.text ?? '');
}
