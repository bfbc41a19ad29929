import type { Code, Declared } from './declarations.ts';
import type { Factories } from './factories.ts';
import type { HandedOut } from './handed-out.ts';
import type { Token } from './tokens.ts';

/** What a piece of code says that may be the name of a declaration. */
export interface Said {
  /** Words that may mean what is declared around them. */
  readonly names: Set<string>;
  /** Words that may be asked of something: after a dot, in a text, and all of the others, for objects are taken apart by them. */
  readonly members: Set<string>;
  /** Those that are called of something: `.until(…)`. */
  readonly calls: Set<string>;
  /** The same of what is known to be made by one function: `noteStore.readPlan`. */
  readonly membersOf: Set<string>;
}

/**
 * What each declaration says, without what others within it say; where a name is declared or handed out it is not said.
 */
export function saidIn(
  { tokens }: Code,
  { declarations, innermostAt }: Declared,
  handedOut: HandedOut,
  { askedOf }: Factories,
): ReadonlyMap<number, Said> {
  const declaredAt = new Set(declarations.map(({ nameAt }) => nameAt));
  const all = new Map<number, Said>();
  for (const [at, { kind, text }] of tokens.entries()) {
    if (kind === 'sign' || declaredAt.has(at) || handedOut.tokens.has(at)) continue;
    const one = innermostAt(at);
    let said = all.get(one);
    if (said === undefined) {
      said = { names: new Set(), members: new Set(), calls: new Set(), membersOf: new Set() };
      all.set(one, said);
    }
    const known = askedOf.get(at);
    if (known !== undefined) said.membersOf.add(known);
    else if (kind === 'text') sayText(said, text);
    else say(said, tokens, at);
  }
  return all;
}

function say(said: Said, tokens: readonly Token[], at: number): void {
  const word = tokens[at]?.text ?? '';
  const isOnlyMember = isMember(tokens, at);
  said.members.add(word);
  if (!isOnlyMember) said.names.add(word);
  else if (isCalled(tokens, at)) said.calls.add(word);
}

/** `.name(…)`, `.name?.(…)`, `.name.bind(…)` */
function isCalled(tokens: readonly Token[], at: number): boolean {
  const first = tokens[at + 1]?.text;
  const second = tokens[at + 2]?.text;
  if (first === '?') return second === '.' && tokens[at + 3]?.text === '(';
  return first === '(' || (first === '.' && /^(bind|call|apply)$/.test(second ?? ''));
}

/** A text that is a name may be asked for by it: `adapter[asked]`. */
function sayText(said: Said, text: string): void {
  const [, name] = /^(?:'|"|`)([\p{ID_Start}$_][\p{ID_Continue}$]*)(?:'|"|`)$/u.exec(text) ?? [];
  if (name !== undefined) said.members.add(name);
}

/** Whether a word stands after a dot, but not after `...`, or before a colon in an object. */
export function isMember(tokens: readonly Token[], at: number): boolean {
  const before = tokens[at - 1]?.text;
  if (before === '.') return tokens[at - 2]?.text !== '.';
  return tokens[at + 1]?.text === ':' && (before === '{' || before === ',');
}
