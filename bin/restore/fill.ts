import { randomUUID } from 'node:crypto';
import type { Region } from '../../regions/schema.ts';
import { abreast } from '../export/abreast.ts';
import { type Carve, carver, keepingOthers } from '../export/carving.ts';
import type { Clients } from '../export/clients.ts';
import { type Files, filesIn } from '../export/files.ts';
import { requireGoingOn } from '../export/guarded.ts';
import { type Holdings, tableOf } from '../export/holdings.ts';
import { Login, type Manifest, PaperFile } from '../export/manifest.ts';
import { copiesAtOnce, copyObject, listed, missingPaper } from '../export/papers.ts';
import { ownerOfPaper } from '../export/partner.ts';
import { addressOf, type Place } from '../export/place.ts';
import { tiesIn } from '../export/rows.ts';
import type { Progress, Teller } from '../rollout/teller.ts';
import { deleteAgain, toldOf } from './again.ts';
import { requireRelease } from './check.ts';
import { type Deletion, heldIn, idOf, idsOf, relinkedSubs, standingIn } from './ledger.ts';
import { loadFile } from './load.ts';
import { makeLogins } from './logins.ts';
import { type MarkerStore, markerIn, type Standing } from './marker.ts';
import { forgetMigrations } from './migrations.ts';
import { inOrder } from './order.ts';
import { type Relinking, relinkingOf } from './relinking.ts';

export interface Filling {
  readonly region: Region;
  /** A copy that is closed: nobody sees what is not whole yet. */
  readonly holdings: Holdings;
  readonly from: Place;
  readonly manifest: Manifest;
  /** Everybody who was deleted from the region that was exported. */
  readonly deletions: readonly Deletion[];
  readonly teller: Teller;
  /** Ends it between two requests, so that it can be gone on with. */
  readonly interrupted?: AbortSignal | undefined;
}

/**
 * Fills a new copy with an export: logins, rows, papers; whoever was deleted stays deleted (edge case 37). Run again after
 * an interruption, it goes on where it stopped; once it is done, it changes nothing.
 *
 * @throws {TransferRefused} see `bin/export/refusals.ts`
 * @throws {RolloutStopped} `interrupted`
 */
export async function fillCopy(clients: Clients, filling: Filling): Promise<void> {
  const marker = markerIn(clients.dynamodb, filling.holdings, randomUUID());
  try {
    await fill(clients, filling, marker);
  } catch (error) {
    // What ended it is what is told, also where the copy has become another run's and cannot be let go.
    await Promise.allSettled([marker.release()]);
    throw error;
  }
}

async function fill(clients: Clients, filling: Filling, marker: MarkerStore): Promise<void> {
  const { holdings, manifest, from, teller, interrupted } = filling;
  const files = filesIn(clients.s3, from);
  const still = async () => {
    requireGoingOn(interrupted);
    await marker.still();
  };
  const begun = await teller.step('check', async () => {
    requireRelease(manifest, holdings.dataLevel);
    const standing = await marker.begin(addressOf(from), manifest.moment);
    const result = standing.state === 'done' ? undefined : standing;
    if (result === undefined) return { result, text: `${holdings.stackName} is filled` };
    // Who was deleted is in everybody's counts, so all rows are looked at before the first is written.
    const people = await peopleIn(files, filling, result, marker);
    return {
      result: { ...result, ...people },
      text: `${holdings.stackName} is new, or was begun by this restore`,
    };
  });
  if (begun === undefined) return;
  const subs = await teller.step('logins', async () => {
    const result = await linkLogins(clients, filling, files, still);
    return { result, text: `${result.size} logins, each without a known password` };
  });
  const { loaded, carve } = begun;
  const relinking = relinkingOf(subs);
  const run = { clients, filling, files, relinking, carve, marker, loaded, still };
  const { beforePapers, afterPapers } = inOrder(manifest.tables);
  const load = async (tables: readonly Manifest['tables'][number][], progress: Progress) => {
    for (const { capability } of tables) {
      const rows = await loadTable(run, capability);
      progress(`${capability}: ${rows} rows`, { capability, rows });
    }
  };
  await teller.step('rows', async (progress) => {
    await load(beforePapers, progress);
    return { result: undefined, text: 'all rows are there' };
  });
  await teller.step('papers', async () => {
    const count = await copyPapers(clients, { ...filling, held: begun.held }, files, still);
    return { result: count, text: `${count} papers` };
  });
  await teller.step('deletions', async (progress) => {
    await load(afterPapers, progress);
    await still();
    const again = relinkedSubs(begun.standing, subs);
    const came = await deleteAgain(clients.lambda, holdings, again);
    await forgetMigrations(clients.dynamodb, holdings);
    await marker.end();
    const text = `${begun.standing.length} deletions applied again${toldOf(came)}`;
    return { result: undefined, text };
  });
}

