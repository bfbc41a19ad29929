import { describe, expect, it, vi } from 'vitest';
import type { Invoke } from '../../../local/lambda/invocation.ts';
import { collector, failed, keyOf, patience, recordsOf, sharedDynamoDb } from './stream-region.ts';

const { reached, stream } = sharedDynamoDb();

describe('a stream source', () => {
  it('hands records over exactly as Lambda does', async () => {
    const seen: unknown[] = [];
    const names: string[] = [];
    const streaming = await stream('exactly', async (name, event) => {
      names.push(name);
      seen.push(...recordsOf(event));
      return { ok: true, value: null };
    });
    const before = Math.floor(reached().context.clock.now() / 1000);
    const Item = {
      pk: 'a',
      count: 1,
      tags: new Set(['x']),
      raw: new Uint8Array([1, 2]),
      // DynamoDB Local drops the type of an empty map, and of no other.
      none: {},
      nested: { none: {}, list: [{}, []] },
    };
    await reached().documents.put({ TableName: 'exactly', Item });
    await reached().documents.delete({ TableName: 'exactly', Key: { pk: 'a' } });
    await streaming.settle();

    const image = {
      pk: { S: 'a' },
      count: { N: '1' },
      tags: { SS: ['x'] },
      raw: { B: 'AQI=' },
      none: { M: {} },
      nested: { M: { none: { M: {} }, list: { L: [{ M: {} }, { L: [] }] } } },
    };
    const common = {
      eventID: expect.stringMatching(/^[\w-]{32,36}$/),
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: 'eu-central-1',
      eventSourceARN: expect.stringMatching(
        /^arn:aws:dynamodb:eu-central-1:123456789012:table\/exactly\/stream\/20/,
      ),
    };
    const dynamodb = {
      ApproximateCreationDateTime: expect.any(Number),
      Keys: { pk: { S: 'a' } },
      SequenceNumber: expect.stringMatching(/^\d{21}$/),
      SizeBytes: expect.any(Number),
      StreamViewType: 'NEW_AND_OLD_IMAGES',
    };
    expect(seen).toEqual([
      { ...common, eventName: 'INSERT', dynamodb: { ...dynamodb, NewImage: image } },
      { ...common, eventName: 'REMOVE', dynamodb: { ...dynamodb, OldImage: image } },
    ]);
    expect(new Set(names)).toEqual(new Set(['handler']));
    const [{ dynamodb: told }] = seen as [{ dynamodb: { ApproximateCreationDateTime: number } }];
    expect(told.ApproximateCreationDateTime).toBeGreaterThanOrEqual(before);
    expect(told.ApproximateCreationDateTime).toBeLessThanOrEqual(before + 5);
    expect(told.ApproximateCreationDateTime % 1).toBe(0);
  });

  it('that is asked whether it is quiet asks DynamoDB only when something was written', async () => {
    const seen: unknown[] = [];
    const streaming = await stream('silent', async (_name, event) => {
      seen.push(...recordsOf(event));
      return { ok: true, value: null };
    });
    await streaming.settle();
    const asked = vi.spyOn(reached().dynamodb, 'ask');
    for (let time = 0; time < 20; time += 1) expect(await streaming.sources.quiet()).toBe(true);
    // Looks that sources take by themselves may come between.
    expect(asked.mock.calls.length).toBeLessThan(10);
    asked.mockRestore();
    await reached().documents.put({ TableName: 'silent', Item: { pk: 'a' } });
    await streaming.settle();
    expect(seen).toHaveLength(1);
  });

  it('names the service when a time to live has ended', async () => {
    const seen: unknown[] = [];
    const streaming = await stream(
      'expired',
      async (_name, event) => {
        seen.push(...recordsOf(event));
        return { ok: true, value: null };
      },
      { FilterCriteria: { Filters: [{ Pattern: '{"userIdentity":{"type":["Service"]}}' }] } },
    );
    await reached().dynamodb.answer('UpdateTimeToLive', {
      method: 'POST',
      path: '/',
      headers: {},
      body: Buffer.from(
        '{"TableName":"expired","TimeToLiveSpecification":{"Enabled":true,"AttributeName":"until"}}',
      ),
    });
    const until = Math.floor(Date.now() / 1000) - 60;
    await reached().documents.put({ TableName: 'expired', Item: { pk: 'old', until } });
    await expect.poll(() => seen, { timeout: 15_000, interval: 100 }).toHaveLength(1);
    expect(seen).toMatchObject([
      {
        eventName: 'REMOVE',
        userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' },
        dynamodb: { Keys: { pk: { S: 'old' } } },
      },
    ]);
    await streaming.settle();
  });

  it('is woken by a write, and does not wait for its next look', async () => {
    const { batches, invoke } = collector();
    const streaming = await stream('woken', invoke);
    await streaming.settle();
    // Without its timers nothing but the write can make the source look.
    reached().context.clock.stop();
    await streaming.put('a');
    await expect.poll(() => batches, patience).toEqual([['a']]);
  });

  it('keeps the order, hands over full batches first, and leaves nothing out', async () => {
    const { batches, invoke } = collector();
    const keys = Array.from({ length: 95 }, (_, index) => `k${index}`);
    const first = await stream('ordered', invoke, { BatchSize: 10, Enabled: false });
    for (let at = 0; at < keys.length; at += 25)
      await first.putTogether(...keys.slice(at, at + 25));
    const streaming = await stream('ordered', invoke, { BatchSize: 10 });
    await streaming.settle();
    expect(batches.map((batch) => batch.length)).toEqual([...Array(9).fill(10), 5]);
    expect(new Set(batches.flat())).toEqual(new Set(keys));
  });

  it('hands over only what the filters accept', async () => {
    const { batches, invoke } = collector();
    const Pattern = JSON.stringify({ dynamodb: { Keys: { pk: { S: [{ prefix: 'CHOICE#' }] } } } });
    const streaming = await stream('filtered', invoke, {
      FilterCriteria: { Filters: [{ Pattern }] },
    });
    await streaming.putTogether('ME', 'CHOICE#reading', 'LOT#1', 'CHOICE#language');
    await streaming.settle();
    expect(batches.flat().sort()).toEqual(['CHOICE#language', 'CHOICE#reading']);
  });

  it('begins behind what is there when the template says LATEST', async () => {
    const { batches, invoke } = collector();
    const before = await stream('latest', invoke, { Enabled: false });
    await before.put('old');
    const streaming = await stream('latest', invoke, { StartingPosition: 'LATEST' });
    await streaming.settle();
    await streaming.put('new');
    await streaming.settle();
    expect(batches).toEqual([['new']]);
  });

  it('gathers a batch for as long as the window says, by the region’s clock', async () => {
    const { batches, invoke } = collector();
    const streaming = await stream('window', invoke, { MaximumBatchingWindowInSeconds: 60 });
    await streaming.put('a', 'b');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(batches).toEqual([]);
    reached().context.clock.advance(60_000);
    await expect.poll(() => batches, patience).toEqual([['a', 'b']]);
  });
});

