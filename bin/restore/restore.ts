import { type Clients, openClients } from '../export/clients.ts';
import { filesIn } from '../export/files.ts';
import { guarded } from '../export/guarded.ts';
import { findHoldings, holdingsOf } from '../export/holdings.ts';
import type { Manifest } from '../export/manifest.ts';
import { addressOf, type Place, placeOf } from '../export/place.ts';
import { TransferRefused } from '../export/refusals.ts';
import { interruption } from '../interruption.ts';
import { migrate } from '../migrate.ts';
import { agreed } from '../rollout/consent.ts';
import type { RolloutOptions } from '../rollout/options.ts';
import { rollout } from '../rollout/rollout.ts';
import { describeStack, settled } from '../rollout/stack.ts';
import { type Out, type Progress, type Teller, tellerFor } from '../rollout/teller.ts';
import { targetOf } from '../target.ts';
import { toldOf } from './again.ts';
import { readManifest, requireFit, verifyAll } from './check.ts';
import { fillCopy } from './fill.ts';
import { deleteLate } from './late.ts';
import { type Deletion, readLedgers } from './ledger.ts';
import { markerIn } from './marker.ts';

/** How `ladder restore` was called; what it has of the rollout's options goes to the rollout. */
export interface RestoreOptions extends RolloutOptions {
  readonly from: string;
  /** Account of the bucket that the export is in, where it is another. */
  readonly bucketOwner?: string;
  /** `s3://bucket` with a ledger of deletions, where the exported region's own is not to be had. */
  readonly ledger?: string;
  /** The ledger is lost: only what the export has of it is applied. */
  readonly ledgerOfExport?: true;
}

/** Where an export is, and how its ledger is read. */
interface Source {
  readonly from: Place;
  readonly manifest: Manifest;
  readonly readDeletions: () => Promise<readonly Deletion[]>;
}

/**
 * `ladder restore`: rolls out a new copy that is closed, fills it with an export, applies deletions again, and opens it.
 * Run again after an interruption, it goes on where it stopped.
 *
 * @param surroundings - what interrupts it, and where it tells of its steps; Ctrl-C and standard output
 * @throws {TransferRefused} see `bin/export/refusals.ts`
 * @throws {RolloutStopped} as `rollout`
 */
export async function restore(
  file: string,
  options: RestoreOptions,
  surroundings: { readonly interrupted?: AbortSignal; readonly out?: Out } = {},
): Promise<void> {
  const { from: address, bucketOwner, ledger, ledgerOfExport, ...rolling } = options;
  const { interrupted = interruption(), out } = surroundings;
  const teller = guarded(tellerFor(options.json === true, out), interrupted);
  const { target, from } = await teller.step('validate', async () => {
    const result = { target: targetOf(file, rolling), from: placeOf(address, bucketOwner) };
    return { result, text: file };
  });
  const { stackName, region } = target;
  const clients = openClients();
  const { source, deletions } = await teller.step('read', async (progress) => {
    const manifest = await readManifest(clients, from);
    requireFit(manifest, region);
    const files = await verifyAll(clients, from, manifest, progress);
    const live = liveLedger(manifest, options);
    const readDeletions = () => readLedgers(clients.s3, filesIn(clients.s3, from), manifest, live);
    const deletions = await readDeletions();
    const text = `${manifest.regionId} as it was at ${manifest.moment}: ${files} files as the manifest says, ${deletions.length} deletions in the ledger`;
    return { result: { source: { from, manifest, readDeletions }, deletions }, text };
  });
  const before = await teller.step('preflight', (progress) =>
    lookAtCopy(clients, stackName, source, { wait: options.wait, progress }),
  );
  await confirm(teller, stackName, addressOf(from), options);
  const unattended = { ...rolling, yes: true } as const;
  const around = { interrupted, ...(out !== undefined && { out }) };
  if (!before.isFilled) {
    await rollout(file, { ...unattended, parameters: { Serving: 'no' } }, around);
    const holdings = await findHoldings(clients, stackName);
    const { manifest } = source;
    const filling = { region, holdings, from, manifest, deletions, teller, interrupted };
    await fillCopy(clients, filling);
    // Releases up to 0.1.0 had nothing that migrates.
    if (holdings.outputs['MigrationFunction'] !== undefined) {
      await teller.step('migrate', (tell) => migrate(clients.lambda, holdings.outputs, tell));
    }
  }
  // Once it serves, what the region that was exported deletes, such as who has moved, is no business of the copy.
  if (!before.isOpen) {
    await deleteAtLast(clients, teller, stackName, source, before.isFilled ? [] : deletions);
  }
  await rollout(file, { ...unattended, parameters: { Serving: 'yes' } }, around);
}

