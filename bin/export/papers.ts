import { CopyObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { abreast } from './abreast.ts';
import type { Files } from './files.ts';
import { type Manifest, names, type PaperFile } from './manifest.ts';
import { keyIn, type Place } from './place.ts';
import { TransferRefused } from './refusals.ts';

/** Copies that are under way at a time: S3 itself copies, so nothing comes by here. */
export const copiesAtOnce = 16;

/** An object of a listing. */
interface Listed {
  readonly key: string;
  readonly size: number;
  readonly etag: string;
  readonly modified: Date;
}

/** All objects of a bucket below a prefix. One request for a thousand. */
export async function* listed(
  s3: S3Client,
  { bucket, owner }: Omit<Place, 'prefix'>,
  Prefix: string,
): AsyncGenerator<Listed> {
  const asked = { Bucket: bucket, Prefix, ExpectedBucketOwner: owner };
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, asked)) {
    for (const { Key, Size, ETag, LastModified } of Contents) {
      if (Key === undefined || Size === undefined || ETag === undefined) continue;
      const modified = LastModified ?? new Date(0);
      yield { key: Key, size: Size, etag: ETag.replaceAll('"', ''), modified };
    }
  }
}

/**
 * Copies the files of papers into an export. One that is there is not copied again: it has the same ETag, or (a bucket
 * with a key of its own gives others) the same size since the export was begun. A file that goes meanwhile was deleted
 * by somebody who may: it is left out.
 *
 * @param since - when the export was begun
 */
export async function exportPapers(
  s3: S3Client,
  papersBucket: string,
  files: Files,
  since: Date,
): Promise<Manifest['papers']> {
  const folder = keyIn(files.place, names.paperFolder);
  const there = new Map<string, Listed>();
  for await (const copy of listed(s3, files.place, folder)) there.set(copy.key, copy);
  const papers: PaperFile[] = [];
  await abreast(copiesAtOnce, listed(s3, { bucket: papersBucket }, ''), async (paper) => {
    const { key, size, etag } = paper;
    const copy = folder + key;
    const before = there.get(copy);
    const from = { bucket: papersBucket, key };
    const copyEtag = isCopy(before, paper, since)
      ? before.etag
      : await copyObject(s3, from, { ...files.place, key: copy });
    if (copyEtag !== undefined) papers.push({ key, copy, size, etag, copyEtag });
  });
  papers.sort((one, other) => (one.key < other.key ? -1 : 1));
  return { count: papers.length, list: await files.writeLines(names.papers, papers) };
}

function isCopy(copy: Listed | undefined, { size, etag }: Listed, since: Date): copy is Listed {
  if (copy === undefined || copy.size !== size) return false;
  return copy.etag === etag || copy.modified >= since;
}

/** Copies one object. @returns the ETag of the copy; undefined where the object is gone */
export async function copyObject(
  s3: S3Client,
  from: { readonly bucket: string; readonly key: string; readonly owner?: string | undefined },
  to: { readonly bucket: string; readonly key: string; readonly owner?: string | undefined },
): Promise<string | undefined> {
  const command = new CopyObjectCommand({
    Bucket: to.bucket,
    Key: to.key,
    CopySource: `${from.bucket}/${from.key.split('/').map(encodeURIComponent).join('/')}`,
    ExpectedBucketOwner: to.owner,
    ExpectedSourceBucketOwner: from.owner,
  });
  try {
    const { CopyObjectResult: copied } = await s3.send(command);
    if (copied?.ETag === undefined) throw new TypeError('S3 copied an object and named no ETag');
    return copied.ETag.replaceAll('"', '');
  } catch (error) {
    if (error instanceof Error && error.name === 'NoSuchKey') return undefined;
    throw error;
  }
}

/** A paper that the export names and does not have. */
export function missingPaper({ bucket }: Pick<Place, 'bucket'>, key: string): TransferRefused {
  return new TransferRefused(
    'export-unreadable',
    `the paper s3://${bucket}/${key} is missing, which the export names. Take the export from where it was made, or make a new one.`,
  );
}
