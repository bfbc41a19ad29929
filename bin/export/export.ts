import { createRequire } from 'node:module';
import type { Region } from '../../regions/schema.ts';
import type { Teller } from '../rollout/teller.ts';
import type { Clients } from './clients.ts';
import { type Files, filesIn } from './files.ts';
import type { Holdings } from './holdings.ts';
import { exportLedger } from './ledger.ts';
import { exportLogins } from './logins.ts';
import { Begun, format, Manifest, names } from './manifest.ts';
import { exportPapers } from './papers.ts';
import { addressOf, type Place } from './place.ts';
import { exportMoment, requireSafeBucket } from './preflight.ts';
import { TransferRefused } from './refusals.ts';
import { exportTables } from './tables.ts';
import { isSameSecond } from './whole.ts';

export interface ExportOptions {
  readonly region: Region;
  readonly holdings: Holdings;
  /** Where it goes. */
  readonly to: Place;
  /** The moment that the rows are to be of; undefined: the latest that there is. */
  readonly at?: Date | undefined;
  readonly teller: Teller;
}

/**
 * Exports a region: all tables as they were at one moment, the files of papers, and the list of logins. Run again after an
 * interruption, it goes on with what it had begun. The manifest comes last: an export without one is none.
 *
 * @throws {TransferRefused} see `refusals.ts`
 */
export async function exportRegion(clients: Clients, options: ExportOptions): Promise<Manifest> {
  const { holdings, to, teller } = options;
  const files = filesIn(clients.s3, to);
  const begun = await teller.step('preflight', async () => {
    await requireSafeBucket(clients.s3, to);
    const result = await beginOrGoOn(clients, files, options);
    return { result, text: `all tables as they were at ${result.moment}` };
  });
  const tables = await teller.step('tables', async (progress) => {
    const result = await exportTables(clients, holdings, { files, begun, progress });
    const rows = result.reduce((sum, { items }) => sum + items, 0);
    return { result, text: `${rows} rows of ${result.length} tables`, facts: { rows } };
  });
  const papers = await teller.step('papers', async () => {
    const since = new Date(begun.begunAt);
    const result = await exportPapers(clients.s3, holdings.papersBucket, files, since);
    return { result, text: `${result.count} papers`, facts: { count: result.count } };
  });
  const logins = await teller.step('logins', async () => {
    const result = await exportLogins(clients.cognito, holdings.pools, files);
    return { result, text: `${result.count} logins`, facts: { count: result.count } };
  });
  const deletions = await teller.step('deletions', async () => {
    const result = await ledgerOf(clients, holdings, files);
    return { result, text: `${result?.count ?? 0} deletions in the ledger` };
  });
  return teller.step('manifest', async () => {
    const result = manifestOf(options, begun, { tables, papers, logins, deletions });
    await files.writeJson(names.manifest, result);
    return { result, text: `the export is whole: ${addressOf(to)}/${names.manifest}` };
  });
}

async function ledgerOf(
  { s3 }: Clients,
  { ledgerBucket }: Holdings,
  files: Files,
): Promise<Manifest['deletions']> {
  return ledgerBucket === undefined ? undefined : exportLedger(s3, ledgerBucket, files);
}

function manifestOf(
  { region, holdings }: ExportOptions,
  { moment }: Begun,
  exported: Pick<Manifest, 'tables' | 'papers' | 'logins' | 'deletions'>,
): Manifest {
  return Manifest.parse({
    format,
    regionId: region.id,
    version: version(),
    dataLevel: holdings.dataLevel,
    moment,
    scope: { kind: 'region' },
    areas: region.areas.map(({ id }) => id),
    providers: region.providers.map(({ id }) => id),
    ...exported,
    ...(holdings.ledgerBucket !== undefined && { ledger: holdings.ledgerBucket }),
  });
}

/** @throws {TransferRefused} `export-there-already`, `place-in-use` */
async function beginOrGoOn(
  clients: Clients,
  files: Files,
  { region, holdings, at, to }: ExportOptions,
): Promise<Begun> {
  if ((await files.head(names.manifest)) !== undefined) {
    throw new TransferRefused(
      'export-there-already',
      `${addressOf(to)} holds a whole export already. Choose another prefix, such as one with the day in its name.`,
    );
  }
  const before = await files.readJson(names.begun, Begun);
  if (before !== undefined) {
    const isAsked = at === undefined || isSameSecond(at, before.moment);
    if (before.regionId === region.id && isAsked) return before;
    throw new TransferRefused(
      'place-in-use',
      `${addressOf(to)} holds an export of the region "${before.regionId}" as of ${before.moment} that was begun at ${before.begunAt}. Choose another prefix.`,
    );
  }
  const moment = await exportMoment(clients, holdings, at);
  const begun = Begun.parse({
    format,
    regionId: region.id,
    moment: moment.toISOString(),
    begunAt: new Date().toISOString(),
    exports: {},
  });
  await files.writeJson(names.begun, begun);
  return begun;
}

/** The release that this is. */
export function version(): string {
  const manifest: unknown = createRequire(import.meta.url)('../../package.json');
  if (typeof manifest === 'object' && manifest !== null && 'version' in manifest)
    return String(manifest.version);
  throw new Error('package.json has no version');
}
