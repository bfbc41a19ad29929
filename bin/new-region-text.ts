import { type Document, isMap, isNode, isScalar, isSeq, parseDocument, type YAMLMap } from 'yaml';
import {
  applied,
  type Edit,
  type Entry,
  eachEntry,
  inOneLine,
  itemEdit,
  keyText,
  linesEdit,
  nodeEdit,
  valueEdit,
} from './new-region-edits.ts';

/** What a new region is called, where it runs, and for how many. */
export interface NewRegion {
  readonly id: string;
  /** The region's name in each of its languages. */
  readonly name: Readonly<Record<string, string>>;
  /** The first is for people who have not chosen any. */
  readonly languages: readonly string[];
  readonly timeZone: string;
  readonly awsRegion: string;
  /** Their names are the same in each language, until somebody translates them. */
  readonly areas: readonly { readonly id: string; readonly name: string }[];
  /** How many may take part at a time in each area. */
  readonly quota: number | 'unlimited';
}

/**
 * The text of a new region's file, made from that of another: what the answers say is written anew, texts keep the
 * languages that the region has, what names areas of the other region is left out, and every other line stays as it is,
 * comments included. What has to be replaced before it goes live is marked SAMPLE.
 *
 * @param text - a region file without a mistake
 */
export function newRegionText(text: string, region: NewRegion): string {
  const document = parseDocument(text);
  const known = listOf(document.get('languages'));
  const made = applied(text, [
    { from: 0, to: firstLine(document, text), text: heading(region, known) },
    ...headEdits(document, region),
    ...entryEdits(document, text, region),
  ]);
  const before = String(document.get('id'));
  return made.replaceAll(
    new RegExp(`(?<![\\w-])${before}\\.example\\b`, 'g'),
    `${region.id}.example`,
  );
}

/** Where the comment at the top has ended. */
function firstLine(document: Document, text: string): number {
  return text.lastIndexOf('\n', valueEdit(document, ['id'], '').from) + 1;
}

function heading({ id, name, languages }: NewRegion, known: readonly string[]): string {
  const missing = languages.filter((language) => !known.includes(language));
  const translate =
    missing.length === 0
      ? ''
      : `#
# SAMPLE: texts in ${missing.join(', ')} are still those in another language; translate them.
`;
  return `# yaml-language-server: $schema=./region.schema.json

# The region of ${name['en'] ?? Object.values(name)[0] ?? id}.
#
# Written by "ladder new-region". Go through it line by line: what must be replaced before it goes
# live is marked "SAMPLE". docs/policies.md and regions/seoul.yaml explain each part, and
# "npx ladder check" says what the file means and what is wrong with it.
${translate}
`;
}

/** The plain values at the top. */
function headEdits(document: Document, region: NewRegion): Edit[] {
  const { id, name, timeZone, languages, awsRegion } = region;
  return [
    valueEdit(document, ['id'], id),
    valueEdit(document, ['name'], inOneLine(inLanguages(name, languages))),
    valueEdit(document, ['timeZone'], timeZone),
    valueEdit(document, ['languages'], inOneLine(languages)),
    valueEdit(document, ['deployment', 'awsRegion'], awsRegion),
  ];
}

/** All that depends on areas, quota and languages, wherever it stands. */
function entryEdits(document: Document, text: string, region: NewRegion): Edit[] {
  const known = new Set(listOf(document.get('languages')));
  const { languages } = region;
  const translated = known.size !== languages.length || languages.some((one) => !known.has(one));
  const edits: Edit[] = [];
  eachEntry(document, (entry) => {
    // Written with the values at the top.
    if (entry.path.join() === 'name') return false;
    const own = ownEdits(entry, text, region);
    const made = own ?? (translated ? textEdits(entry, known, languages) : undefined);
    edits.push(...(made ?? []));
    return made === undefined;
  });
  return edits;
}

/** What becomes of an entry by areas and quota; undefined where they do not matter to it. */
function ownEdits(entry: Entry, text: string, region: NewRegion): Edit[] | undefined {
  const [top, , third] = entry.path;
  const key = entry.path.at(-1);
  if (top === 'areas') return [linesEdit(text, entry, areaLines(region))];
  // Whom the other region hosts.
  if (top === 'partners') return [linesEdit(text, entry)];
  if (top === 'intakes') return intakeEdits(entry, text);
  if (top === 'policies' && third === 'quota') return [linesEdit(text, entry, quotaLines(region))];
  if (key !== 'areas') return undefined;
  const { parent } = entry;
  return parent.flow === true ? [withoutAreas(parent)] : [linesEdit(text, entry)];
}

function areaLines({ areas, languages }: NewRegion): string[] {
  const rows = areas.map(({ id, name }) => {
    const names = Object.fromEntries(languages.map((language) => [language, name]));
    return `  - ${inOneLine({ id, name: names })}`;
  });
  const sample =
    '# SAMPLE: the names of the areas, in each language. Each has a quota and officers of its own.';
  return [sample, 'areas:', ...rows];
}

function quotaLines({ quota }: NewRegion): string[] {
  const comment =
    '# SAMPLE: how many may take part at a time, in each area; whoever comes later waits in order.';
  return quota === 'unlimited'
    ? ['# No bound: whoever is entitled takes part.', 'quota: unlimited']
    : [comment, 'quota:', `  perArea: ${quota}`];
}

/** Intakes that are for areas of the other region are none of this one. */
function intakeEdits({ pair }: Entry, text: string): Edit[] {
  const items = isSeq(pair.value) ? pair.value.items : [];
  return items
    .filter((item): item is YAMLMap => isMap(item) && item.has('areas'))
    .map((item) => itemEdit(text, item));
}

/** A mapping in one line without its areas. */
function withoutAreas(parent: YAMLMap): Edit {
  const others = parent.items.filter(({ key }) => keyText(key) !== 'areas');
  const values = others.map(({ key, value }) => [
    keyText(key),
    isNode(value) ? value.toJSON() : value,
  ]);
  return nodeEdit(parent, inOneLine(Object.fromEntries(values)));
}

/** A text in the languages of the region; what there is none in, in the first that there is. */
function textEdits(
  { pair }: Entry,
  known: ReadonlySet<string>,
  languages: readonly string[],
): Edit[] | undefined {
  const { value } = pair;
  if (!isMap(value) || value.items.length === 0) return undefined;
  const keys = value.items.map(({ key }) => keyText(key));
  if (!keys.every((key) => known.has(key))) return undefined;
  const texts = Object.fromEntries(keys.map((key) => [key, String(value.get(key))]));
  return [nodeEdit(value, inOneLine(inLanguages(texts, languages)))];
}

function inLanguages(texts: Readonly<Record<string, string>>, languages: readonly string[]) {
  const first = Object.values(texts)[0] ?? '';
  return Object.fromEntries(languages.map((language) => [language, texts[language] ?? first]));
}

function listOf(node: unknown): string[] {
  return isSeq(node) ? node.items.map((item) => String(isScalar(item) ? item.value : item)) : [];
}
