import {
  type Document,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  stringify,
  type YAMLMap,
} from 'yaml';

/** A passage of a text, from and to an offset, and what stands there instead. */
export interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

export type Path = readonly (string | number)[];

/** A key with its value, where both stand in the text. */
export interface Entry {
  readonly path: Path;
  readonly pair: Pair;
  /** The mapping that it is in. */
  readonly parent: YAMLMap;
}

/** The text with all edits made; none may overlap another. */
export function applied(text: string, edits: readonly Edit[]): string {
  const last = [...edits].sort((a, b) => b.from - a.from);
  return last.reduce(
    (now, { from, to, text: instead }) => now.slice(0, from) + instead + now.slice(to),
    text,
  );
}

/** The value at a path, written otherwise. */
export function valueEdit(document: Document, path: Path, text: string): Edit {
  const node = document.getIn(path, true);
  if (!isNode(node))
    throw new RangeError(`the file that the new one is made from has no "${path.join('.')}"`);
  return nodeEdit(node, text);
}

/** A value, written otherwise. */
export function nodeEdit(node: Node, text: string): Edit {
  return { from: rangeOf(node)[0], to: endOf(node), text };
}

/** Whole lines of a key with its value and the comment above, replaced; by nothing, to leave it out. */
export function linesEdit(text: string, { pair }: Entry, lines: readonly string[] = []): Edit {
  if (!isNode(pair.key)) throw new TypeError('the parser makes nodes of keys');
  const value = isNode(pair.value) ? pair.value : pair.key;
  return wholeLines(text, rangeOf(pair.key)[0], value, lines);
}

/** Whole lines of an entry of a list, and the comment above, left out. */
export function itemEdit(text: string, item: Node): Edit {
  return wholeLines(text, rangeOf(item)[0], item, []);
}

function wholeLines(text: string, start: number, value: Node, lines: readonly string[]): Edit {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const indentation = ' '.repeat(start - lineStart);
  const written = lines.map((line) => `${indentation}${line}\n`).join('');
  return { from: aboveComments(text, lineStart), to: afterLine(text, endOf(value)), text: written };
}

/** Up over the comment that belongs to a line: the lines of `#` directly above. */
function aboveComments(text: string, lineStart: number): number {
  let from = lineStart;
  for (;;) {
    const above = text.lastIndexOf('\n', from - 2) + 1;
    if (from === 0 || !/^\s*#/.test(text.slice(above, from))) return from;
    from = above;
  }
}

/** A block scalar ends behind its last line; anything else within it. */
function afterLine(text: string, end: number): number {
  if (text[end - 1] === '\n') return end;
  const newline = text.indexOf('\n', end);
  return newline === -1 ? text.length : newline + 1;
}

/** Where the last thing within a value ends: a block collection itself reaches up to what follows it. */
function endOf(node: Node): number {
  if (!isCollection(node) || node.flow === true) return rangeOf(node)[1];
  const last = node.items.at(-1);
  const inside = isPair(last) ? (last.value ?? last.key) : last;
  return isNode(inside) ? endOf(inside) : rangeOf(node)[1];
}

function rangeOf(node: Node): [start: number, end: number] {
  if (node.range == null) throw new TypeError('the parser gives every node its range');
  return [node.range[0], node.range[1]];
}

/** Every key of a document, outer before inner; `visit` says whether what is in it is looked at, too. */
export function eachEntry(document: Document, visit: (entry: Entry) => boolean): void {
  const walk = (node: unknown, path: Path): void => {
    if (isSeq(node)) node.items.forEach((item, index) => void walk(item, [...path, index]));
    if (!isMap(node)) return;
    for (const pair of node.items) {
      const here = [...path, keyText(pair.key)];
      if (visit({ path: here, pair, parent: node })) walk(pair.value, here);
    }
  };
  walk(document.contents, []);
}

/** The name of a key. */
export function keyText(key: unknown): string {
  return String(isScalar(key) ? key.value : key);
}

/** A value in one line: `{ ko: 강변, en: Riverside }`. */
export function inOneLine(value: unknown): string {
  return stringify(value, { collectionStyle: 'flow', lineWidth: 0 })
    .trim()
    .replaceAll(/\[ (.*?) \]/g, '[$1]');
}
