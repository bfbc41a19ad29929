import { type Change, changed } from './changes.ts';
import { type Declaration, type Declared, declaredIn } from './declarations.ts';
import { type Token, tokensOf } from './tokens.ts';

const words = /[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/gu;

/**
 * The code of one function without what nobody in it says the name of: functions within a store that this function has no
 * use for, with all that only they need, and methods of packages. A bundler leaves out what stands at the top of a module;
 * of what a store returns, or a class has, it cannot know.
 *
 * What is left out is named nowhere in what is left, be it as a word or within a text, so nothing but a name that is put
 * together when it runs could miss it. Every line stays the line it was.
 *
 * @param source - all modules in one file, as esbuild writes it before it is minified
 */
export function withoutUnreached(source: string): string {
  const tokens = tokensOf(source);
  const declared = declaredIn(source, tokens);
  const said = saidIn(tokens, declared);
  const gone = declared.declarations.filter(({ name }) => !said.has(name));
  const spans = [
    ...gone.map((one) => spanOf(tokens, one)),
    ...[...declared.handedOut]
      .filter((at) => !said.has(tokens[at]?.text ?? ''))
      .map((at) => ({
        ...between(tokens, at, at + (isComma(tokens[at + 1]) ? 1 : 0)),
        instead: '',
      })),
  ];
  return `${changed(source, spans)}\n${refusing}`;
}

/** What methods are instead that nobody calls. */
const refusing = `function notReached(name) {
  throw new Error('lib/support/unreached.ts leaves the method ' + name + ' out of this function');
}
`;

/**
 * All words that are said by what is reached: by what is in no declaration, and then by each declaration of a name that has
 * been said.
 */
function saidIn(tokens: readonly Token[], declared: Declared): ReadonlySet<string> {
  const saidBy = wordsByDeclaration(tokens, declared);
  const named = Map.groupBy(declared.declarations.keys(), (one) => nameOf(declared, one));
  const said = new Set<string>();
  const open = [outside];
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    for (const word of saidBy.get(one) ?? []) {
      if (said.has(word)) continue;
      said.add(word);
      open.push(...(named.get(word) ?? []));
    }
  }
  return said;
}

const nameOf = ({ declarations }: Declared, one: number) => declarations[one]?.name ?? '';

/** The place of what is in no declaration. */
const outside = -1;

/** The words of each declaration that are not those of another within it; where it says its own name, as such, is no use of it. */
function wordsByDeclaration(tokens: readonly Token[], { declarations, handedOut }: Declared) {
  const names = new Set(declarations.map(({ nameAt }) => nameAt));
  const within: number[] = [];
  const saidBy = new Map<number, Set<string>>();
  let next = 0;
  for (const [at, { kind, text }] of tokens.entries()) {
    while ((declarations[within.at(-1) ?? outside]?.to ?? at) < at) within.pop();
    for (; (declarations[next]?.from ?? tokens.length) <= at; next += 1) within.push(next);
    if (kind === 'sign' || names.has(at) || handedOut.has(at)) continue;
    const one = within.at(-1) ?? outside;
    const said = saidBy.get(one) ?? new Set();
    saidBy.set(one, said);
    if (kind === 'word') said.add(text);
    else for (const word of text.match(words) ?? []) said.add(word);
  }
  return saidBy;
}

function spanOf(tokens: readonly Token[], { kind, name, from, to }: Declaration): Change {
  const instead = kind === 'method' ? `{ notReached('${name}'); }` : '';
  return { ...between(tokens, from, to), instead };
}

function between(tokens: readonly Token[], first: number, last: number) {
  return { start: tokens[first]?.start ?? 0, end: tokens[last]?.end ?? 0 };
}

function isComma(token: Token | undefined): boolean {
  return token?.text === ',';
}
