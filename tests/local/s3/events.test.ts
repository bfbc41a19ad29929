import { CopyObjectCommand, DeleteObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, describe, expect, it } from 'vitest';
import { failure, type Invocation } from '../../../local/lambda/invocation.ts';
import { queueArn } from '../sqs/server.ts';
import { type OpenS3, openS3, upload } from './open-s3.ts';

const functionArn = 'arn:aws:lambda:ap-northeast-2:000000000000:function:scan';
const filter = (...Rules: { Name: string; Value: string }[]) => ({ Filter: { S3Key: { Rules } } });

let region: OpenS3;
afterEach(() => region.close());

const toQueue = (Event: string, more: object = {}) => ({
  NotificationConfiguration: {
    QueueConfigurations: [{ Event, Queue: queueArn('uploads'), ...more }],
  },
});
const toFunction = (Event: string) => ({
  NotificationConfiguration: { LambdaConfigurations: [{ Event, Function: functionArn }] },
});

/** A bucket that tells a queue, without the first message that says so. */
async function open(properties: object) {
  region = await openS3();
  await region.queue('uploads');
  await region.bucket('papers', properties);
  region.s3.start();
  return region.messages('uploads');
}

const record = (message: unknown) =>
  expect.objectContaining({ Records: [expect.objectContaining(message)] });
const named = (eventName: string) => record({ eventName });

async function settle() {
  for (let round = 0; round < 20; round += 1) if (await region.s3.notifier.quiet()) return;
  throw new Error('the notifier never becomes quiet');
}

describe('a queue that a bucket names', () => {
  it('is told once that it is named, as at AWS', async () => {
    expect(await open(toQueue('s3:ObjectCreated:*'))).toEqual([
      expect.objectContaining({
        Service: 'Amazon S3',
        Event: 's3:TestEvent',
        Bucket: 'papers',
        Time: expect.stringMatching(/Z$/),
      }),
    ]);
  });

  it('is told of each object, in the shape of AWS', async () => {
    await open(toQueue('s3:ObjectCreated:*', filter({ Name: 'prefix', Value: 'in/' })));
    region.clock.advance(3_600_000);
    const { ETag } = await region.put('in/한 글+1.pdf', 'a paper');
    const [message] = region.messages('uploads');
    expect(message).toEqual({
      Records: [
        {
          eventVersion: '2.1',
          eventSource: 'aws:s3',
          awsRegion: 'ap-northeast-2',
          eventTime: expect.any(String),
          eventName: 'ObjectCreated:Put',
          userIdentity: { principalId: expect.any(String) },
          requestParameters: { sourceIPAddress: '127.0.0.1' },
          responseElements: {
            'x-amz-request-id': expect.any(String),
            'x-amz-id-2': expect.any(String),
          },
          s3: {
            s3SchemaVersion: '1.0',
            configurationId: expect.any(String),
            bucket: {
              name: 'papers',
              ownerIdentity: { principalId: expect.any(String) },
              arn: 'arn:aws:s3:::papers',
            },
            object: {
              key: 'in/%ED%95%9C+%EA%B8%80%2B1.pdf',
              size: 7,
              eTag: ETag?.replaceAll('"', ''),
              sequencer: expect.stringMatching(/^[0-9A-F]{16}$/),
            },
          },
        },
      ],
    });
    const { Records } = JSON.parse(JSON.stringify(message));
    expect(Date.parse(Records[0].eventTime)).toBeGreaterThan(Date.now() + 3_500_000);
  });

  it('is told what happened, in order, and only what it asked for', async () => {
    await open({
      NotificationConfiguration: {
        QueueConfigurations: ['s3:ObjectCreated:*', 's3:ObjectRemoved:*'].map((Event) => ({
          Event,
          Queue: queueArn('uploads'),
          ...filter({ Name: 'prefix', Value: 'in/' }, { Name: 'suffix', Value: '.pdf' }),
        })),
      },
    });
    const at = { Bucket: 'papers', Key: 'in/a.pdf' };
    await region.put('out/a.pdf', 'elsewhere');
    await region.put('in/a.txt', 'another type');
    const { url, fields } = await region.sign({ Key: at.Key });
    await upload(url, fields, 'a paper');
    await region.client.send(new CopyObjectCommand({ ...at, CopySource: 'papers/out/a.pdf' }));
    await region.client.send(new DeleteObjectCommand(at));
    await region.client.send(new DeleteObjectCommand(at));
    expect(region.messages('uploads')).toEqual([
      named('ObjectCreated:Post'),
      named('ObjectCreated:Copy'),
      named('ObjectRemoved:Delete'),
    ]);
  });

  it('hears of nothing that was refused', async () => {
    await open(toQueue('s3:ObjectCreated:*'));
    await expect(region.put('k', 'x', { ContentMD5: 'abc' })).rejects.toThrow();
    await region.put('k', 'x');
    await expect(region.put('k', 'y', { IfNoneMatch: '*' })).rejects.toThrow();
    expect(region.messages('uploads')).toHaveLength(1);
  });

  it.each([
    ['is not there', 'none', {}, 'does not exist'],
    ['is FIFO', 'uploads.fifo', { FifoQueue: true }, 'FIFO'],
  ])('stops the boot when it %s', async (_what, name, properties, part) => {
    region = await openS3();
    if (name !== 'none') await region.queue(name, properties);
    const NotificationConfiguration = {
      QueueConfigurations: [{ Event: 's3:ObjectCreated:*', Queue: queueArn(name) }],
    };
    await expect(region.bucket('papers', { NotificationConfiguration })).rejects.toThrow(part);
  });
});

