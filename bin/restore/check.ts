import type { Region } from '../../regions/schema.ts';
import type { Clients } from '../export/clients.ts';
import { type Files, filesIn } from '../export/files.ts';
import { type ExportedFile, Manifest, names, PaperFile } from '../export/manifest.ts';
import { listed, missingPaper } from '../export/papers.ts';
import { addressOf, keyIn, type Place } from '../export/place.ts';
import { TransferRefused } from '../export/refusals.ts';
import type { Progress } from '../rollout/teller.ts';

/**
 * Reads an export's manifest.
 *
 * @throws {TransferRefused} `no-export-there`: nothing, or an export that did not come to its end
 * @throws {TransferRefused} `export-unreadable`
 */
export async function readManifest({ s3 }: Pick<Clients, 's3'>, from: Place): Promise<Manifest> {
  const manifest = await filesIn(s3, from).readJson(names.manifest, Manifest);
  if (manifest !== undefined) return manifest;
  throw new TransferRefused(
    'no-export-there',
    `${addressOf(from)} holds no whole export: there is no ${names.manifest}. Check the address; an export that was interrupted ends when "ladder export" is run again with the same address.`,
  );
}

/**
 * Sees to it that a region can hold what an export names.
 *
 * @throws {TransferRefused} `region-lacks`: areas or providers that rows name, all of them at once
 */
export function requireFit({ areas, providers }: Manifest, region: Region): void {
  const own = new Set<string>([
    ...region.areas.map(({ id }) => id),
    ...region.providers.map(({ id }) => id),
  ]);
  const missing = [
    ...areas.filter((id) => !own.has(id)).map((id) => `the area "${id}"`),
    ...providers.filter((id) => !own.has(id)).map((id) => `the provider "${id}"`),
  ];
  if (missing.length === 0) return;
  throw new TransferRefused(
    'region-lacks',
    `the region file lacks what rows of the export name: ${missing.join(', ')}. Add them with the same ids (a provider that has ended may stay as one), then try again; nothing was restored.`,
  );
}

/**
 * Sees to it that this release can read the rows.
 *
 * @param dataLevel - how many migrations the copy's release knows
 * @throws {TransferRefused} `release-too-old`
 */
export function requireRelease(
  { dataLevel: has, version }: Pick<Manifest, 'dataLevel' | 'version'>,
  dataLevel: number,
): void {
  if (has <= dataLevel) return;
  throw new TransferRefused(
    'release-too-old',
    `the export is of release ${version}, whose rows had ${has} migrations; this release knows ${dataLevel}. Restore with that release or a newer one.`,
  );
}

/**
 * Compares every file with its checksum, and every paper with its size and its ETag, by which S3 knows what is in it.
 *
 * @throws {TransferRefused} `checksum-differs`, `export-unreadable`
 */
export async function verifyAll(
  { s3 }: Pick<Clients, 's3'>,
  from: Place,
  { tables, papers, logins, deletions }: Manifest,
  progress: Progress,
): Promise<number> {
  const files = filesIn(s3, from);
  const lists = [papers.list, logins.list, ...(deletions === undefined ? [] : [deletions.list])];
  const all = [...tables.flatMap((table) => table.files), ...lists];
  for (const [at, file] of all.entries()) {
    await files.verify(file);
    progress(`${at + 1} of ${all.length} files`, { files: all.length, checked: at + 1 });
  }
  await verifyPapers(s3, from, files, papers.list);
  return all.length;
}

/** One request for a thousand papers. */
async function verifyPapers(
  s3: Clients['s3'],
  from: Place,
  files: Files,
  list: ExportedFile,
): Promise<void> {
  const there = new Map<string, { readonly size: number; readonly etag: string }>();
  for await (const paper of listed(s3, from, keyIn(from, names.paperFolder)))
    there.set(paper.key, paper);
  for await (const { copy, size, etag, copyEtag } of files.lines(list, PaperFile)) {
    const found = there.get(copy);
    if (found === undefined) throw missingPaper(from, copy);
    if (found.size === size && (found.etag === copyEtag || found.etag === etag)) continue;
    throw new TransferRefused(
      'checksum-differs',
      `s3://${from.bucket}/${copy} is not the paper that was exported: its size or its ETag is another. Take the export from where it was made (a copy in a bucket with another key has other ETags), or make a new one; nothing was restored.`,
    );
  }
}