describe('a source that starts again', () => {
  it('goes on behind the last batch that was handled', async () => {
    const { batches, invoke } = collector();
    const first = await stream('onward', invoke);
    await first.put('a', 'b');
    await first.settle();
    await first.sources.stop();
    await first.put('c');
    const second = await stream('onward', invoke);
    await second.settle();
    expect(batches.flat()).toEqual(['a', 'b', 'c']);
    expect(batches.at(-1)).toEqual(['c']);
  });

  it('hands over again what was under way, and what had failed', async () => {
    let begun = false;
    const hung = await stream('interrupted', () => {
      begun = true;
      return new Promise(() => {});
    });
    await hung.put('a');
    await expect.poll(() => begun, patience).toBe(true);
    await hung.sources.stop();
    const failing = await stream('interrupted', async () => failed);
    await failing.settle();
    await failing.sources.stop();
    const { batches, invoke } = collector();
    const working = await stream('interrupted', invoke);
    await working.settle();
    expect(batches).toEqual([['a']]);
  });

  it('passes over nothing when some of a batch had succeeded before', async () => {
    const handled: string[] = [];
    const oneAtATime: Invoke = async (_name, event) => {
      const [record] = recordsOf(event);
      if (record === undefined) return failed;
      // The first time nothing but single records gets through.
      if (recordsOf(event).length > 1) return failed;
      handled.push(keyOf(record));
      return handled.length > 1 ? new Promise(() => {}) : { ok: true, value: null };
    };
    const first = await stream('halved', oneAtATime, { BisectBatchOnFunctionError: true });
    await first.putTogether('a', 'b', 'c', 'd');
    await expect.poll(() => handled, patience).toHaveLength(2);
    await first.sources.stop();
    const { batches, invoke } = collector();
    const second = await stream('halved', invoke);
    await second.settle();
    const [done = ''] = handled;
    expect(batches.flat().sort()).toEqual(['a', 'b', 'c', 'd'].filter((key) => key !== done));
  });
});