/** Who of the ledger stands in an export. */
interface People {
  readonly standing: readonly Deletion[];
  /** All ids of those whom a report holds, so that what is kept of them comes along (edge case 35). */
  readonly held: ReadonlySet<string>;
  readonly carve: Carve | undefined;
}

/**
 * Who of the ledger stands in the export, and whose rows are left out: whom the first run left out, for what counts them was
 * written without them. Whoever was deleted since then, or is held by a report, is loaded like others, and deleted by the job.
 */
async function peopleIn(
  files: Files,
  { manifest, deletions }: Filling,
  { leftOut }: Standing,
  marker: MarkerStore,
): Promise<People> {
  const ties = deletions.length === 0 ? undefined : await tiesIn(files, manifest);
  const standing = ties === undefined ? [] : standingIn(ties.people, deletions);
  const held = ties === undefined ? [] : heldIn(ties, standing);
  const left = standing.filter((one) => leftOut?.has(idOf(one)) ?? !held.includes(one));
  if (leftOut === undefined) await marker.leaveOut(left.map(idOf));
  const gone = idsOf(left);
  // Of whom two entries are, the later one may say that the report was decided.
  const kept = new Set([...idsOf(held)].filter((id) => !gone.has(id)));
  if (ties === undefined || left.length === 0) return { standing, held: kept, carve: undefined };
  return { standing, held: kept, carve: carver(ties, keepingOthers(gone)) };
}

/** Who was deleted, at any time, gets no login. */
function linkLogins(
  { cognito }: Clients,
  { region, holdings, manifest, deletions }: Filling,
  files: Files,
  still: () => Promise<void>,
): Promise<ReadonlyMap<string, string>> {
  const { firstAdministrator: invited } = region.deployment;
  const relogin = { cognito, pools: holdings.pools, invited, still };
  return makeLogins(relogin, files.lines(manifest.logins.list, Login), idsOf(deletions));
}

interface Run {
  readonly clients: Clients;
  readonly filling: Filling;
  readonly files: Files;
  readonly relinking: Relinking;
  readonly carve: Carve | undefined;
  readonly marker: MarkerStore;
  readonly loaded: ReadonlySet<string>;
  readonly still: () => Promise<void>;
}

async function loadTable(
  { clients, filling, files, relinking, carve, marker, loaded, still }: Run,
  capability: Manifest['tables'][number]['capability'],
): Promise<number> {
  const { holdings, manifest, region } = filling;
  const table = manifest.tables.find((one) => one.capability === capability);
  const loading = {
    dynamodb: clients.dynamodb,
    files,
    capability,
    tableName: tableOf(holdings, capability),
    relinking,
    carve,
    providers: new Set<string>(region.providers.map(({ id }) => id)),
    still,
  };
  let rows = 0;
  for (const file of table?.files ?? []) {
    if (loaded.has(file.key)) continue;
    await still();
    rows += await loadFile(loading, file);
    await marker.note(file.key);
  }
  return rows;
}

/** Copies the files of papers, but of those who were deleted and not held; what is there with its ETag is not copied again. */
async function copyPapers(
  { s3 }: Clients,
  { holdings, manifest, from, deletions, held }: Filling & Pick<People, 'held'>,
  files: Files,
  still: () => Promise<void>,
): Promise<number> {
  const deleted = idsOf(deletions);
  const bucket = holdings.papersBucket;
  const there = new Map<string, string>();
  for await (const { key, etag } of listed(s3, { bucket }, '')) there.set(key, etag);
  let count = 0;
  await abreast(copiesAtOnce, files.lines(manifest.papers.list, PaperFile), async (paper) => {
    const owner = ownerOfPaper(paper.key);
    if (deleted.has(owner) && !held.has(owner)) return;
    await still();
    count += 1;
    if (there.get(paper.key) === paper.etag) return;
    const done = await copyObject(s3, { ...from, key: paper.copy }, { bucket, key: paper.key });
    if (done === undefined) throw missingPaper(from, paper.copy);
  });
  return count;
}
