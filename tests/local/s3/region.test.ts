import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ControlClient } from '../../../local/control/client.ts';
import { bootRegion, type LocalRegion } from '../../../local/region.ts';
import { writeMiniAssembly } from '../mini-assembly.ts';
import { credentials } from '../sqs/server.ts';
import { upload } from './open-s3.ts';

const root = mkdtempSync(join(tmpdir(), 'region-s3-'));
const data = join(root, 'data');
const below = (Value: string) => ({
  Event: 's3:ObjectCreated:*',
  Filter: { S3Key: { Rules: [{ Name: 'prefix', Value }] } },
});
const assembly = writeMiniAssembly(join(root, 'cdk.out'), {
  resources: {
    Papers: {
      Type: 'AWS::S3::Bucket',
      Properties: {
        BucketName: 'papers',
        NotificationConfiguration: {
          QueueConfigurations: [{ ...below('in/'), Queue: { 'Fn::GetAtt': ['Uploads', 'Arn'] } }],
          LambdaConfigurations: [
            { ...below('scan/'), Function: { 'Fn::GetAtt': ['SweepFunction', 'Arn'] } },
          ],
        },
      },
    },
    Uploads: { Type: 'AWS::SQS::Queue' },
    Sender: { Type: 'AWS::SES::EmailIdentity', Properties: { EmailIdentity: 'example.org' } },
  },
});

let region: LocalRegion;
const boot = () =>
  bootRegion({
    port: 0,
    region: 'ap-northeast-2',
    data,
    assembly,
    secrets: { 'small/token': 'first' },
  });
beforeAll(async () => {
  region = await boot();
}, 30_000);
afterAll(async () => {
  await region.stop();
  rmSync(root, { recursive: true });
});

const sdk = () => ({ endpoint: `${region.url}/_aws`, region: 'ap-northeast-2', credentials });
const s3 = () => new S3Client({ ...sdk(), forcePathStyle: true });

describe('a region with a bucket and a sender', () => {
  it('settles when the events of an upload have come to the queue and the function', async () => {
    const control = new ControlClient(region.url);
    for (const Key of ['in/1', 'scan/1']) {
      const { url, fields } = await createPresignedPost(s3(), { Bucket: 'papers', Key });
      expect((await upload(url, fields, 'a paper')).status).toBe(204);
    }
    await control.settle();
    const swept = async () =>
      (await control.logs()).filter(({ text }) => text.includes('swept')).length;
    await expect.poll(swept).toBe(1);
    const queues = Object.entries(await control.queues());
    // The test message and the event.
    expect(queues.find(([name]) => name.includes('Uploads'))?.[1].available).toBe(2);
    expect(readdirSync(join(data, 's3'))).toHaveLength(2);
  });

  it('shows in its mailbox what SES has sent', async () => {
    await new SESv2Client(sdk()).send(
      new SendEmailCommand({
        FromEmailAddress: 'no-reply@example.org',
        Destination: { ToAddresses: ['kim@example.net'] },
        Content: { Simple: { Subject: { Data: 's' }, Body: { Text: { Data: 'hello' } } } },
      }),
    );
    const mails = await new ControlClient(region.url).mails('kim@example.net');
    expect(mails).toMatchObject([{ from: 'no-reply@example.org', subject: 's', text: 'hello' }]);
  });

  it('takes faults for both, by their names', async () => {
    const control = new ControlClient(region.url);
    for (const target of ['s3', 'ses']) {
      const effect = { kind: 'lose-answer' } as const;
      await control.addFault({ target, operation: '*', times: 1, seed: 1, effect });
    }
    expect(await control.faults()).toHaveLength(2);
    await control.clearFaults();
  });

  it('has both after a restart', async () => {
    await region.stop();
    region = await boot();
    const got = await s3().send(new GetObjectCommand({ Bucket: 'papers', Key: 'in/1' }));
    expect(await got.Body?.transformToString()).toBe('a paper');
    expect(await new ControlClient(region.url).mails('kim@example.net')).toHaveLength(1);
  }, 30_000);
});
