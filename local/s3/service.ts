import type { LocalContext } from '../context.ts';
import type { Authority } from '../iam/authority.ts';
import type { Invoke } from '../lambda/invocation.ts';
import type { ResourceKind } from '../resource.ts';
import {
  type AwsService,
  type Need,
  type RequestHead,
  ServiceError,
  type ServiceReply,
  type ServiceRequest,
} from '../service.ts';
import type { Sqs } from '../sqs/service.ts';
import { Blobs } from './blobs.ts';
import { type Bucket, BucketDirectory } from './bucket.ts';
import { type Call, xmlReply } from './call.ts';
import { corsHeaders } from './cors.ts';
import { introduce, requireQueues } from './declaring.ts';
import { denial, S3Error } from './errors.ts';
import { requestId } from './events.ts';
import { Lifecycle } from './lifecycle.ts';
import { listObjects, listVersions } from './listing.ts';
import { listing, needsOf } from './needs.ts';
import { Notifier } from './notifier.ts';
import { Objects } from './objects.ts';
import { Outbox } from './outbox.ts';
import {
  bucketEncryption,
  bucketLocation,
  headBucket,
  OwnBuckets,
  publicAccessBlock,
} from './own-buckets.ts';
import { headerTexts } from './payload.ts';
import { postObject } from './post-object.ts';
import { getObject, headObject } from './reading.ts';
import {
  checkTaken,
  decodedKey,
  hoisted,
  isOperation,
  type Operation,
  operationOf,
  operations,
  readAddress,
} from './requests.ts';
import { bucketKinds } from './resources.ts';
import { checkSignedUrl } from './signature.ts';
import { copyObject, deleteObject, deleteObjects, putObject } from './writing.ts';
import { xmlDocument } from './xml.ts';

export interface S3Parts {
  readonly sqs: Sqs;
  readonly invoke: Invoke;
  /** Without one no function has signed anything, and everybody may do everything. */
  readonly authority?: Callers;
  /** The objects' bytes, where they outlive this service in memory. */
  readonly blobs?: Blobs;
}

type Callers = Pick<Authority, 'knows' | 'demand' | 'allows'>;

const nobody: Callers = { knows: () => false, demand: () => undefined, allows: () => true };

type Handlers = {
  readonly [Name in Exclude<Operation, 'CreateBucket' | 'DeleteBucket'>]: (
    call: Call,
  ) => ServiceReply | Promise<ServiceReply>;
};

/**
 * The local region's S3, addressed path-style: buckets of the template, bytes in files below the data
 * directory, what {@link operations} names. Presigned URLs and POST policies are checked to the letter of
 * their signature and on the region's clock; whoever signs a request itself is believed, as at every local
 * service, and whoever signs nothing is refused. Events are delivered at least once. Not emulated: uploads in
 * parts, tags, access control lists and public buckets, other storage classes, replication.
 */
export class S3 implements AwsService {
  readonly target = 's3';
  readonly denial = denial;
  /** An upload of 32 MB with what is around it. */
  readonly largestBody = 33 * 1024 * 1024;
  /** `AWS::S3::Bucket` and `AWS::S3::BucketPolicy`. */
  readonly kinds: readonly ResourceKind[];
  /** Delivers events to queues and functions. */
  readonly notifier: Notifier;
  readonly #context: LocalContext;
  readonly #authority: Callers;
  readonly #buckets = new BucketDirectory();
  readonly #own: OwnBuckets;
  readonly #outbox: Outbox;
  readonly #objects: Objects;
  readonly #lifecycle: Lifecycle;
  readonly #handlers: Handlers = {
    PutObject: putObject,
    CopyObject: copyObject,
    GetObject: getObject,
    HeadObject: headObject,
    DeleteObject: deleteObject,
    DeleteObjects: deleteObjects,
    ListObjectsV2: listObjects,
    ListObjectVersions: listVersions,
    HeadBucket: headBucket,
    GetBucketLocation: bucketLocation,
    GetBucketEncryption: bucketEncryption,
    GetPublicAccessBlock: publicAccessBlock,
    PostObject: ({ bucket, headers, body }) => {
      const type = headers['content-type'] ?? '';
      return postObject(this.#context, this.#authority, this.#objects, bucket, type, body);
    },
  };

