import { request } from 'node:http';
import {
  GetObjectCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  S3Client,
} from '@aws-sdk/client-s3';
import { createPresignedPost, type PresignedPostOptions } from '@aws-sdk/s3-presigned-post';
import { AwsFront } from '../../../local/aws-front.ts';
import { RegionClock } from '../../../local/clock.ts';
import { Edge } from '../../../local/edge.ts';
import { Faults } from '../../../local/faults/faults.ts';
import type { Invocation } from '../../../local/lambda/invocation.ts';
import { S3 } from '../../../local/s3/service.ts';
import { Sqs } from '../../../local/sqs/service.ts';
import { openState } from '../../../local/state.ts';
import { create, credentials } from '../sqs/server.ts';

export interface S3Options {
  /** Keeps everything; without it nothing is kept. */
  readonly data?: string;
  readonly clock?: RegionClock;
  /** What every function answers. */
  readonly run?: (functionName: string, event: unknown) => Promise<Invocation> | Invocation;
}

/** S3 and SQS behind the region's edge and real SDK clients. Nothing is delivered before `s3.start()`. */
export async function openS3({ data, clock = new RegionClock(), run }: S3Options = {}) {
  const reports: string[] = [];
  const edge = new Edge((message) => reports.push(message));
  const base = await edge.listen(0);
  const context = {
    account: '000000000000',
    region: 'ap-northeast-2',
    base,
    clock,
    data,
    state: openState(data === undefined ? ':memory:' : `${data}/state.sqlite`),
  };
  const sqs = new Sqs(context);
  const s3 = new S3(context, {
    sqs,
    invoke: async (name, event) => run?.(name, event) ?? { ok: true, value: null },
  });
  const faults = new Faults();
  edge.open({
    aws: new AwsFront([sqs, s3], faults, (message) => reports.push(message)),
    control: async () => undefined,
    api: async () => undefined,
  });
  const sdk = { endpoint: `${base}/_aws`, region: context.region, credentials, maxAttempts: 1 };
  const client = new S3Client({ ...sdk, forcePathStyle: true });
  return {
    base,
    clock,
    context,
    client,
    faults,
    s3,
    sqs,
    bucket: async (BucketName: string, properties: object = {}) =>
      create(s3, 'AWS::S3::Bucket', { BucketName, ...properties }, 'Bucket'),
    queue: async (QueueName: string, properties: object = {}) =>
      create(sqs, 'AWS::SQS::Queue', { QueueName, ...properties }, QueueName),
    put: (Key: string, Body: NonNullable<PutObjectCommandInput['Body']>, more: object = {}) =>
      client.send(new PutObjectCommand({ Bucket: 'papers', Key, Body, ...more })),
    get: async (Key: string, more: object = {}) => {
      const command = new GetObjectCommand({ Bucket: 'papers', Key, ...more });
      return (await client.send(command)).Body?.transformToString();
    },
    sign: ({ Bucket = 'papers', ...options }: SignOptions) =>
      createPresignedPost(client, { Bucket, ...options }),
    /** Takes up to ten messages out of a queue; their bodies, parsed. */
    messages: (queue: string): unknown[] =>
      sqs.receive(queue, 10).map(({ body, receiptHandle }) => {
        sqs.delete(queue, receiptHandle);
        return JSON.parse(body);
      }),
    close: async () => {
      client.destroy();
      await edge.close();
      await s3.stop();
      await sqs.stop();
      clock.stop();
      context.state.close();
      if (reports.length > 0) throw new Error(reports.join('\n'));
    },
  };
}
type SignOptions = Omit<PresignedPostOptions, 'Bucket'> & { Bucket?: string };
export type OpenS3 = Awaited<ReturnType<typeof openS3>>;

/** Uploads a form as a browser does: the fields in their order, then the file. */
export async function upload(
  url: string,
  fields: Readonly<Record<string, string>>,
  file: string | Uint8Array<ArrayBuffer> | undefined,
  name = 'paper.pdf',
  headers: Record<string, string> = {},
): Promise<{ status: number; headers: Headers; body: string }> {
  const form = new FormData();
  for (const [field, value] of Object.entries(fields)) form.append(field, value);
  if (file !== undefined) form.append('file', new Blob([file]), name);
  const answer = await fetch(url, { method: 'POST', body: form, headers });
  return { status: answer.status, headers: answer.headers, body: await answer.text() };
}

/** The code in an answer of S3 in XML. */
export const codeIn = (body: string) => /<Code>(\w+)<\/Code>/.exec(body)?.[1];

/** A request as it is written, without a client that would correct it. */
export function raw(
  url: string,
  method: string,
  headers: Record<string, string> = {},
  body: string | Buffer = '',
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }),
      );
    });
    asked.on('error', reject);
    asked.end(body);
  });
}
