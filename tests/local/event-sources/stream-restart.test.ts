import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DescribeStreamCommand } from '@aws-sdk/client-dynamodb-streams';
import { afterAll, describe, expect, it } from 'vitest';
import type { Invoke } from '../../../local/lambda/invocation.ts';
import { context, Reached, temporaryDirectory } from '../dynamodb/region.ts';
import { collector, Streaming } from './stream-region.ts';

const scratch = temporaryDirectory();
afterAll(() => scratch[Symbol.dispose]());

/** Does to the tables' file what time would have done. */
function age(directory: string): void {
  const database = new DatabaseSync(join(directory, 'tables.sqlite'));
  const hours = (count: number) => Date.now() - count * 3_600_000;
  // Thirty hours: what was in the stream of `forgotten` has expired when the region starts.
  database
    .prepare(
      "UPDATE records SET at = ? WHERE stream IN (SELECT id FROM streams WHERE table_name = 'forgotten')",
    )
    .run(hours(30));
  // Five hours: the shard of `rolled` is followed by another with the next record.
  database
    .prepare(
      "UPDATE shards SET opened_at = ? WHERE stream IN (SELECT id FROM streams WHERE table_name = 'rolled')",
    )
    .run(hours(5));
  database.close();
}

describe('streams of a region that starts again', () => {
  it('after a long rest every record still in a stream is handed over once: none skipped, in any shard', async () => {
    const directory = join(scratch.path, 'data');
    const options = { directory };
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
    expect(late.numbers).not.toContain(early.numbers.at(-1));

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
    const { StreamDescription } = await after.streams.send(
      new DescribeStreamCommand({ StreamArn: both.streamArn }),
    );
    const [one, two, ...others] = StreamDescription?.Shards ?? [];
    expect([two?.ParentShardId, others]).toEqual([one?.ShardId, []]);
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
