import { createHash, randomUUID } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { hold, makeHoldable, removeUnlessHeld } from './assembly-lease.ts';
import { synthesizeApart } from './synth.ts';

const project = fileURLToPath(new URL('../', import.meta.url));

/** All that an assembly is made of, and how it is kept; the lock file stands for the packages. */
const sources = [
  'clients',
  'functions',
  'lib',
  'regions',
  'bin/app.ts',
  'bin/assembly-lease.ts',
  'package-lock.json',
];

/** Assemblies that are kept, each of some 30 MB: a few regions, and the way back to a change ago. */
const kept = 6;

/** Milliseconds after which what a killed synthesis left half done is taken away. */
const abandoned = 3_600_000;

/** An assembly that is run where it is kept. */
export interface HeldAssembly {
  readonly directory: string;
  /** Beside it, for what V8 compiles of its code: paths and code stay the same as long as it is kept. */
  readonly compileCache: string;
  /** It may be forgotten again. */
  free(): void;
}

/**
 * Synthesizes the cloud assembly of a region file as `synthesizeApart` does, or finds the one that was made of the
 * very same sources before: a start without a change waits for no synthesis. Kept in `node_modules/.cache/ladder`, or
 * in the directory that LADDER_CACHE names; as long as it is held it stays there.
 *
 * @param interrupted - gives the synthesis up when it is aborted
 * @param synthesize - what makes an assembly that is not there yet
 * @throws {SynthesisFailed} with what the app printed
 */
export async function synthesizeOnce(
  regionFile: string,
  interrupted?: AbortSignal,
  synthesize = synthesizeApart,
): Promise<HeldAssembly> {
  const cache = process.env['LADDER_CACHE'] ?? join(project, 'node_modules/.cache/ladder');
  const directory = join(cache, fingerprint(regionFile));
  const free = await holdWhole(directory, (half) => synthesize(regionFile, half, interrupted));
  const now = new Date();
  utimesSync(directory, now, now);
  forgetOldest(cache);
  return { directory, compileCache: join(directory, 'compiled'), free };
}

async function holdWhole(whole: string, make: (half: string) => Promise<void>) {
  for (;;) {
    if (!existsSync(whole)) await makeWhole(whole, make);
    const free = hold(whole);
    if (free !== undefined) return free;
    // Somebody is just forgetting it.
    await sleep(20);
  }
}

/** Beside its place first: what stands in its place is whole, whenever this process is killed. */
async function makeWhole(whole: string, make: (half: string) => Promise<void>): Promise<void> {
  const half = `${whole}.${randomUUID()}`;
  mkdirSync(half, { recursive: true });
  try {
    await make(half);
    makeHoldable(half);
    renameSync(half, whole);
  } catch (error) {
    rmSync(half, { recursive: true, force: true, maxRetries: 3 });
    // Somebody else was quicker with the same.
    if (!existsSync(whole)) throw error;
  }
}

/** The same for the same sources, region file and Node, and for nothing else. */
function fingerprint(regionFile: string): string {
  const hash = createHash('sha256').update(process.version);
  const add = (name: string, file: string) => {
    const bytes = readFileSync(file);
    hash.update(`${name}\0${bytes.length}\0`).update(bytes);
  };
  for (const source of sources) {
    const path = join(project, source);
    for (const file of filesIn(path)) add(file.slice(project.length), file);
  }
  add(basename(regionFile), regionFile);
  return hash.digest('hex').slice(0, 32);
}

function filesIn(path: string): readonly string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort();
}

function forgetOldest(cache: string): void {
  const byAge = readdirSync(cache)
    .map((name) => ({
      name,
      used: statSync(join(cache, name), { throwIfNoEntry: false })?.mtimeMs ?? 0,
    }))
    .sort((a, b) => b.used - a.used);
  const halves = byAge.filter(
    ({ name, used }) => name.includes('.') && used < Date.now() - abandoned,
  );
  for (const { name } of halves)
    rmSync(join(cache, name), { recursive: true, force: true, maxRetries: 3 });
  const wholes = byAge.filter(({ name }) => !name.includes('.')).slice(kept);
  for (const { name } of wholes) removeUnlessHeld(join(cache, name));
}
