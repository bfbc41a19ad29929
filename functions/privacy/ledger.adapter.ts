import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Deletion } from './contract.ts';

const s3 = new S3Client({ forcePathStyle: true });

/**
 * The ledger of deletions, by which a restored copy deletes again what it has brought back (edge case 37): an object for
 * each, with ids and times and nothing else, in a bucket apart from what is restored.
 */
export function ledger(bucket: string) {
  /**
   * Enters a deletion; once more is the same object, with the later moment. One request.
   *
   * @param enteredAt - a moment at which no open report held it: those from before are decided (`Again`)
   */
  async function enter(
    { deletionId, subject, askedAt, release }: Deletion,
    enteredAt: string,
  ): Promise<void> {
    const who = subject?.learnerId ?? subject?.mentorId ?? deletionId;
    await s3.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: `deletions/${askedAt}-${who}.json`,
        Body: JSON.stringify({ ...subject, release, deletionId, askedAt, enteredAt }),
        ContentType: 'application/json',
      }),
    );
  }

  return { enter };
}