describe('a function that a bucket names', () => {
  async function openFunction(answers: Invocation[]) {
    const events: unknown[] = [];
    region = await openS3({
      run: (name, event) => {
        events.push({ name, event });
        return answers.shift() ?? { ok: true, value: null };
      },
    });
    await region.bucket('papers', toFunction('s3:ObjectCreated:Put'));
    region.s3.start();
    return events;
  }

  it('is invoked with each event, which settling waits for', async () => {
    const events = await openFunction([]);
    await region.put('k', 'x');
    await settle();
    expect(events).toEqual([{ name: functionArn, event: named('ObjectCreated:Put') }]);
  });

  it('that fails is invoked again after one and two minutes, and given up then', async () => {
    const failed = failure('Error', 'no');
    const events = await openFunction([failed, failed, failed]);
    const warned = new Promise<Error>((resolve) => process.once('warning', resolve));
    await region.put('k', 'x');
    for (const [seconds, invocations] of [
      [0, 1],
      [59, 1],
      [1, 2],
      [120, 3],
      [600, 3],
    ] as const) {
      region.clock.advance(seconds * 1000);
      await settle();
      expect(events).toHaveLength(invocations);
    }
    expect((await warned).message).toContain('given up: Error: no');
  });
});

describe('a lifecycle rule', () => {
  const hours = (count: number) => region.clock.advance(count * 3_600_000);

  it('lets objects below its prefix expire at midnight after their days, and says so', async () => {
    await open({
      ...toQueue('s3:LifecycleExpiration:*'),
      LifecycleConfiguration: {
        Rules: [
          { Status: 'Enabled', Prefix: 'in/', ExpirationInDays: 2 },
          { Status: 'Disabled', ExpirationInDays: 1 },
        ],
      },
    });
    await region.put('in/a', 'x');
    await region.put('kept', 'x');
    hours(47);
    expect(await region.get('in/a')).toBe('x');
    hours(25);
    await expect(region.get('in/a')).rejects.toThrow('does not exist');
    expect(region.messages('uploads')).toEqual([named('LifecycleExpiration:Delete')]);
    hours(24 * 365);
    expect(await region.get('kept')).toBe('x');
    expect(region.messages('uploads')).toEqual([]);
  });

  it('clears away old versions and the markers left over', async () => {
    await open({
      VersioningConfiguration: { Status: 'Enabled' },
      LifecycleConfiguration: {
        Rules: [
          {
            Status: 'Enabled',
            ExpiredObjectDeleteMarker: true,
            NoncurrentVersionExpiration: { NoncurrentDays: 1 },
          },
        ],
      },
      ...toQueue('s3:LifecycleExpiration:*'),
    });
    const first = await region.put('k', 'one');
    await region.client.send(new DeleteObjectCommand({ Bucket: 'papers', Key: 'k' }));
    expect(await region.get('k', { VersionId: first.VersionId })).toBe('one');
    hours(72);
    await expect(region.get('k', { VersionId: first.VersionId })).rejects.toThrow('version');
    hours(24);
    const removed = named('LifecycleExpiration:Delete');
    expect(region.messages('uploads')).toEqual([removed, removed]);
  });
});
