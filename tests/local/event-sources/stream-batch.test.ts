import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  afterInvocation,
  type Batch,
  newBatch,
  withoutExpired,
} from '../../../local/event-sources/stream-batch.ts';
import type { StreamRecord } from '../../../local/event-sources/stream-record.ts';
import type { Invocation } from '../../../local/lambda/invocation.ts';

const now = 1_000_000;

const rules = {
  bisect: false,
  maximumRetryAttempts: undefined,
  maximumRecordAgeSeconds: undefined,
  reportBatchItemFailures: false,
};

function records(...sequences: readonly string[]): readonly StreamRecord[] {
  return sequences.map((sequence) => ({
    sequence,
    eventId: `event-${sequence}`,
    createdAt: now - 1000,
    event: {},
  }));
}

const thrown: Invocation = { ok: false, errorType: 'Error', message: 'no' };
const returned = (value: unknown): Invocation => ({ ok: true, value });
const failing = (...sequences: readonly string[]) =>
  returned({ batchItemFailures: sequences.map((itemIdentifier) => ({ itemIdentifier })) });

const sequences = (batches: readonly Batch[]) =>
  batches.map((batch) => batch.records.map((record) => record.sequence));

describe('a batch that was handed over', () => {
  const batch = newBatch(records('1', '2', '3', '4'));
  const reporting = { ...rules, reportBatchItemFailures: true };
  const bisecting = { ...rules, bisect: true };

  it.each([
    ['succeeds', rules, returned('anything'), '4', []],
    ['throws', rules, thrown, undefined, [['1', '2', '3', '4']]],
    [
      'throws, to be bisected',
      bisecting,
      thrown,
      undefined,
      [
        ['1', '2'],
        ['3', '4'],
      ],
    ],
    ['reports nothing', reporting, returned(undefined), '4', []],
    ['reports null', reporting, returned({ batchItemFailures: null }), '4', []],
    ['reports an empty list', reporting, failing(), '4', []],
    ['reports the third', reporting, failing('3'), '2', [['3', '4']]],
    ['reports the fourth and the second', reporting, failing('4', '2'), '1', [['2', '3', '4']]],
    ['reports the first', reporting, failing('1'), undefined, [['1', '2', '3', '4']]],
    ['reports a stranger', reporting, failing('9', '4'), undefined, [['1', '2', '3', '4']]],
    ['reports emptiness', reporting, failing(''), undefined, [['1', '2', '3', '4']]],
    ['reports what is no report', reporting, returned('ok'), undefined, [['1', '2', '3', '4']]],
    ['reports the third, unasked', rules, failing('3'), '4', []],
    [
      'reports the third, to be bisected',
      { ...reporting, bisect: true },
      failing('3'),
      '2',
      [['3', '4']],
    ],
    [
      'reports the first, to be bisected',
      { ...reporting, bisect: true },
      failing('1'),
      undefined,
      [
        ['1', '2'],
        ['3', '4'],
      ],
    ],
  ] as const)('%s', (_how, given, invocation, through, remaining) => {
    const outcome = afterInvocation(batch, invocation, given, now);
    expect(outcome.through?.sequence).toBe(through);
    expect(sequences(outcome.remaining)).toEqual(remaining);
    expect(outcome.givenUp).toBeUndefined();
  });

  it('is retried after pauses that double up to a minute', () => {
    const pauses: number[] = [];
    let current = batch;
    for (let count = 0; count < 10; count += 1) {
      const [next] = afterInvocation(current, thrown, rules, now).remaining;
      if (next === undefined) throw new Error('given up without a limit');
      pauses.push((next.notBefore - now) / 1000);
      current = next;
    }
    expect(pauses).toEqual([0.5, 1, 2, 4, 8, 16, 32, 60, 60, 60]);
  });

  it('is given up after as many retries as allowed, the part that succeeded not with it', () => {
    const limited = { ...reporting, maximumRetryAttempts: 1 };
    const [retry] = afterInvocation(batch, failing('2'), limited, now).remaining;
    const outcome = afterInvocation(retry ?? batch, failing('3'), limited, now);
    expect(outcome.through?.sequence).toBe('4');
    expect(outcome.remaining).toEqual([]);
    expect(outcome.givenUp).toMatchObject({
      condition: 'RetryAttemptsExhausted',
      functionError: false,
      batch: { invocations: 2, records: [{ sequence: '3' }, { sequence: '4' }] },
    });
  });

  it('that met a function without concurrency waits, whatever is allowed', () => {
    const strict = { ...rules, bisect: true, maximumRetryAttempts: 0 };
    const throttled: Invocation = { ok: false, errorType: 'TooManyRequestsException', message: '' };
    const outcome = afterInvocation(batch, throttled, strict, now);
    expect(outcome).toEqual({
      through: undefined,
      remaining: [{ ...batch, notBefore: now + 5_000 }],
      givenUp: undefined,
    });
  });

  it('is given up at once with no retries allowed', () => {
    const outcome = afterInvocation(batch, thrown, { ...rules, maximumRetryAttempts: 0 }, now);
    expect(outcome.givenUp).toMatchObject({ functionError: true, batch: { invocations: 1 } });
  });
});

