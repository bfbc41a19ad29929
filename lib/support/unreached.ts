import { type Change, changed } from './changes.ts';
import { type Code, codeOf, type Declaration, type Declared, declaredIn } from './declarations.ts';
import { type Factories, factoriesIn } from './factories.ts';
import { type HandedOut, handedOutIn } from './handed-out.ts';
import { type Said, saidIn } from './said.ts';
import type { Token } from './tokens.ts';

/**
 * The code of one function without what it never reaches: functions within a store that it has no use for, with all that
 * only they need, and methods of packages. A bundler leaves out what stands at the top of a module; of what a store
 * returns, or a class has, it cannot know.
 *
 * It goes by names. What is left out is said by nothing that is left, so only a name that is put together when it runs could
 * miss it (tests/lib/support/unreached.test.ts looks for such). Every line stays the line it was.
 *
 * @param source - all modules in one file, as esbuild writes it before it is minified
 */
export function withoutUnreached(source: string): string {
  const code = codeOf(source);
  const declared = declaredIn(code);
  const handedOut = handedOutIn(code, declared);
  const reached = reachedIn(code, declared, handedOut);
  const gone = declared.declarations.filter((_, one) => !reached.has(one));
  return `${changed(source, [
    ...gone.map((one) => changeFor(code, one)),
    ...handedOutInVain(code, declared, handedOut, reached),
  ])}\n${refusing}`;
}

/** What methods are instead that nobody calls. */
const refusing = `function notReached(name) {
  throw new Error('lib/support/unreached.ts leaves the method ' + name + ' out of this function');
}
`;

/** Declarations by what they are reached by. */
type Known = { readonly [way in keyof Said]: Map<string, number[]> } & {
  /** Those within an outermost one, by their names in it. */
  readonly within: Map<number, Map<string, number[]>>;
};

/** The declarations that are reached: by what stands in none, and then by each that is reached. */
function reachedIn(code: Code, declared: Declared, handedOut: HandedOut): ReadonlySet<number> {
  const factories = factoriesIn(code, declared, handedOut);
  const saidBy = saidIn(code, declared, handedOut, factories);
  const known = knownIn(declared, handedOut, factories);
  const reached = new Set<number>([declared.outside]);
  const reach = (words: ReadonlySet<string>, by: Map<string, number[]> | undefined) => {
    for (const word of by === undefined ? [] : words) {
      for (const other of by?.get(word) ?? []) reached.add(other);
      by?.delete(word);
    }
  };
  // A set gives those that are added meanwhile, too.
  for (const one of reached) {
    const said = saidBy.get(one);
    if (said === undefined) continue;
    reach(said.names, known.names);
    reach(said.names, known.within.get(declared.topOf(one)));
    reach(said.members, known.members);
    reach(said.calls, known.calls);
    reach(said.membersOf, known.membersOf);
  }
  return reached;
}

function knownIn(declared: Declared, handedOut: HandedOut, factories: Factories): Known {
  const known: Known = {
    names: new Map(),
    members: new Map(),
    calls: new Map(),
    membersOf: new Map(),
    within: new Map(),
  };
  for (const [one, { name, kind, isOnlyCalled }] of declared.declarations.entries()) {
    const top = declared.topOf(one);
    if (kind === 'method') add(isOnlyCalled ? known.calls : known.members, name, one);
    else if (top === one) add(known.names, name, one);
    else {
      const within = known.within.get(top) ?? new Map<string, number[]>();
      known.within.set(top, within);
      add(within, name, one);
      for (const handed of handedOut.of(top, name)) {
        const owner = factories.ownerOf(handed);
        if (owner !== undefined) add(known.membersOf, `${owner}.${handed.member}`, one);
        if (owner === undefined || !handed.isDirect) add(known.members, handed.member, one);
      }
    }
  }
  return known;
}

function add(to: Map<string, number[]>, key: string, one: number): void {
  const all = to.get(key);
  if (all) all.push(one);
  else to.set(key, [one]);
}

function changeFor({ tokens }: Code, { kind, name, from, to }: Declaration): Change {
  const instead = kind === 'method' ? `{ notReached('${name}'); }` : '';
  return { ...between(tokens, from, to), instead };
}

/** What is returned of functions that have gone. */
function handedOutInVain(
  { tokens }: Code,
  { declarations, topOf }: Declared,
  handedOut: HandedOut,
  reached: ReadonlySet<number>,
): readonly Change[] {
  const left = new Set([...reached].map((one) => `${topOf(one)} ${declarations[one]?.name}`));
  return handedOut.all
    .filter(({ top, name }) => !left.has(`${top} ${name}`))
    .map(({ from, to }) => {
      const last = tokens[to + 1]?.text === ',' ? to + 1 : to;
      return { ...between(tokens, from, last), instead: '' };
    });
}

function between(tokens: readonly Token[], first: number, last: number) {
  return { start: tokens[first]?.start ?? 0, end: tokens[last]?.end ?? 0 };
}
