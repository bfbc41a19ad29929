import { createHash } from 'node:crypto';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { createGunzip, gzipSync } from 'node:zlib';
import {
  GetObjectCommand,
  HeadObjectCommand,
  NoSuchKey,
  NotFound,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type * as z from 'zod';
import type { ExportedFile } from './manifest.ts';
import { keyIn, type Place } from './place.ts';
import { TransferRefused } from './refusals.ts';

/** Lines of a file that is written: some 20 MB of rows, a few hundred kilobytes packed. */
export const linesInFile = 20_000;

/** The files of an export, in its place. */
export function filesIn(s3: S3Client, place: Place) {
  const at = (key: string) => ({
    Bucket: place.bucket,
    Key: key,
    ExpectedBucketOwner: place.owner,
  });

  /** A small file; undefined where there is none. @throws {TransferRefused} `export-unreadable` */
  async function readJson<T extends z.ZodType>(name: string, schema: T) {
    const body = await bodyOf(keyIn(place, name));
    if (body === undefined) return undefined;
    const text = (await bytesOf(body)).toString();
    return parsed(text, schema, `s3://${place.bucket}/${keyIn(place, name)}`);
  }

  /** Writes a small file, in the place of what was there. */
  async function writeJson(name: string, value: unknown): Promise<void> {
    const text = `${JSON.stringify(value, null, 2)}\n`;
    const put = { Body: text, ContentType: 'application/json' };
    await s3.send(new PutObjectCommand({ ...at(keyIn(place, name)), ...put }));
  }

  /** Writes lines as one packed file. */
  async function writeLines(name: string, lines: readonly unknown[]): Promise<ExportedFile> {
    const bytes = gzipSync(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const key = keyIn(place, name);
    const md5 = createHash('md5').update(bytes).digest('base64');
    const put = { Body: bytes, ContentType: 'application/gzip', ContentMD5: md5 };
    await s3.send(new PutObjectCommand({ ...at(key), ...put }));
    return { key, items: lines.length, md5 };
  }

  /** The lines of a packed file, one by one. @throws {TransferRefused} `export-unreadable` */
  async function* lines<T extends z.ZodType>(file: Pick<ExportedFile, 'key'>, schema: T) {
    const body = await need(file.key);
    for await (const line of createInterface({ input: body.pipe(createGunzip()) })) {
      if (line !== '') yield parsed(line, schema, `s3://${place.bucket}/${file.key}`);
    }
  }

  /** @throws {TransferRefused} `checksum-differs`: somebody changed the file, or it came apart */
  async function verify(file: ExportedFile): Promise<void> {
    const hash = createHash('md5');
    for await (const chunk of await need(file.key)) hash.update(chunk);
    if (hash.digest('base64') === file.md5) return;
    throw new TransferRefused(
      'checksum-differs',
      `s3://${place.bucket}/${file.key} is not what the manifest says that was exported: its MD5 is another. Take the export from where it was copied from, or make a new one; nothing was restored.`,
    );
  }

  async function need(key: string): Promise<Readable> {
    const body = await bodyOf(key);
    if (body !== undefined) return body;
    throw new TransferRefused(
      'export-unreadable',
      `s3://${place.bucket}/${key} is missing, which the manifest names. Take the export from where it was copied from, or make a new one.`,
    );
  }

  async function bodyOf(key: string): Promise<Readable | undefined> {
    try {
      const { Body } = await s3.send(new GetObjectCommand(at(key)));
      // In Node the SDK's bodies are streams of Node.
      if (Body instanceof Readable) return Body;
      throw new TypeError(`s3://${place.bucket}/${key} came without a body`);
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  }

  /** What S3 says of a file; undefined where there is none. */
  async function head(name: string) {
    try {
      return await s3.send(new HeadObjectCommand(at(keyIn(place, name))));
    } catch (error) {
      if (error instanceof NotFound) return undefined;
      throw error;
    }
  }

  return { place, readJson, writeJson, writeLines, lines, verify, head };
}
export type Files = ReturnType<typeof filesIn>;

async function bytesOf(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Without what was read: it can be about people. */
function parsed<T extends z.ZodType>(text: string, schema: T, where: string): z.output<T> {
  const read = schema.safeParse(jsonIn(text));
  if (read.success) return read.data;
  const places = read.error.issues.map(({ path, code }) => `${path.join('.')}: ${code}`);
  throw new TransferRefused(
    'export-unreadable',
    `${where} is not what this release reads (${places.slice(0, 3).join('; ')}). Restore with the release that the manifest names, or a newer one.`,
  );
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What is no JSON fits no schema, and the schema's complaint says where.
    return undefined;
  }
}
