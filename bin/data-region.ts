import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { writeWhole } from './whole-file.ts';

const Kept = z.strictObject({ id: z.string() });

/** A data directory that this region cannot use; the message says what to do. */
export class DataRefused extends Error {
  override readonly name = 'DataRefused';
  readonly code: 'data-of-another-region' | 'data-unreadable';

  constructor(code: DataRefused['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * Sees to it that a data directory is new or was this region's before: another region's learners must
 * not turn up in this one. Nothing is written yet.
 *
 * @throws {DataRefused} when it is another region's, or no directory
 */
export function requireDataOf(regionId: string, directory: string): void {
  const keeper = keeperOf(directory);
  if (keeper === undefined || keeper === regionId) return;
  throw new DataRefused(
    'data-of-another-region',
    `the data directory ${directory} holds the region "${keeper}", this is "${regionId}"; ` +
      'choose another directory with --data, or start the region that it holds',
  );
}

/** Notes whose data directory it is. The caller holds the directory's lock. */
export function keepRegion(regionId: string, directory: string): void {
  requireDataOf(regionId, directory);
  mkdirSync(directory, { recursive: true });
  writeWhole(
    noteIn(directory),
    `${JSON.stringify({ id: regionId } satisfies z.input<typeof Kept>)}\n`,
  );
}

function noteIn(directory: string): string {
  return join(directory, 'region.json');
}

function keeperOf(directory: string): string | undefined {
  let text: string;
  try {
    text = readFileSync(noteIn(directory), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw unreadable(directory, error);
  }
  try {
    return Kept.parse(JSON.parse(text)).id;
  } catch (error) {
    throw unreadable(noteIn(directory), error);
  }
}

function unreadable(path: string, error: unknown): DataRefused {
  const reason = error instanceof Error ? error.message : String(error);
  const message = `${path} cannot be used for data (${reason}); choose another directory with --data`;
  return new DataRefused('data-unreadable', message);
}