function deleteAtLast(
  clients: Clients,
  teller: Teller,
  stackName: string,
  { from, manifest, readDeletions }: Source,
  applied: readonly Deletion[],
): Promise<void> {
  return teller.step('deletions', async () => {
    const holdings = await findHoldings(clients, stackName);
    const latest = await readDeletions();
    const late = await deleteLate(clients, { holdings, from, manifest }, latest, applied);
    const text = `${late.count} deletions since, before the copy opens${toldOf(late)}`;
    return { result: undefined, text };
  });
}

/**
 * The bucket of the ledger that goes on being written; undefined where there is none.
 *
 * @throws {TransferRefused} `ledger-missing`
 */
function liveLedger(
  { ledger: own, deletions }: Manifest,
  { ledger, ledgerOfExport }: RestoreOptions,
): string | undefined {
  if (ledgerOfExport !== true) return ledger === undefined ? own : placeOf(ledger).bucket;
  if (deletions !== undefined) return undefined;
  throw new TransferRefused(
    'ledger-missing',
    'the export has no copy of the ledger of deletions. Name the ledger, or a copy of it, with --ledger s3://<bucket>; nothing was restored.',
  );
}

/**
 * What there is of the copy, before anything of it is changed: a region of its own is not closed to find out.
 *
 * @throws {TransferRefused} `tables-not-empty`: the stack is a region of its own
 * @throws {TransferRefused} `restore-running`
 */
async function lookAtCopy(
  clients: Clients,
  stackName: string,
  { from, manifest }: Source,
  { wait, progress }: { readonly wait: number; readonly progress: Progress },
) {
  const read = () => describeStack(clients.cloudFormation, stackName);
  const patience = { most: wait * 60_000, interval: betweenLooks };
  const stack = await settled(read, patience, progress);
  if (stack === undefined || Object.keys(stack.outputs).length === 0) {
    const result = { isFilled: false, isOpen: false };
    return { result, text: `${stackName} is not there yet` };
  }
  const holdings = holdingsOf(stackName, stack.outputs);
  // A run that only looks needs no name.
  const marker = markerIn(clients.dynamodb, holdings, '');
  const standing = await marker.look(addressOf(from), manifest.moment);
  const isFilled = standing?.state === 'done';
  const isOpen = isFilled && stack.parameters['Serving'] !== 'no';
  const said = isFilled ? 'filled' : standing === undefined ? 'empty' : 'begun';
  return { result: { isFilled, isOpen }, text: `${stackName} is in ${stack.status}, and ${said}` };
}

/** Milliseconds between two looks at a stack that is being changed. */
const betweenLooks = 5_000;

function confirm(
  teller: Teller,
  stackName: string,
  from: string,
  { yes, json }: RestoreOptions,
): Promise<void> {
  return teller.step('confirm', async () => {
    const question = `Fill ${stackName}, which must be new, from ${from}, and open it?`;
    if (yes || (await agreed(question, '--yes', json === true)))
      return { result: undefined, text: `fill ${stackName} from ${from}` };
    throw new TransferRefused('confirmation-needed', 'Nothing was changed.');
  });
}
