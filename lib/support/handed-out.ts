import type { Code, Declared } from './declarations.ts';

/** A function in what another one returns: `read`, or `read: read2` where esbuild has renamed it. */
export interface Handed {
  /** The declaration that returns it, and its name there. */
  readonly top: number;
  readonly name: string;
  /** What it is called by whoever gets it. */
  readonly member: string;
  /** From its first to its last token. */
  readonly from: number;
  readonly to: number;
  /** Whether it stands in the body of the outermost function, and so does what returns it. */
  readonly isDirect: boolean;
}

/** Functions that others return by their names, as stores do: `return { read, write };`. */
export interface HandedOut {
  readonly all: readonly Handed[];
  /** Where an inner function is handed out; empty for one that is only called where it stands. */
  of(top: number, name: string): readonly Handed[];
  /** The tokens of all. */
  readonly tokens: ReadonlySet<number>;
  /** Functions that return one object, in one place, into which nothing is spread. */
  readonly factories: ReadonlySet<number>;
}

export function handedOutIn(code: Code, declared: Declared): HandedOut {
  const { tokens } = code;
  const inner = innerFunctions(code, declared);
  const all = code.placesOf('return').flatMap((at) => {
    if (tokens[at + 1]?.text !== '{') return [];
    const top = declared.topAt(at);
    const isOfTop = declared.innermostAt(at) === top;
    return membersOf(code, at + 1).flatMap((to) => {
      const name = tokens[to]?.text ?? '';
      const isDirect = inner.get(`${top} ${name}`);
      const from = isDirect === undefined ? undefined : beginningOf(code, to);
      if (isDirect === undefined || from === undefined) return [];
      const member = tokens[from]?.text ?? '';
      return { top, name, member, from, to, isDirect: isDirect && isOfTop };
    });
  });
  const byName = Map.groupBy(all, ({ top, name }) => `${top} ${name}`);
  return {
    all,
    of: (top, name) => byName.get(`${top} ${name}`) ?? [],
    tokens: new Set(all.flatMap(({ from, to }) => [from, to])),
    factories: factoriesIn(code, declared),
  };
}

/** Where a member of an object begins of which this is the last token: `name` or `member: name`. */
function beginningOf({ tokens }: Code, to: number): number | undefined {
  const from = tokens[to - 1]?.text === ':' ? to - 2 : to;
  const isWhole =
    /^[{,]$/.test(tokens[from - 1]?.text ?? '') && /^[,}]$/.test(tokens[to + 1]?.text ?? '');
  return isWhole && tokens[from]?.kind === 'word' ? from : undefined;
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
  const returns = Map.groupBy(code.placesOf('return'), innermostAt);
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
