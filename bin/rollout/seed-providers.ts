import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ProviderId, type Region } from '../../regions/schema.ts';
import { carriedEntries, carriedSecret, dropCarried, entriesOfBefore } from './carry-over.ts';
import { isUnfilled } from './nowhere.ts';
import { changeEntries, type Entries, readEntries } from './secret-entries.ts';
import {
  entryName,
  entryShape,
  isEntryOf,
  type Opened,
  openedProviders,
  providersSecret,
} from './secrets-file.ts';
import type { Slot, State } from './seed.ts';

/** What the secret of all providers has of each. */
interface Providers {
  readonly slots: readonly Slot[];
  /** Names of entries whose provider the region file does not have. */
  readonly left: readonly string[];
}

/**
 * Puts providers' entries into the one secret: what an upgrade has carried over, then what the file gives. What is there
 * stays, unless it is overwritten; entries of others stay in any case.
 *
 * @param values - by provider id
 * @returns with how many were carried over
 * @throws {RolloutStopped} `secret-busy`
 */
export async function seedProviders(
  secrets: SecretsManagerClient,
  region: Region,
  { values, overwrite }: { readonly values: Entries; readonly overwrite: boolean },
): Promise<Providers & { readonly carried: number }> {
  const opened = openedProviders(region);
  if (opened.length === 0) return { slots: [], left: [], carried: 0 };
  const carried = await carriedEntries(secrets, region);
  let put: Entries = {};
  let taken: readonly string[] = [];
  const entries = await changeEntries(secrets, providersSecret(region), (there) => {
    // What is no object has no place for an entry; who overwrites begins anew.
    if (there === undefined && !(overwrite && Object.keys(values).length > 0)) return undefined;
    const filled = Object.entries(there ?? {}).filter(([, value]) => !isUnfilled(value));
    const known = { ...carried, ...Object.fromEntries(filled) };
    taken = Object.keys(known).filter((id) => there?.[id] !== known[id]);
    const given = Object.entries(values).filter(([id]) => overwrite || known[id] === undefined);
    put = Object.fromEntries(given);
    return { ...there, ...known, ...put };
  });
  // From here on they are where they belong; a rollout that ended before this line does it again.
  if (carried !== undefined && entries !== undefined) await dropCarried(secrets, region);
  const slots = slotsOf(region, opened, entries).map((slot, index) =>
    opened[index] !== undefined && opened[index].id in put
      ? { ...slot, state: 'put' as const }
      : slot,
  );
  return { slots, left: leftIn(region, entries), carried: taken.length };
}

/** How the entries of a region's providers are; with the name of the secret of an upgrade that has not come to its end. */
export async function stateOfEntries(
  secrets: SecretsManagerClient,
  region: Region,
): Promise<Providers & { readonly carried: string | undefined }> {
  const opened = openedProviders(region);
  if (opened.length === 0) return { slots: [], left: [], carried: undefined };
  const [held, carried] = await Promise.all([
    readEntries(secrets, providersSecret(region)),
    carriedEntries(secrets, region),
  ]);
  // A stack of before 0.2.0 has one for each, and is told of all the same.
  const entries = held === undefined ? await entriesOfBefore(secrets, region) : held.entries;
  return {
    slots: slotsOf(region, opened, entries),
    left: leftIn(region, entries),
    carried: carried && carriedSecret(region),
  };
}

function slotsOf(
  region: Region,
  opened: readonly Opened[],
  entries: Entries | undefined,
): readonly Slot[] {
  return opened.map(({ id, kind }) => {
    const name = entryName(region, id);
    return { name, shape: entryShape(kind), state: stateOf(kind, id, entries) };
  });
}

function stateOf(kind: Opened['kind'], id: string, entries: Entries | undefined): State {
  if (entries === undefined) return 'unusable';
  const entry = entries[id];
  if (entry === undefined || isUnfilled(entry)) return 'missing';
  return isEntryOf(kind, entry) ? 'kept' : 'unusable';
}

function leftIn(region: Region, entries: Entries = {}): readonly string[] {
  const known = new Set<string>(region.providers.map(({ id }) => id));
  return Object.keys(entries)
    .filter((id) => ProviderId.safeParse(id).success && !known.has(id))
    .map((id) => entryName(region, id));
}
