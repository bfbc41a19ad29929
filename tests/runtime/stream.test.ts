import type { DynamoDBRecord } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { type Change, ChangeFailed, consumeStream } from '../../functions/runtime/stream.ts';
import { captureLog } from './log-lines.ts';

const takeLog = captureLog();

type Images = NonNullable<DynamoDBRecord['dynamodb']>;

const record = (dynamodb: Images): DynamoDBRecord => ({
  eventID: '1',
  dynamodb,
});

describe('given a batch of changes', () => {
  it('hands each on, in order, as rows before and after', async () => {
    const seen: Change[] = [];
    const handler = consumeStream(async (change) => {
      seen.push(change);
    });
    const row = (version: number): NonNullable<Images['NewImage']> => ({
      pk: { S: 'LEARNER#1' },
      version: { N: String(version) },
      places: { M: { subject: { M: { open: { BOOL: true } } } } },
      list: { L: [{ S: 'a' }, { NULL: true }] },
    });
    const plain = (version: number) => ({
      pk: 'LEARNER#1',
      version,
      places: { subject: { open: true } },
      list: ['a', null],
    });
    await handler({
      Records: [
        record({ NewImage: row(1) }),
        record({ OldImage: row(1), NewImage: row(2) }),
        record({ OldImage: row(2) }),
      ],
    });
    expect(seen).toEqual([
      { before: undefined, after: plain(1) },
      { before: plain(1), after: plain(2) },
      { before: plain(2), after: undefined },
    ]);
  });

  it('waits for each before the next, so that a row never goes back in time', async () => {
    const events: string[] = [];
    const handler = consumeStream(async ({ after }) => {
      events.push(`begin ${after?.['n']}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
      events.push(`end ${after?.['n']}`);
    });
    await handler({
      Records: ['1', '2'].map((n) => record({ NewImage: { n: { S: n } } })),
    });
    expect(events).toEqual(['begin 1', 'end 1', 'begin 2', 'end 2']);
  });

  it('side by side, where it is asked for: one partition’s in order, and no more partitions than that at once', async () => {
    const events: string[] = [];
    let underWay = 0;
    let most = 0;
    const handler = consumeStream(async ({ after }) => {
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise((resolve) => setTimeout(resolve, after?.['n'] === '1' ? 30 : 1));
      underWay -= 1;
      events.push(`${after?.['pk']}${after?.['n']}`);
    }, 2);
    const row = (pk: string, n: string) =>
      record({ Keys: { pk: { S: pk } }, NewImage: { pk: { S: pk }, n: { S: n } } });
    await handler({ Records: [row('a', '1'), row('b', '1'), row('c', '1'), row('a', '2')] });
    expect(most).toBe(2);
    expect(events.toSorted()).toEqual(['a1', 'a2', 'b1', 'c1']);
    expect(events.indexOf('a1')).toBeLessThan(events.indexOf('a2'));
  });

  it('fails as a whole at the first that fails, leaves those after it alone, and quotes nothing', async () => {
    const seen: unknown[] = [];
    const handler = consumeStream(async ({ after }) => {
      seen.push(after?.['n']);
      if (after?.['n'] === '2') throw new RangeError('not 김하늘');
    });
    const batch = { Records: ['1', '2', '3'].map((n) => record({ NewImage: { n: { S: n } } })) };
    takeLog();
    // Lambda logs what a handler throws.
    const failure = await handler(batch).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ChangeFailed);
    const log = takeLog();
    expect(JSON.parse(log)).toMatchObject({ level: 'error', error: 'RangeError' });
    expect(log + String(failure)).not.toContain('김하늘');
    expect(seen).toEqual(['1', '2']);
  });
});
