import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { status } from '../../bin/rollout/status.ts';
import { FakeAws, type Received } from './fake-aws.ts';
import { jsonError, jsonResult, type Reply } from './fake-replies.ts';

const file = 'regions/taebaek.yaml';
const stackName = 'ladder-taebaek';
let aws: FakeAws;
/** What the function of migrations answers, and what it was asked. */
let answer: Reply;
let asked: string[];

function fill({ url, headers, body }: Received): Reply | undefined {
  if (url.includes('/functions/migrations/invocations')) {
    asked.push(body.toString());
    return answer;
  }
  // As a local region answers, which keeps no alarms.
  if (headers.authorization?.includes('/monitoring/'))
    return jsonError('UnknownOperationException', 'no alarms here', 404);
  return undefined;
}

beforeEach(async () => {
  aws = await FakeAws.start();
  aws.refuse = fill;
  aws.cloudFormation.statuses.set(stackName, 'UPDATE_COMPLETE');
  aws.cloudFormation.outputs = { MigrationFunction: 'migrations' };
  asked = [];
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'key');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await aws.stop();
});

const Summary = z.looseObject({ serving: z.boolean(), migrations: z.string() });

async function told() {
  const lines: string[] = [];
  const out = { write: (text: string) => lines.push(text) };
  await status(file, { json: true, endpoint: aws.endpoint }, out);
  return Summary.parse(JSON.parse(lines.at(-1) ?? ''));
}

const reached = (done: boolean) =>
  jsonResult({ done, migration: '0002-second', seen: 40, changed: 7, busy: false });

describe('the status of a region', () => {
  it.each<[string, Reply, string]>([
    [
      'done',
      reached(true),
      'all migrations of data are done; 0002-second: 40 rows seen, 7 changed',
    ],
    ['at work', reached(false), '0002-second: 40 rows seen, 7 changed'],
    [
      'failing',
      {
        ...jsonResult({ errorType: 'RowBusy' }),
        headers: { 'x-amz-function-error': 'Unhandled' },
      },
      'the function migrations ended with RowBusy',
    ],
    [
      'not for whoever asks',
      jsonError('AccessDeniedException', 'not authorized', 403),
      'you may not ask migrations',
    ],
  ])('says of its migrations that they are %s, and runs none', async (_, given, says) => {
    answer = given;
    expect(await told()).toMatchObject({ migrations: says, serving: true });
    expect(asked).toEqual(['{"migrate":false}']);
  });

  it('says so of a release that had no migrations', async () => {
    aws.cloudFormation.outputs = {};
    expect(await told()).toMatchObject({ migrations: 'this release has no migrations' });
  });

  it.each([
    ['no', false],
    ['yes', true],
  ])('with the parameter Serving at %s says whether it serves', async (Default, serving) => {
    answer = reached(true);
    const template = JSON.stringify({ Parameters: { Serving: { Default } } });
    aws.cloudFormation.templates.set(stackName, template);
    expect(await told()).toMatchObject({ serving });
  });

  it('that changes is told without asking its functions', async () => {
    aws.cloudFormation.statuses.set(stackName, 'UPDATE_IN_PROGRESS');
    await expect(told()).rejects.toMatchObject({ code: 'stack-busy', exitCode: 4 });
    expect(asked).toEqual([]);
  });
});
