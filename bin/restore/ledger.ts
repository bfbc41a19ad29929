import type { S3Client } from '@aws-sdk/client-s3';
import type { Files } from '../export/files.ts';
import { Deletion, deletionsIn } from '../export/ledger.ts';
import type { Manifest } from '../export/manifest.ts';
import type { Ties } from '../export/ties.ts';

export type { Deletion } from '../export/ledger.ts';

/**
 * Everybody who was ever deleted from a region: whether a deletion came before or after an export, none of them may come
 * back (edge case 37). One request for each, and one for a thousand.
 *
 * @throws {TransferRefused} `ledger-missing`: without it nobody knows whom a restore must not bring back
 */
export async function readLedger(s3: S3Client, bucket: string): Promise<readonly Deletion[]> {
  const entries = await deletionsIn(s3, bucket);
  return entries.map(({ deletion }) => deletion);
}

/**
 * Whom the ledger in an export names, and the live one: in the order in which they asked, in which they are deleted again. To
 * the copy of a partner it is no matter whom the host has released, for those are the copy's (ADR 31).
 *
 * @param live - its bucket; undefined where it is lost, and somebody has said so
 * @throws {TransferRefused} `ledger-missing`
 */
export async function readLedgers(
  s3: S3Client,
  files: Files,
  { deletions: kept, scope }: Pick<Manifest, 'deletions' | 'scope'>,
  live: string | undefined,
): Promise<readonly Deletion[]> {
  const all = live === undefined ? [] : [...(await readLedger(s3, live))];
  if (kept !== undefined) {
    for await (const deletion of files.lines(kept.list, Deletion)) all.push(deletion);
  }
  const own = all.filter(({ release }) => scope.kind === 'region' || release === undefined);
  const ordered = own.toSorted((one, other) => compare(one.askedAt ?? '', other.askedAt ?? ''));
  return [
    ...new Map(ordered.map((one) => [JSON.stringify([...whoIn(one), one.release]), one])).values(),
  ];
}

const compare = (one: string, other: string) => Number(one > other) - Number(one < other);

const whoIn = ({ learnerId, mentorId, sub }: Deletion) => [learnerId, mentorId, sub];

/** Those of whom an export has more than what the law keeps: of the others nothing comes back that has to go. */
export function standingIn(
  people: ReadonlySet<string>,
  deletions: readonly Deletion[],
): readonly Deletion[] {
  return deletions.filter((deletion) => [...idsOf([deletion])].some((id) => people.has(id)));
}

/**
 * Those whom a report holds here as it held them there, since it came after the entry: what it holds must be there, and the
 * job that deletes waits for the decision (edge case 35). What was decided before the entry does not hold: `judgedAtOf` of
 * functions/privacy/deletion.rules.ts, with which `tests/bin/standing.test.ts` compares it.
 */
export function heldIn(
  { holds, reports }: Pick<Ties, 'holds' | 'reports'>,
  deletions: readonly Deletion[],
): readonly Deletion[] {
  return deletions.filter((deletion) => {
    const { askedAt, enteredAt = askedAt } = deletion;
    const judged = enteredAt === undefined ? 0 : Date.parse(enteredAt) - unsure;
    const concerned = [...idsOf([deletion])].flatMap((id) => holds.get(id) ?? []);
    return concerned.some((id) => Date.parse(reports.get(id) ?? '') > judged);
  });
}

/** Milliseconds before an entry in which a report may bear its moment, and be written after it. */
const unsure = 60_000;

/** All ids by which those who were deleted are known. */
export function idsOf(deletions: readonly Deletion[]): ReadonlySet<string> {
  return new Set(deletions.flatMap((deletion) => whoIn(deletion).filter((id) => id !== undefined)));
}

/** The one id by which a restore remembers a deletion. */
export function idOf(deletion: Deletion): string {
  return whoIn(deletion).find((id) => id !== undefined) ?? '';
}

/**
 * Deletions with the logins of the new pools in them, which is what rows name that are there.
 *
 * @param subs - new subjects by old ones
 */
export function relinkedSubs(
  deletions: readonly Deletion[],
  subs: ReadonlyMap<string, string>,
): readonly Deletion[] {
  return deletions.map((one) =>
    one.sub === undefined ? one : { ...one, sub: subs.get(one.sub) ?? one.sub },
  );
}
