import { agreed } from '../rollout/consent.ts';
import { type Out, type Teller, tellerFor } from '../rollout/teller.ts';
import { type TargetOptions, targetOf } from '../target.ts';
import type { Leaving } from './carving.ts';
import { openClients } from './clients.ts';
import { exportRegion } from './export.ts';
import { filesIn } from './files.ts';
import { guarded } from './guarded.ts';
import { findHoldings } from './holdings.ts';
import { Manifest, names } from './manifest.ts';
import { carvePartner, leavingOf } from './partner.ts';
import { addressOf, type Place, placeOf } from './place.ts';
import { TransferRefused } from './refusals.ts';
import { requireOwn } from './whole.ts';

/** How `ladder export` was called. */
export interface ExportCommand extends TargetOptions {
  readonly to: string;
  readonly partner?: string;
  readonly areas?: readonly string[];
  readonly via?: string;
  readonly at?: Date;
  readonly bucketOwner?: string;
  readonly yes?: true;
  readonly json?: true;
}

/**
 * `ladder export`: all of a region, or a partner's part of it. The part is taken out of a whole export in a place of the
 * host's own: DynamoDB exports whole tables, and nothing of others may come into the partner's bucket.
 *
 * @param out - where it tells of its steps
 * @throws {InvalidRegionFile} before anything is asked of AWS
 * @throws {TransferRefused} see `refusals.ts`
 * @throws {RolloutStopped} what AWS refuses
 */
export async function runExport(file: string, options: ExportCommand, out?: Out): Promise<void> {
  const teller = guarded(tellerFor(options.json === true, out));
  const { target, to, part } = await teller.step('validate', async () => ({
    result: validated(file, options),
    text: file,
  }));
  const { region, stackName } = target;
  const clients = openClients();
  const holdings = await teller.step('preflight', async () => ({
    result: await findHoldings(clients, stackName),
    text: `${stackName} is there`,
  }));
  const exporting = { region, holdings, at: options.at, teller };
  if (part === undefined) {
    await exportRegion(clients, { ...exporting, to });
    return;
  }
  const { via, ...leaving } = part;
  const there = await teller.step('read', async () => {
    const result = await filesIn(clients.s3, via).readJson(names.manifest, Manifest);
    const at = result === undefined ? 'no whole export yet' : `one as of ${result.moment}`;
    return { result, text: `${addressOf(via)} holds ${at}` };
  });
  if (there !== undefined) await requireAgreed(teller, there, via, { ...options, ...region });
  const manifest = there ?? (await exportRegion(clients, { ...exporting, to: via }));
  await carvePartner(clients, { ...leaving, via, manifest, to, teller });
}

/** @throws {TransferRefused} `way-needed`, `not-an-s3-address`, `unknown-partner`, `unknown-area` */
function validated(file: string, options: ExportCommand) {
  const { to: address, partner, areas, via, bucketOwner } = options;
  const target = targetOf(file, options);
  const to = placeOf(address, bucketOwner);
  if (areas !== undefined && partner === undefined)
    throw wayNeeded('--areas says what --partner takes along');
  if (partner === undefined) return { target, to, part: undefined };
  const leaving: Leaving = leavingOf(target.region, { partner, areas });
  if (via === undefined) throw wayNeeded('--partner needs --via');
  return { target, to, part: { ...leaving, via: placeOf(via) } };
}

/** @throws {TransferRefused} `via-unusable`, `confirmation-needed` */
function requireAgreed(
  teller: Teller,
  there: Manifest,
  via: Place,
  { id, at, yes, json }: Pick<ExportCommand, 'at' | 'yes' | 'json'> & { readonly id: string },
): Promise<void> {
  return teller.step('confirm', async () => {
    const text = `from the export of ${id} as it was at ${there.moment}, which is in ${addressOf(via)} already`;
    const answer = { result: undefined, text, facts: { moment: there.moment } };
    if (requireOwn(there, { regionId: id, via, at }) === 'named' || yes) return answer;
    const question = `Take the partner's part ${text}? What came later is not in it.`;
    if (await agreed(question, '--yes, or its moment with --at,', json === true)) return answer;
    throw new TransferRefused('confirmation-needed', 'Nothing was changed.');
  });
}

function wayNeeded(what: string): TransferRefused {
  return new TransferRefused(
    'way-needed',
    `${what}: a partner's part is taken out of a whole export, which is everybody's and stays with you. Name a place of your own with --via s3://<bucket>/<prefix>, and the partner with --partner.`,
  );
}
