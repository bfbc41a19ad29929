import { gunzipSync } from 'node:zlib';
import {
  DescribeContinuousBackupsCommand,
  DescribeExportCommand,
  ExportTableToPointInTimeCommand,
  type ExportTableToPointInTimeCommandInput,
  ListExportsCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { md5Of } from '../../../local/s3/checksums.ts';
import { onlyKey, Reached } from './region.ts';

const TableArn = 'arn:aws:dynamodb:eu-central-1:123456789012:table/people';
/** What was put into the region's S3. */
const objects = new Map<string, Buffer>();
let reached: Reached;

beforeAll(async () => {
  reached = await Reached.start({});
  reached.dynamodb.exportTo((bucket, key, bytes) => {
    objects.set(`${bucket}/${key}`, bytes);
    return Buffer.from(md5Of(bytes), 'base64').toString('hex');
  });
  await reached.declare({ physicalName: 'people', properties: onlyKey });
  for (const pk of ['a', 'b']) {
    await reached.documents.put({
      TableName: 'people',
      Item: { pk, age: 17, tags: new Set(['x']) },
    });
  }
});

afterAll(async () => {
  await reached.stop();
});

const begin = (more: Partial<ExportTableToPointInTimeCommandInput> = {}) =>
  reached.documents.send(
    new ExportTableToPointInTimeCommand({
      TableArn,
      S3Bucket: 'archive',
      S3Prefix: 'of/today',
      ...more,
    }),
  );

describe('an export of a table', () => {
  it('is there in the format of AWS: rows packed by lines, their count and checksum beside them', async () => {
    const { ExportDescription: told } = await begin();
    expect(told).toMatchObject({ ExportStatus: 'COMPLETED', ItemCount: 2, TableArn });
    const id = told?.ExportArn?.split('/').at(-1);
    expect(told?.ExportArn).toMatch(
      /^arn:aws:dynamodb:eu-central-1:123456789012:table\/people\/export\//,
    );
    const folder = `archive/of/today/AWSDynamoDB/${id}/`;
    const files = JSON.parse(String(objects.get(`${folder}manifest-files.json`)));
    const data = objects.get(`archive/${files.dataFileS3Key}`) ?? Buffer.alloc(0);
    expect(files).toMatchObject({ itemCount: 2, md5Checksum: md5Of(data) });
    const lines = gunzipSync(data).toString().trim().split('\n').sort();
    expect(lines.map((line) => JSON.parse(line))).toEqual(
      ['a', 'b'].map((pk) => ({ Item: { pk: { S: pk }, age: { N: '17' }, tags: { SS: ['x'] } } })),
    );
    const summary = JSON.parse(String(objects.get(`${folder}manifest-summary.json`)));
    expect(summary).toMatchObject({ exportArn: told?.ExportArn, itemCount: 2, tableArn: TableArn });
    expect(String(objects.get(`${folder}manifest-files.checksum`))).toBe(
      md5Of(objects.get(`${folder}manifest-files.json`) ?? Buffer.alloc(0)),
    );
  });

  it('given the same token twice: is one export, which is found by its ARN and in the list', async () => {
    const one = await begin({ ClientToken: 'once' });
    const two = await begin({ ClientToken: 'once' });
    const ExportArn = one.ExportDescription?.ExportArn;
    expect(two.ExportDescription?.ExportArn).toBe(ExportArn);
    const found = await reached.documents.send(new DescribeExportCommand({ ExportArn }));
    expect(found.ExportDescription).toEqual(one.ExportDescription);
    const { ExportSummaries = [] } = await reached.documents.send(
      new ListExportsCommand({ TableArn }),
    );
    expect(ExportSummaries.filter((each) => each.ExportArn === ExportArn)).toHaveLength(1);
  });

  it('can be of any moment that the region says that it can restore', async () => {
    const { ContinuousBackupsDescription } = await reached.documents.send(
      new DescribeContinuousBackupsCommand({ TableName: 'people' }),
    );
    const span = ContinuousBackupsDescription?.PointInTimeRecoveryDescription;
    for (const ExportTime of [span?.EarliestRestorableDateTime, span?.LatestRestorableDateTime]) {
      const { ExportDescription } = await begin({ ExportTime });
      expect(ExportDescription?.ExportTime).toEqual(ExportTime);
    }
  });

  it.each([
    ['of a moment that is no more', { ExportTime: new Date(0) }, 'InvalidExportTimeException'],
    ['of a moment to come', { ExportTime: new Date(4e12) }, 'InvalidExportTimeException'],
    ['of a table that is not there', { TableArn: `${TableArn}s` }, 'ResourceNotFoundException'],
    ['in another format', { ExportFormat: 'ION' as const }, 'ValidationException'],
  ])('given one %s: refused', async (_what, more, name) => {
    await expect(begin(more)).rejects.toMatchObject({ name });
  });

  it('given one that nobody began: not found', async () => {
    const ExportArn = `${TableArn}/export/01234567890123-a1b2c3d4`;
    const asked = reached.documents.send(new DescribeExportCommand({ ExportArn }));
    await expect(asked).rejects.toMatchObject({ name: 'ExportNotFoundException' });
  });
});
