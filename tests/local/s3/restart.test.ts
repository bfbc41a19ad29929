import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DeleteObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RegionClock } from '../../../local/clock.ts';
import { openS3 } from './open-s3.ts';
import { bucketWithQueue, toldOf } from './restart.ts';

let data: string;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 's3-'));
});
afterEach(() => rm(data, { recursive: true }));

async function boot(clock = new RegionClock()) {
  const region = await openS3({ data, clock });
  await bucketWithQueue(region);
  return region;
}
const files = () => readdirSync(join(data, 's3'));

describe('after a restart on the same data', () => {
  it('objects are there, whole, and no file but theirs', async () => {
    const before = await boot();
    await before.put('k', 'a paper', { ContentType: 'application/pdf', Metadata: { a: '1' } });
    await before.put('replaced', 'old');
    await before.put('replaced', 'new');
    await before.put('deleted', 'x');
    await before.client.send(new DeleteObjectCommand({ Bucket: 'papers', Key: 'deleted' }));
    await expect(before.put('refused', 'x', { IfMatch: '"other"' })).rejects.toThrow();
    await before.close();
    expect(files()).toHaveLength(2);
    writeFileSync(join(data, 's3', 'left-by-a-kill'), 'bytes without a row');
    const after = await boot();
    expect(files()).toHaveLength(2);
    expect(await after.get('k', { ChecksumMode: 'ENABLED' })).toBe('a paper');
    expect(await after.get('replaced')).toBe('new');
    await after.close();
  });

  it('a queue that was named before is not told so again', async () => {
    for (const messages of [1, 0]) {
      const region = await boot();
      region.s3.start();
      expect(region.messages('uploads')).toHaveLength(messages);
      await region.close();
    }
  });

  it('a function that had failed is invoked again at its time', async () => {
    const functions = {
      NotificationConfiguration: {
        LambdaConfigurations: [{ Event: 's3:ObjectCreated:*', Function: 'scan' }],
      },
    };
    let invocations = 0;
    const start = async (clock: RegionClock, ok: boolean) => {
      const region = await openS3({
        data,
        clock,
        run: () => {
          invocations += 1;
          return ok ? { ok, value: null } : { ok, errorType: 'Error', message: 'no' };
        },
      });
      await region.bucket('papers', functions);
      region.s3.start();
      return region;
    };
    const before = await start(new RegionClock(), false);
    await before.put('k', 'x');
    await before.s3.notifier.quiet();
    await before.close();
    const early = await start(new RegionClock(), true);
    await early.s3.notifier.quiet();
    expect(invocations).toBe(1);
    await early.close();
    const later = await start(new RegionClock(61_000), true);
    await later.s3.notifier.quiet();
    expect(invocations).toBe(2);
    await later.close();
  });
});

describe('an object and its event', () => {
  it('are written together, or neither of them', async () => {
    const region = await boot();
    region.context.state.exec('DROP TABLE s3_outbox');
    await expect(region.put('in/1', 'a paper')).rejects.toThrow();
    await expect(region.get('in/1')).rejects.toThrow('does not exist');
    expect(files()).toEqual([]);
    await expect(region.close()).rejects.toThrow('s3_outbox');
  });
});

describe('when the process is killed', () => {
  it('between an object and its event, every object that was acknowledged is there, and told of', async () => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'writer.ts'), data], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const acknowledged: string[] = [];
    for await (const key of createInterface(child.stdout)) {
      acknowledged.push(key);
      if (acknowledged.length === 30) child.kill('SIGKILL');
    }
    if (child.signalCode === null) await once(child, 'exit');
    expect(child.signalCode).toBe('SIGKILL');
    const after = await boot();
    const { Contents = [] } = await after.client.send(
      new ListObjectsV2Command({ Bucket: 'papers' }),
    );
    const written = Contents.map(({ Key = '' }) => Key);
    expect(written).toEqual(expect.arrayContaining(acknowledged));
    expect(files()).toHaveLength(written.length);
    for (const key of acknowledged) {
      expect(await after.get(key)).toBe(`paper ${key.slice(3)}`.repeat(200));
    }
    expect(toldOf(after)).toEqual([]);
    after.s3.start();
    expect(new Set(toldOf(after))).toEqual(new Set(written));
    await after.close();
  });
});
