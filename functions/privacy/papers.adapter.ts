import { GetObjectCommand, ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { fileKey, type OwnerId, type Paper, prefixes } from '../documents/contract.ts';
import { type Moment, now } from '../runtime/clock.ts';

const s3 = new S3Client({ forcePathStyle: true });

/** Seconds for which an address can be read: to take the file along, not to pass it on. */
const readSeconds = 60;

/** The bucket of papers, for whoever takes theirs along or has them deleted. */
export function paperFiles(bucket: string) {
  /** Where a clean paper is read; nothing is sent. */
  async function addressOf(
    paper: Paper,
  ): Promise<{ readonly url: string; readonly until: Moment }> {
    const until = now().add({ seconds: readSeconds });
    const command = new GetObjectCommand({
      Bucket: bucket,
      Key: fileKey('clean', paper),
      ResponseContentType: paper.contentType,
      ResponseContentDisposition: `attachment; filename="${paper.paperId}"`,
    });
    return { url: await getSignedUrl(s3, command, { expiresIn: readSeconds }), until };
  }

  /** Whether any version of a file of somebody's is left. Two requests. */
  async function anyLeft(ownerId: OwnerId): Promise<boolean> {
    const lists = await Promise.all(
      Object.values(prefixes).map((prefix) =>
        s3.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: `${prefix}${ownerId}/` })),
      ),
    );
    return lists.some(
      ({ Versions = [], DeleteMarkers = [] }) => Versions.length + DeleteMarkers.length > 0,
    );
  }

  return { addressOf, anyLeft };
}
