import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { type Moment, now } from '../runtime/clock.ts';
import { fileKey, type Paper } from './contract.ts';

const s3 = new S3Client({ forcePathStyle: true });

/** Seconds for which a form is taken: long enough for a large scan on a slow line. */
const formSeconds = 600;
/** Seconds for which an address can be read: to open it, not to pass it on. */
const readSeconds = 60;

/** Something that is signed for whoever has it, and the moment at which that ends. */
interface Signed {
  readonly url: string;
  readonly until: Moment;
}

/** Lets people reach the bucket for one file each; nothing is sent to it. */
export function uploads(bucket: string) {
  /**
   * The form by which one file can be uploaded: this key, this type, this checksum, and no more than what was
   * announced, nor than the region takes.
   *
   * @param most - the bytes that the region takes
   */
  async function formFor(
    paper: Paper,
    most: number,
  ): Promise<Signed & { readonly fields: Record<string, string> }> {
    const until = now().add({ seconds: formSeconds });
    const { url, fields } = await createPresignedPost(s3, {
      Bucket: bucket,
      Key: fileKey('quarantine', paper),
      Fields: {
        'Content-Type': paper.contentType,
        'x-amz-checksum-sha256': paper.sha256,
      },
      Conditions: [['content-length-range', 1, Math.min(paper.bytes, most)]],
      Expires: formSeconds,
    });
    return { url, fields, until };
  }

  /** Where a clean paper is read, as what it is and under its id: a browser shall not guess. */
  async function addressOf(paper: Paper): Promise<Signed> {
    const until = now().add({ seconds: readSeconds });
    const command = new GetObjectCommand({
      Bucket: bucket,
      Key: fileKey('clean', paper),
      ResponseContentType: paper.contentType,
      ResponseContentDisposition: `inline; filename="${paper.paperId}"`,
    });
    return { url: await getSignedUrl(s3, command, { expiresIn: readSeconds }), until };
  }

  return { formFor, addressOf };
}
