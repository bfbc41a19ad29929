import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  failures,
  orphans,
  pause,
  reconcile,
  reconciliation,
  redrive,
  settle,
  status,
  tasks,
} from '../../bin/ops/ops.ts';
import type { Terminal } from '../../bin/ops/tables.ts';
import { FakeAws } from '../deploy/fake-aws.ts';
import { jsonError, jsonResult, type Reply } from '../deploy/fake-replies.ts';

const file = 'regions/taebaek.yaml';
const accountId = 'acc_3k9d7p2mx5t8w0qz6r4hvc1jbn';
const learnerId = 'lrn_3k9d7p2mx5t8w0qz6r4hvc1jbn';
const since = '2026-11-22T01:15:30.120Z';
let aws: FakeAws;
/** What the region answers, one after the other, and what it was asked. */
let answers: Reply[];
let asked: unknown[];

beforeEach(async () => {
  aws = await FakeAws.start();
  aws.refuse = ({ url, body }) => {
    if (!url.includes('/functions/operator/invocations')) return undefined;
    asked.push(JSON.parse(body.toString()));
    return answers.shift() ?? jsonError('Nothing', 'nothing left to answer', 500);
  };
  aws.cloudFormation.statuses.set('ladder-taebaek', 'UPDATE_COMPLETE');
  aws.cloudFormation.outputs = { OperatorFunction: 'operator' };
  [answers, asked] = [[], []];
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'key');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await aws.stop();
});

type Options = { readonly endpoint: string; readonly json?: true };

/** What a command writes to a file, and how it ends. */
async function told(run: (options: Options, out: Terminal) => Promise<void>, json?: true) {
  const out = new PassThrough();
  const written = text(out);
  const options = { endpoint: aws.endpoint, ...(json && { json }) };
  const failed: unknown = await run(options, out).then(
    () => undefined,
    (error: unknown) => error,
  );
  out.end();
  return { text: await written, failed };
}
const answer = (value: object) => answers.push(jsonResult({ answer: value }));

const standing = {
  ...{ providerId: 'highland', kind: 'scim', depth: 12, oldestSeconds: 7_530, successRate: 0.4567 },
  ...{ breaker: { state: 'rests', until: since, failures: 6 }, deadLetters: 3, tasks: 100 },
  waiting: { learners: 340, since, countedAt: since },
};

const compared = {
  ...{ reconciliationId: 'rcn_3k9d7p2mx5t8w0qz6r4hvc1jbn', providerId: 'highland' },
  ...{ askedBy: 'staff', phase: 'done', startedAt: since, finishedAt: since },
  counts: { theirs: 5, ours: 4, repaired: 1, orphans: 2, cases: 0, woken: 0 },
};