describe('records beyond their age', () => {
  const aged = (seconds: number) => ({ ...rules, maximumRecordAgeSeconds: seconds });
  const old = records('1', '2').map((record) => ({ ...record, createdAt: now - 61_000 }));

  it('are given up before the function sees them, the younger ones are not', () => {
    const outcome = withoutExpired(newBatch([...old, ...records('3')]), aged(60), now);
    expect(outcome?.through?.sequence).toBe('2');
    expect(outcome?.givenUp).toMatchObject({
      condition: 'RecordAgeExceeded',
      batch: { invocations: 0, records: [{ sequence: '1' }, { sequence: '2' }] },
    });
    expect(sequences(outcome?.remaining ?? [])).toEqual([['3']]);
  });

  it('are given up with nothing left when all are', () => {
    expect(withoutExpired(newBatch(old), aged(60), now)?.remaining).toEqual([]);
  });

  it('are kept for ever without a limit, and up to it', () => {
    expect(withoutExpired(newBatch(old), rules, now)).toBeUndefined();
    expect(withoutExpired(newBatch(old), aged(61), now)).toBeUndefined();
  });
});

describe('bisecting', () => {
  it('gives up exactly the poisoned records, hands over all others, and keeps their order', () => {
    const shard = fc.array(fc.boolean(), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(shard, fc.boolean(), fc.nat(3), (poisoned, reports, maximumRetryAttempts) => {
        const isPoisoned = (record: StreamRecord) => poisoned[Number(record.sequence)] === true;
        const given = {
          ...rules,
          bisect: true,
          reportBatchItemFailures: reports,
          maximumRetryAttempts,
        };
        const all = records(...Array.from(poisoned.keys(), String));
        const dealtWith: string[] = [];
        const givenUp: string[] = [];
        let pending: readonly Batch[] = [newBatch(all)];
        while (pending.length > 0) {
          const [head = newBatch([]), ...others] = pending;
          const bad = head.records.findIndex(isPoisoned);
          const good = head.records.slice(0, bad === -1 ? undefined : bad);
          const report = failing(head.records[bad]?.sequence ?? '');
          const invocation = bad === -1 ? returned(null) : reports ? report : thrown;
          const outcome = afterInvocation(head, invocation, given, now);
          const lost = outcome.givenUp?.batch.records ?? [];
          if (outcome.through) dealtWith.push(...good.map((one) => one.sequence));
          givenUp.push(...lost.map((one) => one.sequence));
          pending = [...outcome.remaining, ...others];
        }
        expect(givenUp).toEqual(all.filter(isPoisoned).map((one) => one.sequence));
        const healthy = all.filter((one) => !isPoisoned(one)).map((one) => one.sequence);
        expect(dealtWith).toEqual(healthy);
      }),
    );
  });
});