  constructor(context: LocalContext, parts: S3Parts) {
    const { sqs, invoke, authority = nobody, blobs = Blobs.of(context) } = parts;
    this.#context = context;
    this.#authority = authority;
    this.#own = new OwnBuckets(context, this.#buckets);
    this.#outbox = new Outbox(context.state);
    this.notifier = new Notifier(context, this.#outbox, {
      send: (queue, body) => sqs.put(queue, body),
      invoke,
    });
    this.#objects = new Objects(context, this.#outbox, () => this.notifier.pump(), blobs);
    this.#lifecycle = new Lifecycle(context.clock, this.#objects, this.#buckets);
    this.kinds = bucketKinds(
      context.region,
      (bucket) => this.#declare(bucket, sqs),
      (name) => this.#buckets.find(name),
      (name) => this.#own.leave(name),
    );
  }

  /** Begins to deliver events and to let objects expire. */
  start(): void {
    this.notifier.start();
    this.#lifecycle.start();
  }

  operationOf(head: RequestHead): string | undefined {
    const address = readAddress(head.path);
    // The addresses of queues begin with the account's number, which could be a bucket's name.
    if (address === undefined || address.bucket === this.#context.account) return undefined;
    return operationOf(head, address);
  }

  corsHeaders(head: RequestHead): Readonly<Record<string, string>> | undefined {
    const { bucket = '' } = readAddress(head.path) ?? {};
    return corsHeaders(this.#buckets.get(bucket)?.cors ?? [], head);
  }

  needs(operation: string, request: ServiceRequest): readonly Need[] {
    return needsOf(operation, request);
  }

  /** An object's bytes, for another service of the region. @throws S3Error - `NoSuchBucket`, `NoSuchKey` */
  withdraw(bucket: string, key: string): Buffer {
    return this.#objects.bytes(this.#objects.find(this.#buckets.find(bucket), key, undefined));
  }

  /**
   * Puts an object for another service of the region.
   * @returns its ETag, without quotes
   * @throws S3Error - `NoSuchBucket`
   */
  deposit(bucket: string, key: string, bytes: Buffer, contentType: string): string {
    const content = { bytes, headers: { 'content-type': contentType }, checksum: undefined };
    const object = this.#objects.put(this.#buckets.find(bucket), key, content, 'ObjectCreated:Put');
    return object.etag.slice(1, -1);
  }

  async answer(operation: string, request: ServiceRequest): Promise<ServiceReply> {
    try {
      const reply = await this.#perform(operation, request);
      return { ...reply, headers: { ...reply.headers, 'x-amz-request-id': requestId() } };
    } catch (error) {
      if (error instanceof ServiceError)
        return this.refusal(this.#asTold(operation, request, error));
      throw error;
    }
  }

  refusal(error: ServiceError): ServiceReply {
    // What the front refuses because it is too long has a name of its own here.
    const tooLarge = error.code === 'RequestEntityTooLargeException';
    const { code, message, status } = tooLarge ? new S3Error('EntityTooLarge') : error;
    const id = requestId();
    const details = error instanceof S3Error ? error.details : {};
    const content = { Code: code, Message: message, ...details, RequestId: id, HostId: 'local' };
    const reply = xmlReply(xmlDocument('Error', content, false), { 'x-amz-request-id': id });
    return { ...reply, status };
  }

  async stop(): Promise<void> {
    this.#lifecycle.stop();
    await this.notifier.stop();
  }

  async #perform(operation: string, request: ServiceRequest): Promise<ServiceReply> {
    const address = readAddress(request.path);
    if (address === undefined || !isOperation(operation)) throw unsupported(operation);
    const { query } = address;
    this.#authenticate(operation, request, query);
    checkTaken(operation, request, query);
    if (operation === 'CreateBucket') return this.#own.create(address.bucket);
    if (operation === 'DeleteBucket') return this.#own.delete(address.bucket, this.#objects);
    const bucket = this.#buckets.find(address.bucket);
    return this.#handlers[operation]({
      bucket,
      key: decodedKey(address.writtenKey),
      query,
      headers: { ...headerTexts(request.headers), ...hoisted(query) },
      body: request.body,
      objects: this.#objects,
      find: (name) => this.#buckets.find(name),
      region: this.#context.region,
    });
  }

  /** Whoever may not list a bucket is denied what is not in it, where others are told that it is not. */
  #asTold(operation: string, request: ServiceRequest, error: ServiceError): ServiceError {
    const isMissing = error.code === 'NoSuchKey' || error.code === 'NoSuchVersion';
    if (!isMissing || !/^(Get|Head|Copy)Object$/.test(operation)) return error;
    const need = listing(readAddress(request.path)?.bucket ?? '');
    return this.#authority.allows(request, need) ? error : new S3Error('AccessDenied');
  }

  /** @throws S3Error */
  #authenticate(operation: Operation, request: ServiceRequest, query: URLSearchParams): void {
    // A form brings its authority along, in its policy.
    if (operation === 'PostObject') return;
    if (query.has('X-Amz-Algorithm'))
      checkSignedUrl(this.#context, this.#authority, request, query);
    else if (request.headers.authorization === undefined) throw new S3Error('AccessDenied');
  }

  /** @throws ServiceError - a queue that the bucket names is not there, or is FIFO */
  #declare(bucket: Bucket, sqs: Sqs): void {
    requireQueues(bucket, sqs);
    this.#own.giveBack(bucket.name);
    this.#buckets.add(bucket);
    introduce(bucket, this.#outbox, this.#context);
  }
}

function unsupported(operation: string): S3Error {
  const known = Object.keys(operations).join(', ');
  const text = `The local region's S3 does not answer ${operation}. It answers ${known}.`;
  return new S3Error('NotImplemented', text);
}
