import type { Code, Declared } from './declarations.ts';
import type { Handed, HandedOut } from './handed-out.ts';
import { isMember } from './said.ts';
import type { Token } from './tokens.ts';

/** Which functions hand out others, as stores do, and of which it is known what is asked of what they return. */
export interface Factories {
  /** The name of the function that hands out another one, if it is known who asks for that. */
  ownerOf(handed: Handed): string | undefined;
  /** For tokens such as `readPlan` in `notes.readPlan`: of what it is asked, `noteStore.readPlan`. */
  readonly askedOf: ReadonlyMap<number, string>;
}

/** `const notes = noteStore(…);`, and where `notes` is known. */
interface Binding {
  /** The tokens that are asked of it; undefined where it goes elsewhere, and so may be asked for anything. */
  readonly asked: readonly number[] | undefined;
}

/**
 * Finds which functions' results are only ever kept in constants of which members are asked: `const notes = noteStore(table);
 * … notes.readPlan(…)`. What such a function hands out is reached by these and by nothing else of the same name.
 */
export function factoriesIn(
  code: Code,
  { declarations }: Declared,
  handedOut: HandedOut,
): Factories {
  const { tokens } = code;
  const askedOf = new Map<number, string>();
  const known = new Set<number>();
  for (const factory of handedOut.factories) {
    const { name, nameAt } = declarations[factory] ?? { name: '', nameAt: -1 };
    const mentions = code.placesOf(name).filter((at) => at !== nameAt && !isMember(tokens, at));
    const bindings = mentions.map((at) => bindingAt(code, at));
    if (!bindings.every((binding) => binding?.asked !== undefined)) continue;
    known.add(factory);
    for (const binding of bindings) {
      for (const at of binding?.asked ?? []) askedOf.set(at, `${name}.${tokens[at]?.text}`);
    }
  }
  return {
    askedOf,
    ownerOf: ({ top }) => (known.has(top) ? declarations[top]?.name : undefined),
  };
}

/** The constant that keeps what a factory returns, or parts of it, if that is all that is done where it is mentioned. */
function bindingAt(code: Code, mentionedAt: number): Binding | undefined {
  const { tokens, closing, opening, around } = code;
  const call = callAt(code, mentionedAt);
  if (call === undefined || tokens[call.to + 1]?.text !== ';') return undefined;
  const keptAt = call.from - 2;
  const name = tokens[keptAt];
  const first = opening.get(keptAt) ?? keptAt;
  const isKept = /^(const|var)$/.test(tokens[first - 1]?.text ?? '');
  if (!isKept || tokens[keptAt + 1]?.text !== '=' || name === undefined) return undefined;
  if (tokens[first]?.text === '{') return { asked: membersTaken(tokens, first, keptAt) };
  const block = around[call.from] ?? -1;
  const last = closing.get(block) ?? tokens.length;
  const uses = code
    .placesOf(name.text)
    .filter((use) => use > block && use < last && use !== keptAt && !isMember(tokens, use));
  const isAsked = uses.every(
    (use) => tokens[use + 1]?.text === '.' && tokens[use + 2]?.kind === 'word',
  );
  return { asked: isAsked ? uses.map((use) => use + 2) : undefined };
}

/** From where to where a function is called: `name(…)`, or `(() => name(…))()`, as `pure-constants.ts` has it. */
function callAt({ tokens, closing }: Code, at: number) {
  const end = tokens[at + 1]?.text === '(' ? closing.get(at + 1) : undefined;
  if (end === undefined) return undefined;
  const textOf = (from: number, to: number) =>
    tokens
      .slice(Math.max(from, 0), to)
      .map(({ text }) => text)
      .join('');
  const isMarked = textOf(at - 5, at) === '(()=>' && textOf(end + 1, end + 4) === ')()';
  return isMarked ? { from: at - 5, to: end + 3 } : { from: at, to: end };
}

/** `{ read, write: writeAll }` without rests, defaults and further brackets: `read` and `write`. */
function membersTaken(
  tokens: readonly Token[],
  open: number,
  close: number,
): readonly number[] | undefined {
  const within = Array.from({ length: close - open - 1 }, (_, place) => open + 1 + place);
  const isPlain = within.every(
    (at) => tokens[at]?.kind === 'word' || /^[,:]$/.test(tokens[at]?.text ?? ''),
  );
  return isPlain ? within.filter((at) => /^[{,]$/.test(tokens[at - 1]?.text ?? '')) : undefined;
}
