import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import {
  DescribeExportCommand,
  DescribeTableCommand,
  ExportTableToPointInTimeCommand,
} from '@aws-sdk/client-dynamodb';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import * as z from 'zod';
import type { Progress } from '../rollout/teller.ts';
import type { Clients } from './clients.ts';
import type { Files } from './files.ts';
import type { Holdings } from './holdings.ts';
import { type Begun, type ExportedFile, type Manifest, names } from './manifest.ts';
import type { Capability } from './ownership.ts';
import { keyIn, type Place } from './place.ts';
import { TransferRefused } from './refusals.ts';

/** A line of AWS's `manifest-files.json`. */
const DataFile = z.looseObject({
  itemCount: z.int().min(0),
  md5Checksum: z.string(),
  dataFileS3Key: z.string(),
});

/** Below which DynamoDB puts its exports. */
const tablesFolder = 'tables';

/** Milliseconds between two looks: an export takes minutes, and a small one in a local region none. */
const longestPause = 15_000;

/** An export that was begun, and where it goes. */
interface Exporting {
  readonly files: Files;
  readonly begun: Begun;
  readonly progress: Progress;
}

/**
 * Exports all tables at the moment of an export that was begun, side by side. What was begun before goes on, which the
 * file `begun.json` knows; what DynamoDB has forgotten is exported again, at the same moment.
 *
 * @throws {TransferRefused} `export-failed`
 */
export async function exportTables(
  clients: Clients,
  { tables }: Holdings,
  { files, begun, progress }: Exporting,
): Promise<Manifest['tables']> {
  const arns: Partial<Record<Capability, string>> = { ...begun.exports };
  for (const [capability, name] of tables) {
    arns[capability] ??= await beginExport(clients, name, files.place, begun);
  }
  await files.writeJson(names.begun, { ...begun, exports: arns });
  let left = tables.size;
  return Promise.all(
    [...tables.keys()].map(async (capability) => {
      const arn = arns[capability] ?? '';
      await completed(clients, capability, arn);
      const exported = await dataFiles(clients, files.place, arn);
      const items = exported.reduce((sum, file) => sum + file.items, 0);
      left -= 1;
      const facts = { capability, items, files: exported.length, left };
      progress(`${capability}: ${items} rows; ${left} tables to go`, facts);
      return { capability, items, files: exported };
    }),
  );
}

async function beginExport(
  { dynamodb }: Clients,
  TableName: string,
  place: Place,
  { moment }: Begun,
): Promise<string> {
  const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }));
  const prefix = keyIn(place, tablesFolder);
  const { ExportDescription } = await dynamodb.send(
    new ExportTableToPointInTimeCommand({
      TableArn: Table?.TableArn,
      S3Bucket: place.bucket,
      S3Prefix: prefix,
      ...(place.owner !== undefined && { S3BucketOwner: place.owner }),
      ExportFormat: 'DYNAMODB_JSON',
      ExportTime: new Date(moment),
      // A run that was killed before it could note the export finds it by this, for eight hours.
      ClientToken: tokenOf(TableName, place.bucket, prefix, moment),
    }),
  );
  if (ExportDescription?.ExportArn !== undefined) return ExportDescription.ExportArn;
  throw new TypeError(`DynamoDB exports ${TableName} under no name`);
}

function tokenOf(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 36);
}

/** Waits for an export. */
async function completed(
  { dynamodb }: Clients,
  capability: Capability,
  arn: string,
): Promise<void> {
  for (let wait = 500; ; wait = Math.min(wait * 2, longestPause)) {
    const { ExportDescription: told } = await dynamodb.send(
      new DescribeExportCommand({ ExportArn: arn }),
    );
    if (told?.ExportStatus === 'COMPLETED') return;
    if (told?.ExportStatus === 'FAILED') {
      throw new TransferRefused(
        'export-failed',
        `DynamoDB could not export the table of ${capability}: ${told.FailureCode} ${told.FailureMessage}. Mend that (most often the bucket's policy or its key), delete begun.json in the export's place, and try again.`,
      );
    }
    await pause(wait);
  }
}

/** The files of an export that is there; its folder has the name that its ARN ends with. */
async function dataFiles({ s3 }: Clients, place: Place, arn: string): Promise<ExportedFile[]> {
  const id = arn.slice(arn.lastIndexOf('/') + 1);
  const folder = keyIn(place, `${tablesFolder}/AWSDynamoDB/${id}`);
  const manifest = { Bucket: place.bucket, Key: `${folder}/manifest-files.json` };
  const { Body } = await s3.send(
    new GetObjectCommand({ ...manifest, ExpectedBucketOwner: place.owner }),
  );
  const text = (await Body?.transformToString()) ?? '';
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line) => {
    const { itemCount, md5Checksum, dataFileS3Key } = DataFile.parse(JSON.parse(line));
    return {
      key: `${folder}/data/${posix.basename(dataFileS3Key)}`,
      items: itemCount,
      md5: md5Checksum,
    };
  });
}
