import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LineCounter, parseDocument } from 'yaml';
import * as z from 'zod';
import { explain } from './explain.ts';
import { type Fault, type Finding, InvalidRegionFile, pathText } from './fault.ts';
import { factsByKind, type NoticeKind } from './notices.ts';
import { placeholderFindings } from './placeholders.ts';
import { Places } from './places.ts';
import { type Language, Words } from './schema.ts';
import { syntaxFaults } from './syntax.ts';

/** A mail as a translator writes it: `{{name}}` is filled in when it is sent. */
export const MailText = z.strictObject({ subject: Words, body: z.array(Words).min(1) });
export type MailText = z.output<typeof MailText>;

/** Proofs of consent keep it: every language has the same, and a changed text has a new one. */
const ConsentVersion = z
  .string()
  .regex(/^[a-z0-9-]{1,40}$/, 'lower-case letters, digits and hyphens, such as "2026-11"');

/** All texts of one language. */
export const Texts = z.strictObject({
  greeting: Words,
  about: Words,
  reasons: z.strictObject({
    self: Words,
    guardian: Words,
    mentor: Words,
    nominated: Words,
    address: Words,
  }),
  calendar: z.strictObject({
    title: Words,
    session: Words,
    appointment: Words,
    online: Words,
    offline: Words,
  }),
  launch: z.strictObject({ going: Words, go: Words, chosen: Words, close: Words }),
  consent: z.strictObject({ version: ConsentVersion, text: Words }),
  login: z.strictObject({ verification: MailText, invitation: MailText }),
  notices: z.strictObject(
    // What `fromEntries` makes of a key for each kind has all these keys, which its type does not tell.
    Object.fromEntries([...factsByKind.keys()].map((kind) => [kind, MailText])) as Record<
      NoticeKind,
      typeof MailText
    >,
  ),
});
export type Texts = z.output<typeof Texts>;

const directory = fileURLToPath(new URL('../functions/notices/texts/', import.meta.url));

/** What became of reading a language: its texts, or all that is wrong with them. */
export type TextsRead =
  | { readonly texts: Texts; readonly faults: readonly [] }
  | { readonly texts: undefined; readonly faults: readonly Fault[] };

const known = new Map<string, TextsRead>();

/**
 * Reads the texts of a language, once in the life of the process.
 *
 * @returns undefined where nobody has written the language
 */
export function readTexts(language: Language): TextsRead | undefined {
  const file = fileOf(language);
  if (!existsSync(file)) return undefined;
  const read = known.get(file) ?? parseTexts(readFileSync(file, 'utf8'), relative('', file));
  known.set(file, read);
  return read;
}

/** The path of a language's file, as people see it in messages. */
export function textsFile(language: Language): string {
  return relative('', fileOf(language));
}

const fileOf = (language: Language) => `${directory}${language}.yaml`;

/**
 * The texts of a language of a region that was loaded.
 *
 * @throws {InvalidRegionFile} they are missing or wrong, which loading the region has refused (edge case 46)
 */
export function textsOf(language: Language): Texts {
  const { texts, faults } = readTexts(language) ?? { texts: undefined, faults: [] };
  if (texts !== undefined) return texts;
  throw new InvalidRegionFile(faults, faults.length > 0 ? undefined : `no ${textsFile(language)}`);
}

/** Checks the text of a language's file; all faults at once, each with its place. */
export function parseTexts(text: string, file: string): TextsRead {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
  });
  const places = new Places(document, lines);
  const misspelled = syntaxFaults(document);
  const syntax = misspelled.map(({ offset, problem, remedy }): Fault => {
    const { path, ...place } = places.at(offset);
    return { file, ...place, path: pathText(path), problem, remedy };
  });
  // What follows a broken syntax is guesswork.
  if (misspelled.some(({ damage }) => damage !== 'readable')) {
    return { texts: undefined, faults: syntax };
  }
  const value: unknown = document.toJS();
  const { data: texts, error } = Texts.safeParse(value);
  const findings: Finding[] = [
    ...(error === undefined ? [] : explain(error, { schema: Texts, value })),
    ...placeholderFindings(value),
  ];
  if (texts !== undefined && syntax.length + findings.length === 0) return { texts, faults: [] };
  const faults = findings.map(({ problem, remedy, ...finding }): Fault => {
    return { file, ...places.of(finding), path: pathText(finding.path), problem, remedy };
  });
  return {
    texts: undefined,
    faults: faults.sort((a, b) => a.line - b.line || a.column - b.column),
  };
}
