import {
  CopyObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  NoSuchKey,
  NotFound,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { fileKey, type prefixes, type Whose } from './contract.ts';

const s3 = new S3Client({ forcePathStyle: true });

type Prefix = keyof typeof prefixes;

/** One upload: a version of a file in quarantine. */
export type UploadedVersion = Whose & { readonly versionId: string };

/** The bucket of papers, for those who judge and delete. */
export function paperFiles(bucket: string) {
  /** The bytes that an upload has; undefined where it is gone. One request. */
  async function sizeOf(upload: UploadedVersion): Promise<number | undefined> {
    const head = await unlessGone(s3.send(new HeadObjectCommand(versionOf(upload))));
    return head?.ContentLength;
  }

  /** An upload, read whole, with its SHA-256 in base 64; undefined where it is gone. One request. */
  async function read(upload: UploadedVersion) {
    const object = await unlessGone(s3.send(new GetObjectCommand(versionOf(upload))));
    if (object?.Body === undefined) return undefined;
    const bytes = new Uint8Array(await object.Body.transformToByteArray());
    const digest = await crypto.subtle.digest('SHA-256', bytes);
    return { bytes, sha256: Buffer.from(digest).toString('base64') };
  }

  /** Puts an upload where people may see it; false where it is gone. One request. */
  async function release(upload: UploadedVersion): Promise<boolean> {
    const { Bucket, Key, VersionId } = versionOf(upload);
    const copy = new CopyObjectCommand({
      Bucket,
      Key: fileKey('clean', upload),
      CopySource: `${Bucket}/${Key}?versionId=${encodeURIComponent(VersionId)}`,
    });
    return (await unlessGone(s3.send(copy))) !== undefined;
  }

  /** Deletes every version of a paper's file; one that is not there is as good as deleted. Two requests. */
  async function erase(prefix: Prefix, whose: Whose): Promise<void> {
    const Prefix = fileKey(prefix, whose);
    for (;;) {
      const listed = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix }));
      const { Versions = [], DeleteMarkers = [], IsTruncated = false } = listed;
      const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({
        Key,
        VersionId,
      }));
      if (Objects.length === 0) return;
      const { Errors = [] } = await s3.send(
        new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }),
      );
      if (Errors.length > 0) throw new NotErased(Errors.length);
      if (!IsTruncated) return;
    }
  }

  const versionOf = (upload: UploadedVersion) => ({
    Bucket: bucket,
    Key: fileKey('quarantine', upload),
    VersionId: upload.versionId,
  });

  return { sizeOf, read, release, erase };
}

/** Some versions of a paper's file are still there. */
export class NotErased extends Error {
  override readonly name = 'NotErased';

  constructor(count: number) {
    super(`${count} versions were not deleted`);
  }
}

/** What S3 answers, or undefined where it says that there is no such version. */
async function unlessGone<Answer>(asked: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof NoSuchKey || error instanceof NotFound) return undefined;
    if (error instanceof S3ServiceException && error.name === 'NoSuchVersion') return undefined;
    throw error;
  }
}
