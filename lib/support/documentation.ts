import { type Change, changed } from './changes.ts';
import { type Token, tokensOf } from './tokens.ts';

/** An object, list or call in a source: from its opening bracket to its closing one. */
interface Bracket {
  readonly open: number;
  /** Its pieces between commas, as ranges of tokens; the comma is the last of its piece. */
  readonly pieces: { readonly from: number; readonly to: number }[];
}

/**
 * Of a module what functions run, without what only the description of the API tells: `.meta(…)` of schemas; of routes
 * summary, description and the codes of refusals; of answers their schema (what an answer is has been checked by the
 * compiler), of which there remains that there is one; of texts description and example; of contracts the summary.
 *
 * Every line stays the line it was.
 */
export function withoutDocumentation(source: string): string {
  if (!/\.meta\(|\b(summary|refusals|largestBytes)\b|\bstatus: 20/.test(source)) return source;
  const tokens = tokensOf(source);
  const changes = bracketsOf(tokens).flatMap((bracket) => [
    ...metaBefore(tokens, bracket),
    ...documentationIn(tokens, bracket),
  ]);
  return changed(source, changes);
}

function bracketsOf(tokens: readonly Token[]): readonly Bracket[] {
  const all: Bracket[] = [];
  const open: (Bracket & { begins: number })[] = [];
  for (const [at, { kind, text }] of tokens.entries()) {
    if (kind !== 'sign') continue;
    const inner = open.at(-1);
    if (/[([{]/.test(text)) open.push({ open: at, pieces: [], begins: at + 1 });
    else if (inner !== undefined && /[)\]},]/.test(text)) {
      const to = text === ',' ? at : at - 1;
      if (to >= inner.begins) inner.pieces.push({ from: inner.begins, to });
      inner.begins = at + 1;
      if (text !== ',') all.push(...open.splice(-1));
    }
  }
  return all;
}

/** The call of `meta` of which these are the brackets. */
function metaBefore(tokens: readonly Token[], bracket: Bracket): readonly Change[] {
  const dot = tokens[bracket.open - 2];
  const isMeta = tokens[bracket.open - 1]?.text === 'meta' && dot?.text === '.';
  if (!isMeta || tokens[bracket.open]?.text !== '(' || bracket.pieces.length === 0) return [];
  const last = bracket.pieces.at(-1)?.to ?? bracket.open;
  const close = tokens[last + 1];
  return close === undefined ? [] : [{ start: dot.start, end: close.end, instead: '' }];
}

function documentationIn(tokens: readonly Token[], { open, pieces }: Bracket): readonly Change[] {
  if (tokens[open]?.text !== '{') return [];
  const named = new Map(
    pieces.flatMap((piece) => (isNamed(tokens, piece) ? [[tokens[piece.from]?.text, piece]] : [])),
  );
  const dropped = (names: readonly string[]) =>
    names.flatMap((name) => {
      const piece = named.get(name);
      const [first, last] = [tokens[piece?.from ?? -1], tokens[piece?.to ?? -1]];
      return first && last ? [{ start: first.start, end: last.end, instead: '' }] : [];
    });
  const saidIn = (name: string) => {
    const { from, to } = named.get(name) ?? { from: 0, to: 0 };
    return to - from < 2 ? '' : (tokens[from + 2]?.text ?? '');
  };
  if (/^20\d$/.test(saidIn('status')) && named.has('body')) {
    const [body] = dropped(['body']);
    return body === undefined ? [] : [{ ...body, instead: 'body: true,' }];
  }
  if (named.has('largestBytes')) return dropped(['description', 'example']);
  if (named.has('routes') || named.has('parts')) return dropped(['summary']);
  const isRoute =
    /^['"`]\//.test(saidIn('path')) ||
    ['access', 'answers', 'refusals'].some((name) => saidIn(name) === '{');
  return isRoute ? dropped(['summary', 'description', 'refusals']) : [];
}

/** Whether a piece of an object is `name: value`, or a name alone. */
function isNamed(tokens: readonly Token[], { from, to }: Bracket['pieces'][number]): boolean {
  const next = tokens[from + 1]?.text;
  return next === ':' || to === from || (to === from + 1 && next === ',');
}
