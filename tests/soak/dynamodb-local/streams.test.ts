import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import type { Invoke } from '../../../local/lambda/invocation.ts';
import { context, Reached, temporaryDirectory } from '../../local/dynamodb/region.ts';
import { collector, patience, Streaming } from '../../local/event-sources/stream-region.ts';
import { begun } from './begun.ts';

const scratch = temporaryDirectory();
afterAll(() => scratch[Symbol.dispose]());

/** Does to DynamoDB Local's own database what time would have done. */
function age(directory: string): void {
  const database = new DatabaseSync(join(directory, 'shared-local-instance.db'));
  // Thirty hours: what was in the stream of `forgotten` has expired when DynamoDB Local starts.
  const expired = Date.now() - 30 * 3_600_000;
  database
    .prepare("UPDATE us SET CreationDateTime = ? WHERE StreamID LIKE '%/forgotten/%'")
    .run(expired);
  // Four hours: the shard of `rolled` has been closed behind its second record, and followed by another.
  const shard = database.prepare("SELECT * FROM ss WHERE StreamID LIKE '%/rolled/%'").get();
  const { StreamID = null, ShardID = null } = shard ?? {};
  const now = Date.now();
  database
    .prepare('UPDATE ss SET SequenceNumberEnd = 2, DeletionDateTime = ? WHERE ShardID = ?')
    .run(now, ShardID);
  database
    .prepare('INSERT INTO ss VALUES (?, ?, ?, NULL, 3, NULL, ?)')
    .run(StreamID, 'shardId-00000009999999999999-0a1b2c3d', now, ShardID);
  database.close();
}

/** Kills DynamoDB under a source that watches it. */
async function kill(reached: Reached): Promise<void> {
  const warnings: string[] = [];
  const warned = (warning: Error) => void warnings.push(warning.message);
  process.on('warning', warned);
  const streaming = await Streaming.start(reached, 'gone', collector().invoke);
  await streaming.settle();
  process.kill(reached.dynamodb.pid ?? 0, 'SIGKILL');
  await expect.poll(() => warnings, patience).toHaveLength(1);
  await pause(600);
  process.off('warning', warned);
  expect(warnings).toEqual([expect.stringContaining('DynamoDB Local does not answer')]);
  await expect(streaming.sources.quiet()).rejects.toThrow('Start the region again');
  await streaming.sources.stop();
}

describe('DynamoDB that is gone is told of once, and stops no one from stopping', () => {
  it('after a kill and a long rest every record still in a stream is handed over once: none skipped, in any shard', async () => {
    const directory = await begun(join(scratch.path, 'data'));
    const options = { directory, pidDirectory: scratch.path };
    // The region's own state outlives the process, as its file does.
    const inside = context();

    const before = await Reached.start(options, inside);
    const early = collector();
    const rolled = await Streaming.start(before, 'rolled', early.invoke, { Enabled: false });
    await rolled.put('r1', 'r2');
    const forgotten = await Streaming.start(before, 'forgotten', early.invoke);
    await forgotten.put('f3', 'f4', 'f5');
    await forgotten.settle();
    expect(early.keys).toEqual(['f3', 'f4', 'f5']);
    await forgotten.sources.stop();
    await kill(before);
    await before.stop();
    age(directory);

    const after = await Reached.start(options, inside);
    const late = collector();
    const writer = await Streaming.start(after, 'forgotten', late.invoke, { Enabled: false });
    const written = ['f6', 'f7', 'f8', 'f9', 'f10', 'f11'];
    await writer.put(...written);
    const resumed = await Streaming.start(after, 'forgotten', late.invoke);
    await resumed.settle();
    expect(late.keys).toEqual(written);
    // Counted from the start again: one of them even has the very number of the checkpoint.
    expect(late.numbers).toContain(early.numbers.at(-1));

    const followed = collector();
    let calls = 0;
    const failingOnce: Invoke = (name, event) => {
      calls += 1;
      return calls === 1 ? Promise.reject(new Error('not yet')) : followed.invoke(name, event);
    };
    const both = await Streaming.start(after, 'rolled', failingOnce);
    await both.put('r3');
    await both.settle();
    inside.clock.advance(500);
    await both.settle();
    // The second shard has waited for the first, although that was held up.
    expect(followed.keys).toEqual(['r1', 'r2', 'r3']);
    await both.sources.stop();
    await resumed.sources.stop();

    const again = await Streaming.start(after, 'rolled', followed.invoke);
    await again.put('r4');
    await again.settle();
    expect(followed.keys).toEqual(['r1', 'r2', 'r3', 'r4']);
    await again.sources.stop();
    await after.stop();
  });
});
