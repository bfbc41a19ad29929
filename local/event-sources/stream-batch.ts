import type { Invocation } from '../lambda/invocation.ts';
import type { StreamMapping } from './mapping.ts';
import { failuresIn } from './queue-response.ts';
import type { StreamRecord } from './stream-record.ts';

/** Records of one shard that go to a function together. */
export interface Batch {
  readonly records: readonly StreamRecord[];
  /** Failed invocations that count against the mapping's retries. */
  readonly retries: number;
  /** Invocations that any of the records has been part of. */
  readonly invocations: number;
  /** Not to be handed over before, in milliseconds of the region's time. */
  readonly notBefore: number;
}

/** Records that no function will see (again), and why. */
export interface GivenUp {
  readonly condition: 'RetryAttemptsExhausted' | 'RecordAgeExceeded';
  readonly batch: Batch;
  /** Whether the last invocation failed as a whole, instead of reporting some of its items. */
  readonly functionError: boolean;
}

/** What becomes of a batch. */
export interface Outcome {
  /** The last record that is dealt with: the checkpoint; undefined: none is. */
  readonly through: StreamRecord | undefined;
  /** What remains of the batch, in the order to hand it over. */
  readonly remaining: readonly Batch[];
  readonly givenUp: GivenUp | undefined;
}

type Rules = Pick<
  StreamMapping,
  'bisect' | 'maximumRetryAttempts' | 'maximumRecordAgeSeconds' | 'reportBatchItemFailures'
>;

/** AWS names no figures for its back-off; these keep a test short and a failing function quiet. */
const firstBackOff = 500;
const longestBackOff = 60_000;
const throttledBackOff = 5_000;

export function newBatch(records: readonly StreamRecord[]): Batch {
  return { records, retries: 0, invocations: 0, notBefore: 0 };
}

/** Takes the records that have become too old out of a batch; undefined when there are none. */
export function withoutExpired(batch: Batch, rules: Rules, now: number): Outcome | undefined {
  if (rules.maximumRecordAgeSeconds === undefined) return undefined;
  const oldest = now - rules.maximumRecordAgeSeconds * 1000;
  const young = batch.records.findIndex((record) => record.createdAt >= oldest);
  if (young === 0) return undefined;
  const count = young === -1 ? batch.records.length : young;
  const expired = { ...batch, records: batch.records.slice(0, count) };
  const rest = { ...batch, records: batch.records.slice(count) };
  return {
    through: expired.records.at(-1),
    remaining: rest.records.length > 0 ? [rest] : [],
    givenUp: { condition: 'RecordAgeExceeded', batch: expired, functionError: false },
  };
}

/**
 * What becomes of a batch after a function has been invoked with it: as AWS documents it, a batch is
 * retried from its first failed record on; splitting it uses up no retry, nor does a function without concurrency.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
 */
export function afterInvocation(
  before: Batch,
  invocation: Invocation,
  rules: Rules,
  now: number,
): Outcome {
  if (!invocation.ok && invocation.errorType === 'TooManyRequestsException') {
    // A function that may not run has tried nothing: its records wait, at the longest until they are too old.
    const waiting = { ...before, notBefore: now + throttledBackOff };
    return { through: undefined, remaining: [waiting], givenUp: undefined };
  }
  const batch = { ...before, invocations: before.invocations + 1 };
  const failed = firstFailed(batch, invocation, rules);
  if (failed === undefined) {
    return { through: batch.records.at(-1), remaining: [], givenUp: undefined };
  }
  const through = batch.records[failed - 1];
  const rest = { ...batch, records: batch.records.slice(failed) };
  if (rules.bisect && batch.records.length > 1) {
    const parts = failed > 0 ? [rest] : halves(rest);
    return { through, remaining: parts, givenUp: undefined };
  }
  const retries = batch.retries + 1;
  if (rules.maximumRetryAttempts !== undefined && retries > rules.maximumRetryAttempts) {
    const condition = 'RetryAttemptsExhausted';
    const givenUp = { condition, batch: rest, functionError: !invocation.ok } as const;
    return { through: rest.records.at(-1), remaining: [], givenUp };
  }
  const pause = Math.min(firstBackOff * 2 ** (retries - 1), longestBackOff);
  return { through, remaining: [{ ...rest, retries, notBefore: now + pause }], givenUp: undefined };
}

function halves(batch: Batch): readonly Batch[] {
  const middle = Math.ceil(batch.records.length / 2);
  return [
    { ...batch, records: batch.records.slice(0, middle) },
    { ...batch, records: batch.records.slice(middle) },
  ];
}

/** The index of the first record that has to be handed over again; undefined when all went well. */
function firstFailed(batch: Batch, invocation: Invocation, rules: Rules): number | undefined {
  if (!invocation.ok) return 0;
  if (!rules.reportBatchItemFailures) return undefined;
  const sequences = batch.records.map((record) => record.sequence);
  const { failed } = failuresIn(invocation.value, sequences);
  const index = sequences.findIndex((sequence) => failed.has(sequence));
  return index === -1 ? undefined : index;
}
