import * as z from 'zod';
import type { Region } from '../../regions/schema.ts';
import type { Teller } from '../rollout/teller.ts';
import { abreast } from './abreast.ts';
import { type Carve, carver, type Keeping, keepingPart, type Leaving } from './carving.ts';
import type { Clients } from './clients.ts';
import { version } from './export.ts';
import { type Files, filesIn, linesInFile } from './files.ts';
import { Deletion } from './ledger.ts';
import { type ExportedFile, format, Login, Manifest, names, PaperFile } from './manifest.ts';
import type { Capability, Row } from './ownership.ts';
import { copiesAtOnce, copyObject, missingPaper } from './papers.ts';
import { addressOf, keyIn, type Place } from './place.ts';
import { requireSafeBucket } from './preflight.ts';
import { TransferRefused } from './refusals.ts';
import { rowOf, rowsIn, tiesIn, wireOf } from './rows.ts';

export interface CarveOptions extends Leaving {
  /** A whole export of the host. */
  readonly via: Place;
  readonly manifest: Manifest;
  /** Where the partner's part goes. */
  readonly to: Place;
  readonly teller: Teller;
}

/** What is carved is learned on the way. */
interface Found {
  /** Logins by which somebody who moves, or acts for them, is known. */
  readonly subs: Set<string>;
  /** Providers that the rows name. */
  readonly providers: Set<string>;
}

/**
 * Takes a partner's part out of a whole export: who lives in its areas, with all that is kept of them, who works there, and
 * who mentors them now. Nothing of anybody else is in it (edge case 50). Run again, it writes the same.
 *
 * @throws {TransferRefused} see `refusals.ts`
 */
export async function carvePartner(clients: Clients, options: CarveOptions): Promise<Manifest> {
  const { via, manifest, to, teller, partner, areas } = options;
  const [whole, part] = [filesIn(clients.s3, via), filesIn(clients.s3, to)];
  await teller.step('check', async () => {
    await requireSafeBucket(clients.s3, to);
    if ((await part.head(names.manifest)) === undefined)
      return { result: undefined, text: `${addressOf(to)} can be used` };
    throw new TransferRefused(
      'export-there-already',
      `${addressOf(to)} holds a whole export already. Choose another prefix.`,
    );
  });
  const found: Found = { subs: new Set(), providers: new Set() };
  const { tables, keeping } = await teller.step('carve', async (progress) => {
    const ties = await tiesIn(whole, manifest);
    const keeping = keepingPart({ partner, areas }, ties);
    const carve = carver(ties, keeping);
    const tables: Manifest['tables'] = [];
    for (const { capability, files } of manifest.tables) {
      const parts = await carveTable({ whole, part, carve, found }, capability, files);
      const items = parts.reduce((sum, file) => sum + file.items, 0);
      tables.push({ capability, items, files: parts });
      progress(`${capability}: ${items} rows`, { capability, items });
    }
    const learners = [...ties.areas.keys()].filter((id) => id.startsWith('lrn_'));
    const count = learners.filter(keeping.learner).length;
    const text = `${count} of ${learners.length} learners live in ${areas.join(', ')}`;
    return { result: { tables, keeping }, text, facts: { learners: count } };
  });
  const papers = await teller.step('papers', async () => {
    const result = await carvePapers(clients, { whole, part, manifest }, keeping);
    return { result, text: `${result.count} papers` };
  });
  const logins = await teller.step('logins', async () => {
    const kept: Login[] = [];
    for await (const login of whole.lines(manifest.logins.list, Login)) {
      if (found.subs.has(login.sub)) kept.push(login);
    }
    const list = await part.writeLines(names.logins, kept);
    return { result: { count: kept.length, list }, text: `${kept.length} logins` };
  });
  const deletions = await teller.step('deletions', async () => {
    const result = await carveLedger({ whole, part, manifest }, keeping, found);
    return { result, text: `${result?.count ?? 0} deletions of its own people` };
  });
  return teller.step('manifest', async () => {
    const result = Manifest.parse({
      ...manifest,
      format,
      version: version(),
      scope: { kind: 'partner', partner, areas },
      areas,
      providers: [...found.providers].sort(),
      tables,
      papers,
      logins,
      deletions,
    });
    await part.writeJson(names.manifest, result);
    return { result, text: `the export is whole: ${addressOf(to)}/${names.manifest}` };
  });
}

interface Carving {
  readonly whole: Files;
  readonly part: Files;
  readonly carve: Carve;
  readonly found: Found;
}

