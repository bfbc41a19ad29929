import { GetObjectCommand, NoSuchBucket, type S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { abreast } from './abreast.ts';
import type { Files } from './files.ts';
import { type Manifest, names } from './manifest.ts';
import { listed } from './papers.ts';
import { TransferRefused } from './refusals.ts';

/** Objects that are read at a time. */
const readAtOnce = 16;

/** Somebody who was deleted, as the ledger of deletions names them: by ids, and by nothing else. */
export const Deletion = z.looseObject({
  learnerId: z.string().optional(),
  mentorId: z.string().optional(),
  /** Of the pool that was exported. */
  sub: z.string().optional(),
  /** Of a learner who has moved to another copy: only the learner went, and a login that was nothing else. */
  release: z.literal(true).optional(),
  askedAt: z.string().optional(),
  /** When the entry was made: by then the region had decided all reports about them. Absent where it was not kept. */
  enteredAt: z.string().optional(),
});
export type Deletion = z.infer<typeof Deletion>;

/**
 * All entries of a ledger. One request for each, and one for a thousand.
 *
 * @throws {TransferRefused} `ledger-missing`
 */
export async function deletionsIn(s3: S3Client, bucket: string) {
  const entries: { readonly key: string; readonly deletion: Deletion }[] = [];
  try {
    await abreast(readAtOnce, listed(s3, { bucket }, 'deletions/'), async ({ key }) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      const deletion = Deletion.parse(JSON.parse((await Body?.transformToString()) ?? ''));
      entries.push({ key, deletion });
    });
  } catch (error) {
    const isOut =
      error instanceof NoSuchBucket || (error instanceof Error && error.name === 'AccessDenied');
    if (!isOut) throw error;
    throw new TransferRefused(
      'ledger-missing',
      `the ledger of deletions s3://${bucket} cannot be read, so nobody knows who was deleted and must not come back. Give these credentials access to it. A restore can also take a copy of it with --ledger s3://<bucket> or, where it is lost, what the export has of it with --ledger-of-export; nothing was restored.`,
    );
  }
  return entries.sort((one, other) => (one.key < other.key ? -1 : 1));
}

/**
 * Copies the ledger into an export: the live one may be lost together with the account. It is read after the rows, so that
 * it names whoever was deleted before their moment.
 *
 * @throws {TransferRefused} `ledger-missing`
 */
export async function exportLedger(
  s3: S3Client,
  bucket: string,
  files: Files,
): Promise<Manifest['deletions']> {
  const entries = await deletionsIn(s3, bucket);
  const lines = entries.map(({ deletion }) => deletion);
  return { count: lines.length, list: await files.writeLines(names.deletions, lines) };
}
