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

/**
 * The declarations that are reached: by what stands in none, and then by each that is reached.
 */
function reachedIn(code: Code, declared: Declared, handedOut: HandedOut): ReadonlySet<number> {
  const factories = factoriesIn(code, declared, handedOut);
  const saidBy = saidIn(code, declared, handedOut, factories);
  const keyed = new Map<string, number[]>();
  for (const one of declared.declarations.keys()) {
    for (const key of keysOf(declared, handedOut, factories, one)) {
      const all = keyed.get(key);
      if (all) all.push(one);
      else keyed.set(key, [one]);
    }
  }
  const reached = new Set<number>();
  const open: number[] = [declared.outside];
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    for (const key of keysSaid(saidBy.get(one), declared.topOf(one))) {
      for (const other of keyed.get(key) ?? []) reached.has(other) || open.push(other);
      for (const other of keyed.get(key) ?? []) reached.add(other);
      keyed.delete(key);
    }
  }
  return reached;
}

const unknown = { name: '', kind: 'constant', isOnlyCalled: false } as const;

/** By what a declaration is reached: its name alone, where that means it, or as a member of something. */
function keysOf(
  declared: Declared,
  handedOut: HandedOut,
  factories: Factories,
  one: number,
): readonly string[] {
  const { name, kind, isOnlyCalled } = declared.declarations[one] ?? unknown;
  if (kind === 'method') return [isOnlyCalled ? `.${name}()` : `.${name}`];
  const top = declared.topOf(one);
  if (top === one) return [name];
  return [`${top} ${name}`, ...handedOut.of(top, name).flatMap(factories.memberKeys)];
}

function keysSaid(said: Said | undefined, top: number): readonly string[] {
  if (said === undefined) return [];
  return [
    ...said.names,
    ...[...said.names].map((name) => `${top} ${name}`),
    ...[...said.members].map((name) => `.${name}`),
    ...[...said.calls].map((name) => `.${name}()`),
    ...said.membersOf,
  ];
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
