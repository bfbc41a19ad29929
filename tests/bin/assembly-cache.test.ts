import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { synthesizeOnce } from '../../bin/assembly-cache.ts';

let directory: string;
let cache: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'ladder-assemblies-'));
  cache = join(directory, 'cache');
  vi.stubEnv('LADDER_CACHE', cache);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(directory, { recursive: true });
});

/** A region file of one's own to change. */
function regionFile(name = 'taebaek.yaml'): string {
  const file = join(directory, name);
  if (!existsSync(file)) cpSync('regions/taebaek.yaml', file);
  return file;
}

let made = 0;
/** An assembly of one file, which says the how many-eth it is. */
async function count(_: string, output: string): Promise<void> {
  made += 1;
  writeFileSync(join(output, 'Region.template.json'), String(made));
}

const templateIn = (assembly: string) =>
  readFileSync(join(assembly, 'Region.template.json'), 'utf8');

/** What a start would run, that has ended. */
async function start(file: string, synthesize = count): Promise<string> {
  const held = await synthesizeOnce(file, undefined, synthesize);
  held.free();
  return templateIn(held.directory);
}

describe('given an assembly that is kept', () => {
  it('when nothing has changed, then the next start runs the same without a synthesis', async () => {
    const first = await start(regionFile());
    expect(await start(regionFile())).toBe(first);
  });

  it('when the region file has changed, by one letter, then another is made; and changed back, the first again', async () => {
    const file = regionFile();
    const first = await start(file);
    const before = readFileSync(file, 'utf8');
    writeFileSync(file, `${before} `);
    expect(await start(file)).not.toBe(first);
    writeFileSync(file, before);
    expect(await start(file)).toBe(first);
  });

  it('when a region file of another name says the same, then another is made', async () => {
    expect(await start(regionFile())).not.toBe(await start(regionFile('other.yaml')));
  });

  it('when six others have been used since, then it is forgotten, and none of them', async () => {
    const files = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => regionFile(`${name}.yaml`));
    const first: string[] = [];
    for (const [position, file] of files.entries()) {
      const known = existsSync(cache) ? readdirSync(cache) : [];
      first.push(await start(file));
      const own = readdirSync(cache).find((name) => !known.includes(name)) ?? '';
      // File systems tell moments apart only roughly.
      const used = new Date(Date.now() - (files.length - position) * 1000);
      utimesSync(join(cache, own), used, used);
    }
    const [oldest = '', ...others] = files;
    const again: string[] = [];
    for (const file of others) again.push(await start(file));
    expect(again).toEqual(first.slice(1));
    expect(await start(oldest)).not.toBe(first[0]);
  });
});

/** More starts than are kept, of region files of their own. */
async function startOthers(): Promise<void> {
  for (const name of 'tuvwxyz') await start(regionFile(`${name}.yaml`));
}

describe('given an assembly that regions run', () => {
  it('when six others are used meanwhile, then it stays until the last of them has stopped', async () => {
    const longAgo = new Date(Date.now() - 60_000);
    const running = [
      await synthesizeOnce(regionFile(), undefined, count),
      await synthesizeOnce(regionFile(), undefined, count),
    ] as const;
    const { directory: runs } = running[0];
    expect(running[1].directory).toBe(runs);
    for (const { free } of running) {
      utimesSync(runs, longAgo, longAgo);
      await startOthers();
      expect(templateIn(runs)).toMatch(/^\d+$/);
      free();
    }
    await startOthers();
    expect(existsSync(runs)).toBe(false);
    expect(readdirSync(cache)).toHaveLength(6);
  });

  it('when the one that runs it is another process, which keeps nothing of it in hand, then it stays until that is killed', async () => {
    const file = regionFile();
    await start(file);
    const [name = ''] = readdirSync(cache);
    const runs = join(cache, name);
    const lease = new URL('../../bin/assembly-lease.ts', import.meta.url);
    const program = `import { hold } from ${JSON.stringify(lease.href)};
      const said = typeof hold(process.argv[1]);
      gc();
      setImmediate(() => process.stdout.write(said));
      setInterval(() => {}, 1000);`;
    const options = ['--expose-gc', '--input-type=module', '-e', program, runs];
    const child = spawn(process.execPath, options);
    try {
      const [said] = await once(child.stdout, 'data');
      expect(String(said)).toBe('function');
      await startOthers();
      expect(existsSync(runs)).toBe(true);
    } finally {
      child.kill('SIGKILL');
      await once(child, 'close');
    }
    await startOthers();
    expect(existsSync(runs)).toBe(false);
  });
});

describe('given a synthesis that does not end', () => {
  it('when it fails, then the start says why, and nothing of it is left', async () => {
    const failing = async (_: string, output: string) => {
      writeFileSync(join(output, 'Region.template.json'), 'half');
      throw new Error('no such construct');
    };
    await expect(start(regionFile(), failing)).rejects.toThrow('no such construct');
    expect(readdirSync(cache)).toEqual([]);
  });

  it('when it is killed, then the half of it is taken for nothing, and is gone after an hour', async () => {
    let half = '';
    const killed = (_: string, output: string) => {
      half = output;
      writeFileSync(join(output, 'Region.template.json'), 'half');
      return new Promise<never>(() => {});
    };
    void start(regionFile(), killed);
    await vi.waitFor(() => expect(existsSync(half)).toBe(true));
    expect(await start(regionFile())).not.toBe('half');
    expect(existsSync(half)).toBe(true);
    const longAgo = new Date(Date.now() - 3_601_000);
    utimesSync(half, longAgo, longAgo);
    await start(regionFile());
    expect(existsSync(half)).toBe(false);
  });

  it('when another start was quicker with the same, then both run that', async () => {
    mkdirSync(cache);
    const both = await Promise.all([start(regionFile()), start(regionFile())]);
    expect(new Set(both).size).toBe(1);
    expect(readdirSync(cache)).toHaveLength(1);
  });
});
