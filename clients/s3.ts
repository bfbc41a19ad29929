import { checkBody, checksumHeaders } from './checksums.ts';
import { failureClass, failureOf, ServiceException } from './failure.ts';
import {
  type Call,
  type ClientOptions,
  type Command,
  type Fields,
  ServiceClient,
} from './service.ts';
import { encoded } from './signature.ts';
import { UnknownToClients } from './surroundings.ts';
import type { Answer } from './transport.ts';
import { elementsOf, escaped, textOf } from './xml.ts';

export class S3ServiceException extends ServiceException {}
export const NoSuchKey = failureClass('NoSuchKey', S3ServiceException);
export const NotFound = failureClass('NotFound', S3ServiceException);

const classes = { ServiceException: S3ServiceException, NoSuchKey, NotFound };

/** An answer to `HEAD` has no body to say what has failed. */
function failure(answer: Answer): ServiceException {
  const xml = answer.body.toString('utf8');
  const Code = textOf(xml, 'Code');
  const name = Code ?? (answer.status === 404 ? 'NotFound' : 'Unknown');
  return failureOf(answer, name, { message: textOf(xml, 'Message'), Code }, classes);
}

const s3 = { variable: 'S3', host: 's3', signedAs: 's3', failure };

/** Buckets stand in paths: in addresses they would need certificates where there are none. */
interface S3Options extends ClientOptions {
  readonly forcePathStyle: true;
}

export class S3Client extends ServiceClient {
  constructor({ forcePathStyle, ...options }: S3Options) {
    super(s3, options);
    if (!forcePathStyle) {
      throw new UnknownToClients('a bucket in the address', 'say forcePathStyle: true');
    }
  }
}

type Input = Readonly<Record<string, unknown>>;

/** What an input may say beside `Bucket` and `Key`: in a header, or in the query. */
interface Places {
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  /** What is read by the operation itself. */
  readonly others?: readonly string[];
}

interface Operation extends Places {
  readonly method: string;
  /** By which S3 tells operations apart. */
  readonly fixed?: Readonly<Record<string, string>>;
  readonly fixedHeaders?: Readonly<Record<string, string>>;
  body?(input: Input): string;
  output?(answer: Answer): Fields;
}

/** @throws {UnknownToClients} the input says what would not be sent */
function operation({ method, fixed, fixedHeaders, body, output, ...places }: Operation) {
  return class implements Command {
    readonly input: Input;

    constructor(input: Input) {
      this.input = input;
    }

    call(): Call {
      const { Bucket, Key, ...said } = this.input;
      const text = body?.(this.input) ?? '';
      return {
        method,
        path: pathOf(String(Bucket), Key),
        query: { ...named(said, places.query, places), ...fixed },
        headers: {
          ...named(said, places.headers, places),
          ...fixedHeaders,
          ...(body !== undefined && checksumHeaders(text)),
        },
        body: text,
      };
    }

    output(answer: Answer): Fields {
      return output?.(answer) ?? {};
    }
  };
}

/** Where an object is, or without a key its bucket. */
export function pathOf(bucket: string, key?: unknown): string {
  const path = key === undefined ? '' : String(key).split('/').map(encoded).join('/');
  return `/${encoded(bucket)}/${path}`;
}

function named(said: Input, names: Readonly<Record<string, string>> = {}, places: Places) {
  const { headers = {}, query = {}, others = [] } = places;
  const found: Record<string, string> = {};
  for (const [member, value] of Object.entries(said)) {
    if (!(member in headers) && !(member in query) && !others.includes(member)) {
      throw new UnknownToClients(`${member} of S3`, 'add it to s3.ts');
    }
    const name = names[member];
    if (name !== undefined && value !== undefined) found[name] = String(value);
  }
  return found;
}

export const PutObjectCommand = operation({
  method: 'PUT',
  fixed: { 'x-id': 'PutObject' },
  headers: { ContentType: 'content-type' },
  others: ['Body'],
  body: ({ Body }) => {
    if (typeof Body === 'string') return Body;
    throw new UnknownToClients('a Body that is no text', 'add it to s3.ts');
  },
  output: ({ headers }) => ({ ETag: headers.etag, VersionId: headers['x-amz-version-id'] }),
});