async function carveTable(
  { whole, part, carve, found }: Carving,
  capability: Capability,
  files: readonly ExportedFile[],
): Promise<ExportedFile[]> {
  const written: ExportedFile[] = [];
  let lines: { Item: object }[] = [];
  const write = async () => {
    const name = `tables/${capability}/${String(written.length + 1).padStart(5, '0')}.json.gz`;
    written.push(await part.writeLines(name, lines));
    lines = [];
  };
  for (const file of files) {
    for await (const wire of rowsIn(whole, file)) {
      const left = carve(capability, rowOf(wire));
      if (left === undefined) continue;
      learn(capability, left, found);
      lines.push({ Item: wireOf(left) });
      if (lines.length === linesInFile) await write();
    }
  }
  await write();
  return written;
}

const named = z.looseObject({ providerId: z.string() });
const Chosen = z.looseObject({
  places: z.record(z.string(), named),
  waits: z.record(z.string(), named),
  endings: z.record(z.string(), z.unknown()),
});

function learn(capability: Capability, row: Row, { subs, providers }: Found): void {
  if (capability === 'identity' && row.pk.startsWith('LOGIN#')) subs.add(row.pk.slice(6));
  if (capability === 'provisioning') providers.add(named.parse(row).providerId);
  if (capability !== 'enrolment' || row.sk !== 'PLACES') return;
  const { places, waits, endings } = Chosen.parse(row);
  for (const { providerId } of [...Object.values(places), ...Object.values(waits)])
    providers.add(providerId);
  for (const providerId of Object.keys(endings)) providers.add(providerId);
}

/** Whose papers a file is of: `clean/<learner or mentor>/<paper>`. */
export const ownerOfPaper = (key: string) => key.split('/')[1] ?? '';

/** Who else was deleted is nobody's business but the host's; of them nothing is in the part that could come back. */
async function carveLedger(
  { whole, part, manifest }: Pick<Carving, 'whole' | 'part'> & { readonly manifest: Manifest },
  keeping: Keeping,
  { subs }: Found,
): Promise<Manifest['deletions']> {
  if (manifest.deletions === undefined) return undefined;
  const kept: Deletion[] = [];
  for await (const deletion of whole.lines(manifest.deletions.list, Deletion)) {
    const { learnerId = '', mentorId = '', sub = '' } = deletion;
    if (keeping.learner(learnerId) || keeping.mentor(mentorId) || subs.has(sub))
      kept.push(deletion);
  }
  return { count: kept.length, list: await part.writeLines(names.deletions, kept) };
}

async function carvePapers(
  { s3 }: Clients,
  { whole, part, manifest }: Pick<Carving, 'whole' | 'part'> & { readonly manifest: Manifest },
  keeping: Keeping,
): Promise<Manifest['papers']> {
  const kept: PaperFile[] = [];
  const papers = whole.lines(manifest.papers.list, PaperFile);
  await abreast(copiesAtOnce, papers, async (paper) => {
    if (!keeping.learner(ownerOfPaper(paper.key))) return;
    const copy = keyIn(part.place, names.paperFolder + paper.key);
    const [from, to] = [whole.place, part.place];
    const copyEtag = await copyObject(s3, { ...from, key: paper.copy }, { ...to, key: copy });
    if (copyEtag === undefined) throw missingPaper(from, paper.copy);
    kept.push({ ...paper, copy, copyEtag });
  });
  kept.sort((one, other) => (one.key < other.key ? -1 : 1));
  return { count: kept.length, list: await part.writeLines(names.papers, kept) };
}

/**
 * What leaves: the areas of a partner of the region file, or those that are named.
 *
 * @throws {TransferRefused} `unknown-partner`, `unknown-area`
 */
export function leavingOf(
  region: Region,
  { partner, areas }: { readonly partner: string; readonly areas?: readonly string[] | undefined },
): Leaving {
  const own = new Set<string>(region.areas.map(({ id }) => id));
  const named = areas ?? areasOf(region, partner);
  const unknown = named.filter((id) => !own.has(id));
  if (unknown.length === 0) return { partner, areas: named };
  throw new TransferRefused(
    'unknown-area',
    `the region "${region.id}" has no area ${unknown.map((id) => `"${id}"`).join(', ')}; it has ${[...own].join(', ')}.`,
  );
}

const Hosting = z.looseObject({
  partners: z.array(z.looseObject({ id: z.string(), areas: z.array(z.string()) })).default([]),
});

function areasOf(region: Region, partner: string): readonly string[] {
  const { partners } = Hosting.parse(region);
  const found = partners.find(({ id }) => id === partner);
  if (found !== undefined) return found.areas;
  const known = partners.map(({ id }) => id).join(', ');
  throw new TransferRefused(
    'unknown-partner',
    `the region "${region.id}" hosts no partner "${partner}"${known === '' ? '' : `; it hosts ${known}`}. Name one of its partners, or its areas with --areas.`,
  );
}