describe('an operator at the shell', () => {
  it('reads how providers stand, in columns, without colours where nobody sees them', async () => {
    answer({ providers: [standing] });
    const { text } = await told((options, out) => status(file, undefined, options, out));
    expect(asked).toEqual([{ ask: 'status' }]);
    const [head, row] = text.split('\n');
    expect(head?.split(/\s{2,}/).slice(0, 3)).toEqual(['provider', 'kind', 'asked']);
    expect(row?.split(/\s{2,}/)).toEqual([
      ...['highland', 'scim', 'rests until 2026-11-22 01:15Z'],
      ...['340', '2026-11-22 01:15Z', '12', '2 h 5 min', '45.6 %'],
      ...['3', '100+', 'never'],
    ]);
  });

  it('has programs read one object a line', async () => {
    answer({ providers: [standing, { ...standing, providerId: 'lowland' }] });
    const { text } = await told((options, out) => status(file, undefined, options, out), true);
    const lines = text.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).providerId)).toEqual(['highland', 'lowland']);
  });

  it('reads whose messages were given up, and what waits for somebody', async () => {
    answer({
      ...{ deadLetters: 4, unreadable: 1 },
      failures: [{ learnerId, since, attempts: 12 }],
    });
    const given = await told((options, out) => failures(file, 'highland', options, out));
    expect(given.text).toMatch(new RegExp(`${learnerId}\\s+2026-11-22 01:15Z\\s+12\n.*about 4`));
    answer({ tasks: [{ accountId, asked: 'create', reason: 'by-hand', since, fence: 3 }] });
    const list = await told((options, out) => tasks(file, 'highland', options, out));
    expect(list.text).toMatch(new RegExp(`${accountId}\\s+create\\s+by-hand\\s.*\\s3\\s`));
  });

  it.each([
    ['of some of them, by the side of these', [{ learnerId, since, attempts: 12 }], 2],
    ['of all of them', [], 1],
  ])(
    'has programs read of what was given up, also what nobody can make sense %s',
    async (_, found, lines) => {
      answer({ deadLetters: 4, unreadable: 3, failures: found });
      const { text } = await told((options, out) => failures(file, 'highland', options, out), true);
      const read = text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(read).toHaveLength(lines);
      expect(read.at(-1)).toEqual({ providerId: 'highland', deadLetters: 4, unreadable: 3 });
    },
  );

  it('and that nothing was', async () => {
    answer({ deadLetters: 0, unreadable: 0, failures: [] });
    const { text } = await told((options, out) => failures(file, 'highland', options, out), true);
    expect(JSON.parse(text)).toEqual({ providerId: 'highland', deadLetters: 0, unreadable: 0 });
  });

  it('acts, and is told what came of it', async () => {
    answer({ moved: 7 });
    expect((await told((options, out) => redrive(file, 'highland', options, out))).text).toContain(
      'about 7 messages',
    );
    answer({ state: 'paused', since, failures: 0 });
    const paused = await told((options, out) => pause(file, 'highland', options, out));
    expect(paused.text).toContain(`npm run ops -- resume ${file} highland`);
    answer({ outcome: 'taken' });
    const what = { account: accountId, outcome: 'again' };
    await told((options, out) => settle(file, 'highland', what, { ...options, fence: 3 }, out));
    expect(asked.at(-1)).toEqual({
      ...{ ask: 'settle', providerId: 'highland', accountId, outcome: 'again', fence: 3 },
    });
  });

  it('is told how far a comparison is', async () => {
    answer({ reconciliation: compared });
    const { text } = await told((options, out) =>
      reconcile(file, 'highland', { ...options, watch: true }, out),
    );
    expect(text).toContain('done: 5 there, 4 compared, 1 repaired, 2 that nobody knows');
  });

  it('looks at the latest comparison without beginning one', async () => {
    answer({ reconciliation: compared });
    const run = (options: Options, out: Terminal) => reconciliation(file, 'highland', options, out);
    const { text } = await told(run, true);
    expect(JSON.parse(text)).toEqual(compared);
    expect(asked).toEqual([{ ask: 'reconciliation', providerId: 'highland' }]);
  });

  it('edge case 25: reads the ids of all that nobody knows, page by page', async () => {
    const { reconciliationId } = compared;
    answer({ reconciliationId, orphans: [{ remoteId: 'one' }], cursor: 'rest' });
    answer({ reconciliationId, orphans: [{ remoteId: 'two' }] });
    const { text } = await told((options, out) => orphans(file, 'highland', options, out));
    expect(text).toBe('one\ntwo\n');
    const ask = { ask: 'orphans', providerId: 'highland' };
    expect(asked).toEqual([ask, { ...ask, cursor: 'rest' }]);
    answer({ reconciliationId, orphans: [] });
    const none = await told((options, out) => orphans(file, 'highland', options, out));
    expect(none.text).toBe('somebody here knows all accounts\n');
  });

  it.each<[string, () => void, string, number]>([
    [
      'the region refuses',
      () =>
        answers.push(
          jsonResult({ refused: { code: 'no-such-provider', detail: 'There is none.' } }),
        ),
      'no-such-provider',
      2,
    ],
    [
      'it is of an earlier release',
      () => {
        aws.cloudFormation.outputs = {};
      },
      'no-operator-function',
      1,
    ],
    ['it is not there', () => aws.cloudFormation.statuses.clear(), 'stack-absent', 4],
  ])('ends with a code of its own when %s', async (_, arrange, code, exitCode) => {
    arrange();
    const run = (options: Options, out: Terminal) => status(file, 'highland', options, out);
    const { text, failed } = await told(run, true);
    expect(failed).toMatchObject({ code, exitCode });
    expect(JSON.parse(text)).toMatchObject({ state: 'failed', code });
  });

  it('asks nothing where what was written makes no sense, or the answer came too late', async () => {
    const what = { account: 'somebody', outcome: 'done' };
    const wrong = await told((options, out) =>
      settle(file, 'highland', what, { ...options, fence: 3 }, out),
    );
    expect(wrong.failed).toMatchObject({ code: 'wrong-arguments', exitCode: 2 });
    expect(asked).toEqual([]);
    answer({ outcome: 'stale' });
    const late = { account: accountId, outcome: 'done' };
    const stale = await told((options, out) =>
      settle(file, 'highland', late, { ...options, fence: 3 }, out),
    );
    expect(stale.failed).toMatchObject({ code: 'outcome-stale', exitCode: 1 });
  });
});
