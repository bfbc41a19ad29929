import { readFileSync } from 'node:fs';
import { parse as parsePath } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { inconsistencies } from './consistency.ts';
import { explain } from './explain.ts';
import { type Fault, type Finding, InvalidRegionFile, pathText } from './fault.ts';
import { missingRegionFile } from './missing-file.ts';
import { Places } from './places.ts';
import { Region } from './schema.ts';
import type { Sections } from './sections.ts';
import { type SyntaxFault, syntaxFaults } from './syntax.ts';

export { type Fault, InvalidRegionFile } from './fault.ts';

/**
 * Reads a region file. It has to be named after its region: stack, tables and secrets take the id, so
 * a copy that kept the id of its original would be deployed over the original.
 *
 * @param file path of the file, as it shall appear in messages
 * @throws {InvalidRegionFile} with everything that is wrong in it
 */
export function loadRegion(file: string): Region {
  return parseText(textOf(file), file, (sections) => misnamed(sections, file));
}

function misnamed({ id }: Sections, file: string): Finding[] {
  const { name, base, ext } = parsePath(file);
  if (id === undefined || id === name) return [];
  return [
    {
      path: ['id'],
      problem: `is "${id}", but the file is called ${base}`,
      remedy: `write "${name}", or call the file ${id}${ext}; as it is, it would be deployed over the region "${id}"`,
    },
  ];
}

function textOf(file: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    if (isMissing(error)) throw missingRegionFile(file);
    const reason = error instanceof Error ? error.message : String(error);
    throw wholeFile(file, `cannot be read (${reason})`, 'give the path of a region file');
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // The decoder's only complaint.
    throw wholeFile(file, 'is not valid UTF-8', 'save it in the encoding UTF-8');
  }
}

function isMissing(error: unknown): boolean {
  if (!(error instanceof Error && 'code' in error)) return false;
  return error.code === 'ENOENT' || error.code === 'ENOTDIR';
}

function wholeFile(file: string, problem: string, remedy: string): InvalidRegionFile {
  const path = pathText([]);
  return new InvalidRegionFile([{ file, line: 1, column: 1, path, problem, remedy }]);
}

/**
 * Reads a region from the text of its file. All faults are reported at once, in the order of the
 * text: a broken syntax alone, for what follows it is guesswork; else keys written twice, all that
 * the schema refuses, and the contradictions between those sections that the schema accepts.
 *
 * @param text YAML 1.2 without aliases, so that each policy reads by itself
 * @param file what messages call the file
 * @throws {InvalidRegionFile} with everything that is wrong in it
 */
export function parseRegion(text: string, file: string): Region {
  return parseText(text, file, () => []);
}

/** What a region has to comply with besides the schema; asked about the sections that can be read. */
type Rule = (sections: Sections) => Finding[];

function parseText(text: string, file: string, rule: Rule): Region {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
  });
  const source = { file, places: new Places(document, lines) };
  const syntax = syntaxFaults(document);
  const misspelled = syntax.map((fault) => syntaxFaultIn(source, fault));
  if (syntax.some(({ damage }) => damage !== 'readable')) {
    throw new InvalidRegionFile(misspelled.sort(inOrder));
  }

  const { region, findings } = read(document.toJS(), rule);
  const faults = [...misspelled, ...findings.map((finding) => faultIn(source, finding))];
  if (region === undefined || faults.length > 0) throw new InvalidRegionFile(faults.sort(inOrder));
  return region;
}

interface Source {
  readonly file: string;
  readonly places: Places;
}

function syntaxFaultIn({ file, places }: Source, fault: SyntaxFault): Fault {
  const { offset, problem, remedy, damage } = fault;
  const { path, ...place } = places.at(offset);
  // Paths of a broken document lead anywhere.
  return { file, ...place, path: pathText(damage === 'broken' ? [] : path), problem, remedy };
}

function faultIn({ file, places }: Source, finding: Finding): Fault {
  const { path, problem, remedy, elsewhere } = finding;
  const here = elsewhere ?? { file, ...places.of(finding), path: pathText(path) };
  return { ...here, problem, remedy };
}

function inOrder(a: Fault, b: Fault): number {
  return a.file.localeCompare(b.file) || a.line - b.line || a.column - b.column;
}

function read(value: unknown, rule: Rule): { region: Region | undefined; findings: Finding[] } {
  const { data: region, error } = Region.safeParse(value);
  const contradictions = (sections: Sections) => [...rule(sections), ...inconsistencies(sections)];
  if (error === undefined) return { region, findings: contradictions(region) };
  const refused = explain(error, { schema: Region, value });
  const sections = readableSections(value, error);
  return { region: undefined, findings: [...refused, ...contradictions(sections)] };
}

/** The sections that the schema did not refuse: a fault in one shall hide none in another. */
function readableSections(value: unknown, { issues }: z.ZodError): Sections {
  if (typeof value !== 'object' || value === null) return {};
  const refused = new Set(issues.map(({ path: [section] }) => section));
  const entries = Object.entries(value).filter(([section]) => !refused.has(section));
  return z.object(Region.shape).partial().parse(Object.fromEntries(entries));
}
