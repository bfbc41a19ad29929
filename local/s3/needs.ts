import type { Need, ServiceRequest } from '../service.ts';
import { headerTexts, readPayload } from './payload.ts';
import { type Address, decodedKey, isOperation, readAddress } from './requests.ts';
import { sourceOf } from './writing.ts';
import { readDelete } from './xml.ts';

/** What reaching an object, or one version of it, needs. */
function onObject(
  action: 'Get' | 'Put' | 'Delete',
  bucket: string,
  key: string,
  version?: string | null,
): Need {
  const isVersion = version !== undefined && version !== null;
  const name = isVersion ? `s3:${action}ObjectVersion` : `s3:${action}Object`;
  return { action: name, resource: `${arnOf(bucket)}/${key}` };
}

/** Whoever may not list a bucket is not told either that something is not in it. */
export function listing(bucket: string): Need {
  return { action: 's3:ListBucket', resource: arnOf(bucket) };
}

/** What an upload by a form needs of whoever has signed its policy. */
export function uploading(bucket: string, key: string): Need {
  return onObject('Put', bucket, key);
}

/**
 * What a request needs. Where S3 refuses single objects of a `DeleteObjects`, the local region refuses all of it.
 * @throws S3Error - what cannot be read
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
 */
export function needsOf(operation: string, request: ServiceRequest): readonly Need[] {
  const address = readAddress(request.path);
  // Refused by whoever answers it.
  if (address === undefined || !isOperation(operation)) return [];
  const { bucket, query } = address;
  const key = decodedKey(address.writtenKey);
  const version = query.get('versionId');
  switch (operation) {
    case 'GetObject':
    case 'HeadObject':
      return [onObject('Get', bucket, key, version)];
    case 'PutObject':
      return [onObject('Put', bucket, key)];
    case 'CopyObject':
      return [...copied(request), onObject('Put', bucket, key)];
    case 'DeleteObject':
      return [onObject('Delete', bucket, key, version)];
    case 'DeleteObjects':
      return deleted(address, request);
    case 'ListObjectsV2':
    case 'HeadBucket':
      return [listing(bucket)];
    case 'ListObjectVersions':
      return [{ ...listing(bucket), action: 's3:ListBucketVersions' }];
    case 'GetBucketLocation':
      return [{ ...listing(bucket), action: 's3:GetBucketLocation' }];
    case 'DeleteBucket':
      return [{ ...listing(bucket), action: 's3:DeleteBucket' }];
    case 'CreateBucket':
      return [{ ...listing(bucket), action: 's3:CreateBucket' }];
    case 'GetBucketEncryption':
      return [{ ...listing(bucket), action: 's3:GetEncryptionConfiguration' }];
    case 'GetPublicAccessBlock':
      return [{ ...listing(bucket), action: 's3:GetBucketPublicAccessBlock' }];
    case 'PostObject':
      // Whose form it is stands in the form.
      return [];
  }
}

function copied({ headers }: ServiceRequest): readonly Need[] {
  const { bucket, key, version } = sourceOf(headerTexts(headers)['x-amz-copy-source'] ?? '');
  return [onObject('Get', bucket, key, version)];
}

function deleted({ bucket }: Address, { headers, body }: ServiceRequest): readonly Need[] {
  const { objects } = readDelete(readPayload(headers, body).bytes);
  return objects.map(({ key, versionId }) => onObject('Delete', bucket, key, versionId));
}

function arnOf(bucket: string): string {
  return `arn:aws:s3:::${bucket}`;
}
