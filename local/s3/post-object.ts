import type { LocalContext } from '../context.ts';
import type { Authority } from '../iam/authority.ts';
import type { ServiceReply } from '../service.ts';
import type { Bucket } from './bucket.ts';
import { denial, S3Error } from './errors.ts';
import { uploading } from './needs.ts';
import { checkKey, keptHeaders } from './object-headers.ts';
import type { Objects } from './objects.ts';
import { checkBytes } from './payload.ts';
import { checkLength, checkPolicy, readPolicy } from './post-policy.ts';
import { checkPolicySignature } from './signature.ts';
import { xmlDocument } from './xml.ts';

/** Bytes of all fields but the file. Source: S3 API reference, POST Object. */
const mostFields = 20_480;

/** A browser's form: what it says, and the file that it brings. */
interface Form {
  /** By their names in small letters; those after the file are nobody's concern. */
  readonly fields: ReadonlyMap<string, string>;
  readonly file: Buffer;
}

/**
 * An upload by a browser's form (presigned POST): what the policy allows that one of the region's functions
 * has signed, and that its role lets it do.
 * @throws S3Error
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html
 */
export async function postObject(
  context: LocalContext,
  authority: Pick<Authority, 'knows' | 'demand'>,
  objects: Objects,
  bucket: Bucket,
  contentType: string,
  body: Buffer,
): Promise<ServiceReply> {
  const { fields, file } = await readForm(contentType, body);
  const signed = fields.get('policy');
  if (signed === undefined) throw new S3Error('AccessDenied');
  const signer = checkPolicySignature(context, authority, signed, fields);
  const policy = readPolicy(signed);
  checkPolicy(policy, new Map([...fields, ['bucket', bucket.name]]), context.clock.now());
  checkLength(policy, file.length);
  const key = fields.get('key');
  if (key === undefined || key === '') {
    throw new S3Error('InvalidArgument', "Bucket POST must contain a field named 'key'.");
  }
  checkKey(key);
  authority.demand(signer, [uploading(bucket.name, key)], denial);
  const texts = Object.fromEntries(fields);
  const content = { bytes: file, headers: keptHeaders(texts), checksum: checkBytes(file, texts) };
  const { etag } = objects.put(bucket, key, content, 'ObjectCreated:Post');
  const location = `${context.base}/_aws/${bucket.name}/${encodeURIComponent(key)}`;
  const headers = { etag, location, 'content-type': 'application/xml' };
  const status = statusOf(fields.get('success_action_status'));
  if (status !== 201) return { status, headers, body: '' };
  const answer = { Location: location, Bucket: bucket.name, Key: key, ETag: etag };
  return { status, headers, body: xmlDocument('PostResponse', answer, false) };
}

/** Anything but 200 and 201 is 204. */
function statusOf(wanted: string | undefined): number {
  return wanted === '200' || wanted === '201' ? Number(wanted) : 204;
}

async function readForm(contentType: string, body: Buffer): Promise<Form> {
  const fields = new Map<string, string>();
  let file: { readonly name: string; readonly bytes: Buffer } | undefined;
  for (const [name, value] of await parts(contentType, body)) {
    const field = name.toLowerCase();
    if (field === 'file') {
      file =
        typeof value === 'string'
          ? { name: '', bytes: Buffer.from(value) }
          : { name: value.name, bytes: Buffer.from(await value.arrayBuffer()) };
      break;
    }
    if (typeof value !== 'string') throw new S3Error('MalformedPOSTRequest');
    if (field === 'success_action_redirect' || field === 'redirect') {
      throw new S3Error('NotImplemented', `The local region does not know the field ${name}.`);
    }
    fields.set(field, value);
  }
  if (file === undefined) {
    const message = 'POST requires exactly one file upload per request.';
    throw new S3Error('InvalidArgument', message);
  }
  const size = [...fields].reduce((sum, pair) => sum + Buffer.byteLength(pair.join('')), 0);
  if (size > mostFields) throw new S3Error('MaxPostPreDataLengthExceeded');
  const key = fields.get('key');
  if (key !== undefined)
    fields.set(
      'key',
      key.replace(/\$\{filename\}/g, () => file.name),
    );
  return { fields, file: file.bytes };
}

/** The form's parts in their order, as the platform reads them. */
async function parts(contentType: string, body: Buffer): Promise<FormData> {
  try {
    const headers = { 'content-type': contentType };
    return await new Response(new Uint8Array(body), { headers }).formData();
  } catch (error) {
    if (error instanceof TypeError) throw new S3Error('MalformedPOSTRequest');
    throw error;
  }
}
