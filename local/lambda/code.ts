import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve, sep } from 'node:path';
import { unzipSync } from 'fflate';

/** The compiled code of functions lies beside their code. */
const compiled = 'compiled';

/**
 * Functions' code that came as zip archives, each unpacked once into a directory named by what it holds. Below the data
 * directory it is there for the next start; without one it goes when the region stops.
 */
export class UnpackedCode {
  readonly #root: string;
  readonly #isTemporary: boolean;
  readonly #used = new Set<string>();

  /** @param data - the region's data directory; undefined: it keeps nothing */
  constructor(data: string | undefined) {
    this.#isTemporary = data === undefined;
    // Made with the first archive: most regions run an assembly and never get one.
    this.#root =
      data === undefined
        ? join(tmpdir(), `local-functions-${randomUUID()}`)
        : join(data, 'functions');
  }

  /** Where V8 may keep what it compiles of the code. */
  get compileCache(): string {
    return join(this.#root, compiled);
  }

  /**
   * Unpacks an archive, unless it is there already.
   * @throws Error - it is no archive, or names a file outside of itself
   */
  directoryOf(archive: Buffer): string {
    const digest = createHash('sha256').update(archive).digest('hex');
    const directory = join(this.#root, digest);
    this.#used.add(digest);
    if (existsSync(directory)) return directory;
    // Beside its place first: what stands in its place is whole, whenever this process is killed.
    const half = `${directory}.${randomUUID()}`;
    mkdirSync(half, { recursive: true, mode: 0o700 });
    for (const [name, bytes] of Object.entries(unzipSync(archive))) writeEntry(half, name, bytes);
    renameSync(half, directory);
    return directory;
  }

  /** Removes what was not asked for since the last call: the code of templates that ran before. */
  forgetOthers(): void {
    const kept = new Set([...this.#used, compiled]);
    this.#used.clear();
    if (!existsSync(this.#root)) return;
    for (const name of readdirSync(this.#root).filter((one) => !kept.has(one))) {
      rmSync(join(this.#root, name), { recursive: true, force: true });
    }
  }

  /** Removes all of it where it is temporary. */
  stop(): void {
    if (this.#isTemporary) rmSync(this.#root, { recursive: true, force: true, maxRetries: 3 });
  }
}

function writeEntry(directory: string, name: string, bytes: Uint8Array): void {
  // Directories have entries of their own.
  if (name.endsWith('/')) return;
  const file = resolve(directory, name);
  if (!file.startsWith(directory + sep))
    throw new Error(`the archive names ${name}, outside of it`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, bytes);
}
