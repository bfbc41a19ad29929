import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LocalContext } from '../context.ts';

/**
 * The bytes of objects, a file for each below the data directory, or in memory where there is none. A blob
 * is written before the row that names it and removed after that row is gone: a kill in between leaves a
 * file that nobody names, and {@link Blobs.sweep} removes it at the next start.
 */
export class Blobs {
  readonly #directory: string | undefined;
  readonly #memory = new Map<string, Buffer>();

  /** @param directory - is made; undefined keeps the bytes in memory */
  constructor(directory: string | undefined) {
    this.#directory = directory;
    if (directory !== undefined) mkdirSync(directory, { recursive: true });
  }

  /** Those of a region: below its data directory, where it has one. */
  static of({ data }: Pick<LocalContext, 'data'>): Blobs {
    return new Blobs(data === undefined ? undefined : join(data, 's3'));
  }

  /** @returns by what the bytes are found again */
  write(bytes: Buffer): string {
    const id = randomUUID();
    if (this.#directory === undefined) this.#memory.set(id, Buffer.from(bytes));
    else writeFileSync(join(this.#directory, id), bytes, { flag: 'wx' });
    return id;
  }

  /** @throws Error - a file was taken away from under the region */
  read(id: string): Buffer {
    if (this.#directory !== undefined) return readFileSync(join(this.#directory, id));
    const bytes = this.#memory.get(id);
    if (bytes === undefined) throw new Error(`no blob ${id}`);
    return bytes;
  }

  remove(ids: readonly string[]): void {
    for (const id of ids) {
      if (this.#directory === undefined) this.#memory.delete(id);
      else rmSync(join(this.#directory, id), { force: true });
    }
  }

  /** Removes what a killed process has left behind. @param isNamed - whether a row names the blob */
  sweep(isNamed: (id: string) => boolean): void {
    if (this.#directory === undefined) return;
    this.remove(readdirSync(this.#directory).filter((id) => !isNamed(id)));
  }
}