export const GetObjectCommand = operation({
  method: 'GET',
  fixed: { 'x-id': 'GetObject' },
  fixedHeaders: { 'x-amz-checksum-mode': 'ENABLED' },
  query: {
    ResponseContentDisposition: 'response-content-disposition',
    ResponseContentType: 'response-content-type',
    VersionId: 'versionId',
  },
  output: (answer) => {
    checkBody(answer);
    const { body } = answer;
    return {
      ...describing(answer),
      Body: {
        transformToByteArray: async () => new Uint8Array(body),
        transformToString: async () => body.toString('utf8'),
      },
    };
  },
});

export const HeadObjectCommand = operation({
  method: 'HEAD',
  query: { VersionId: 'versionId' },
  output: describing,
});

function describing({ headers }: Answer): Fields {
  return {
    ContentLength: Number(headers['content-length']),
    ContentType: headers['content-type'],
    ETag: headers.etag,
    VersionId: headers['x-amz-version-id'],
  };
}

export const CopyObjectCommand = operation({
  method: 'PUT',
  fixed: { 'x-id': 'CopyObject' },
  headers: { CopySource: 'x-amz-copy-source' },
  output: (answer) => {
    const xml = wholeXml(answer, 'CopyObjectResult');
    const VersionId = answer.headers['x-amz-version-id'];
    return { CopyObjectResult: { ETag: textOf(xml, 'ETag') }, VersionId };
  },
});

interface ToDelete {
  readonly Objects: readonly { readonly Key: string; readonly VersionId?: string }[];
  readonly Quiet?: boolean;
}

export const DeleteObjectsCommand = operation({
  method: 'POST',
  fixed: { delete: '' },
  fixedHeaders: { 'content-type': 'application/xml' },
  others: ['Delete'],
  body: ({ Delete }) => {
    // Functions are checked against the SDK's types.
    const { Objects, Quiet = false } = Delete as ToDelete;
    const objects = Objects.map(({ Key, VersionId }) => {
      const version = VersionId && `<VersionId>${escaped(VersionId)}</VersionId>`;
      return `<Object><Key>${escaped(Key)}</Key>${version ?? ''}</Object>`;
    });
    return `<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${objects.join('')}<Quiet>${Quiet}</Quiet></Delete>`;
  },
  output: (answer) => {
    const xml = wholeXml(answer, 'DeleteResult');
    return { Errors: listed(xml, 'Error', 'Key', 'VersionId', 'Code', 'Message') };
  },
});

export const ListObjectVersionsCommand = operation({
  method: 'GET',
  fixed: { versions: '' },
  query: {
    Prefix: 'prefix',
    KeyMarker: 'key-marker',
    VersionIdMarker: 'version-id-marker',
    MaxKeys: 'max-keys',
  },
  output: (answer) => {
    const xml = wholeXml(answer, 'ListVersionsResult');
    return {
      Versions: listed(xml, 'Version', 'Key', 'VersionId'),
      DeleteMarkers: listed(xml, 'DeleteMarker', 'Key', 'VersionId'),
      IsTruncated: textOf(xml, 'IsTruncated') === 'true',
      NextKeyMarker: textOf(xml, 'NextKeyMarker'),
      NextVersionIdMarker: textOf(xml, 'NextVersionIdMarker'),
    };
  },
});

/** The elements of a name, of each the members that are named; undefined where there is none, as the SDK has it. */
function listed(xml: string, element: string, ...members: readonly string[]) {
  const found = elementsOf(xml, element).map((inner) =>
    Object.fromEntries(
      members.flatMap((name) => {
        const text = textOf(inner, name);
        return text === undefined ? [] : [[name, text]];
      }),
    ),
  );
  return found.length === 0 ? undefined : found;
}

/**
 * What S3 took its time for begins with 200 and may end with an error, or with nothing.
 *
 * @throws {S3ServiceException} it did; as of a status that is tried again
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
 */
function wholeXml(answer: Answer, root: string): string {
  const xml = answer.body.toString('utf8');
  if (new RegExp(`<${root}[\\s/>]`).test(xml)) return xml;
  throw failure({ ...answer, status: 503 });
}
