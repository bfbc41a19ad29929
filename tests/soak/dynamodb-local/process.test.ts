import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reapOrphans, writePidFile } from '../../../local/dynamodb/pid-file.ts';
import { type DynamoDbProcess, startDynamoDbProcess } from '../../../local/dynamodb/process.ts';
import { temporaryDirectory } from '../../local/dynamodb/region.ts';

/** On two cores that others use, too. */
const patience = { timeout: 10_000 };
const scratch = temporaryDirectory();
const pidDirectory = join(scratch.path, 'pids');
const owners: ChildProcess[] = [];
let memory: DynamoDbProcess;

beforeAll(async () => {
  memory = await startDynamoDbProcess({ pidDirectory });
});

afterAll(async () => {
  await memory.stop();
  for (const owner of owners) owner.kill('SIGKILL');
  scratch[Symbol.dispose]();
});

/** A process that has ended but whose parent has not asked how (Z) runs no more. */
function runs(pid: number): boolean {
  const { status, stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)]);
  return status === 0 && !String(stdout).startsWith('Z');
}

async function answers({ endpoint }: DynamoDbProcess): Promise<boolean> {
  const headers = {
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': 'DynamoDB_20120810.ListTables',
    authorization:
      'AWS4-HMAC-SHA256 Credential=a/b/c/dynamodb/aws4_request, SignedHeaders=, Signature=d',
  };
  const reply = await fetch(endpoint, { method: 'POST', headers, body: '{}' });
  return reply.ok;
}

/** Starts a process that owns a JVM of its own. */
async function startOwner(...directories: string[]): Promise<{ owner: ChildProcess; jvm: number }> {
  const script = join(import.meta.dirname, 'owner.ts');
  const owner = spawn(process.execPath, [script, ...directories], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  owners.push(owner);
  const [said] = await once(owner.stdout ?? owner, 'data');
  return { owner, jvm: Number(said) };
}

function connects(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host);
    const answer = (open: boolean) => {
      socket.destroy();
      resolve(open);
    };
    socket.once('connect', () => answer(true)).once('error', () => answer(false));
  });
}

describe('the DynamoDB process', () => {
  it('listens on the one loopback address only', async () => {
    const port = Number(new URL(memory.endpoint).port);
    expect(await connects('127.0.0.1', port)).toBe(true);
    expect(await connects('127.0.0.2', port)).toBe(false);
    expect(await connects('::1', port)).toBe(false);
  });
});

describe('a region that was killed', () => {
  it('takes its JVM with it', async () => {
    const { owner, jvm } = await startOwner(pidDirectory);
    expect(runs(jvm)).toBe(true);
    owner.kill('SIGKILL');
    await expect.poll(() => runs(jvm), patience).toBe(false);
  });

  it('leaves a stuck JVM on its data, which the next start ends, and no other, and has them for itself', async () => {
    const directory = join(scratch.path, 'stuck');
    const { owner, jvm } = await startOwner(pidDirectory, directory);
    process.kill(jvm, 'SIGSTOP');
    owner.kill('SIGKILL');
    await once(owner, 'exit');
    expect(runs(jvm)).toBe(true);

    const next = await startDynamoDbProcess({ directory, pidDirectory });
    expect(runs(jvm)).toBe(false);
    expect(await answers(next)).toBe(true);
    expect(readdirSync(directory)).not.toContain(`dynamodb-${jvm}.json`);
    // Those of regions that run are none of its business, wherever they are noted.
    expect(await reapOrphans(pidDirectory)).toMatchObject([{ pid: memory.pid }]);
    expect(await answers(memory)).toBe(true);

    // It has its directory for itself, is noted there while it runs, and says why it has ended.
    const note = `dynamodb-${next.pid}.json`;
    expect(readdirSync(directory)).toContain(note);
    await expect(startDynamoDbProcess({ directory, pidDirectory })).rejects.toMatchObject({
      code: 'directory-in-use',
      message: expect.stringContaining(`process ${process.pid} runs a region on ${directory}`),
    });
    expect(await answers(next)).toBe(true);
    expect(next.ended()).toBeUndefined();
    process.kill(next.pid, 'SIGTERM');
    await expect
      .poll(next.ended, patience)
      .toMatch(/^DynamoDB Local has ended \((SIGTERM|exit code 143)/);
    expect(readdirSync(directory)).not.toContain(note);
    await next.stop();
  });

  it('leaves a note whose process id may be another process by now, which is let live', async () => {
    const stranger = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    owners.push(stranger);
    await once(stranger, 'spawn');
    const directory = join(scratch.path, 'strangers');
    writePidFile(directory, stranger.pid ?? 0, '-Dlocal.region.jvm=of-an-earlier-start');
    writeFileSync(join(directory, 'dynamodb-1.json'), '{"pid":');
    expect(await reapOrphans(directory)).toEqual([]);
    expect(runs(stranger.pid ?? 0)).toBe(true);
    expect(readdirSync(directory)).toEqual([]);
  });
});

describe('without a Java that will do', () => {
  const javaThat = (name: string, script: string) => {
    const java = join(scratch.path, name);
    writeFileSync(java, `#!/bin/sh\n${script}\n`);
    chmodSync(java, 0o755);
    return java;
  };

  it.each([
    ['none at all', () => join(scratch.path, 'no-such-java'), 'java-missing'],
    [
      'the placeholder of macOS',
      () => javaThat('placeholder', 'echo "Unable to locate a Java Runtime." >&2; exit 1'),
      'java-missing',
    ],
    [
      'one that is too old',
      () =>
        javaThat(
          'old',
          'echo "Exception: java.lang.UnsupportedClassVersionError: Launcher" >&2; exit 1',
        ),
      'java-too-old',
    ],
  ])('%s: says how to get one', async (_which, java, code) => {
    mkdirSync(pidDirectory, { recursive: true });
    const start = startDynamoDbProcess({ pidDirectory, java: java() });
    await expect(start).rejects.toMatchObject({
      code,
      message: expect.stringMatching(/Java 17 or newer\. Install it .* another data directory/),
    });
  });

  it('that fails otherwise: says what Java said', async () => {
    const java = javaThat('broken', 'echo "no memory left" >&2; exit 3');
    await expect(startDynamoDbProcess({ pidDirectory, java })).rejects.toMatchObject({
      code: 'start-failed',
      message: expect.stringContaining('no memory left'),
    });
  });
});
