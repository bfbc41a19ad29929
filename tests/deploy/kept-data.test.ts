import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { clientsFor } from '../../bin/rollout/clients.ts';
import { lastWords } from '../../bin/rollout/destroy.ts';
import { deleteKept, keptBy } from '../../bin/rollout/kept-data.ts';
import type { DeployedStack } from '../../bin/rollout/stack.ts';
import { loadRegion } from '../../regions/load.ts';
import { FakeAws } from './fake-aws.ts';
import type { Reply } from './fake-replies.ts';

const region = loadRegion('regions/taebaek.yaml');
const papers = { type: 'AWS::S3::Bucket', id: 'papers' } as const;

let aws: FakeAws;
beforeEach(async () => {
  aws = await FakeAws.start();
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'key');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  vi.stubEnv('AWS_ENDPOINT_URL', aws.endpoint);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await aws.stop();
});

/** A bucket with one paper, of which S3 says what became of it when it is asked to delete it. */
function bucket(deleted: (gone: () => void) => string): string[] {
  const asked: string[] = [];
  let isThere = true;
  const xml = (body: string): Reply => ({ status: 200, body });
  aws.refuse = ({ method, url }) => {
    asked.push(`${method} ${url.replace(/&?x-id=\w+/, '')}`);
    if (method === 'DELETE') return { status: 204 };
    if (method === 'GET') {
      const version = '<Version><Key>lrn_1/paper</Key><VersionId>one</VersionId></Version>';
      return xml(`<ListVersionsResult>${isThere ? version : ''}</ListVersionsResult>`);
    }
    const gone = () => {
      isThere = false;
    };
    return xml(`<DeleteResult>${deleted(gone)}</DeleteResult>`);
  };
  return asked;
}

describe('the last words of a destruction', () => {
  it('name what is kept, that a rollout does not take it over, and where is told how to get it back', () => {
    const [first, ...others] = lastWords([papers], false);
    expect(first).toBe('kept: AWS::S3::Bucket papers');
    expect(others.join(' ')).toMatch(/rollout .*begins empty.*docs\/operator-guide.md.*--and-data/);
    const guide = readFileSync('docs/operator-guide.md', 'utf8');
    expect(guide).toContain('## Taking a region down');
    expect(guide).toContain('--change-set-type IMPORT');
  });

  it('are none where nothing is kept', () => {
    expect(lastWords([papers], true)).toEqual([]);
    expect(lastWords([], false)).toEqual([]);
  });
});

describe('what a region’s stacks hold, and those of its name before it have left behind', () => {
  it('is that of each of them, and of nobody else: a destruction with its data takes all', async () => {
    const deleted = (name: string, id: string) =>
      `<member><StackName>${name}</StackName><StackId>${id}</StackId></member>`;
    const store = (type: string, id: string, status: string) =>
      `<member><ResourceType>${type}</ResourceType><PhysicalResourceId>${id}</PhysicalResourceId><ResourceStatus>${status}</ResourceStatus></member>`;
    const table = 'AWS::DynamoDB::Table';
    const holds: Readonly<Record<string, string>> = {
      present:
        store(table, 'new', 'CREATE_COMPLETE') +
        store('AWS::SQS::Queue', 'jobs', 'CREATE_COMPLETE'),
      second: store(table, 'middle', 'DELETE_SKIPPED') + store(table, 'gone', 'DELETE_COMPLETE'),
      first: store('AWS::S3::Bucket', 'old', 'DELETE_SKIPPED'),
    };
    aws.refuse = ({ body }) => {
      const form = new URLSearchParams(body.toString());
      const action = form.get('Action');
      const listed =
        action === 'ListStacks'
          ? `<StackSummaries>${deleted('ladder-taebaek', 'second')}${deleted('ladder-seoul', 'other')}${deleted('ladder-taebaek', 'first')}</StackSummaries>`
          : `<StackResourceSummaries>${holds[form.get('StackName') ?? '']}</StackResourceSummaries>`;
      const text = `<${action}Response><${action}Result>${listed}</${action}Result></${action}Response>`;
      return { status: 200, body: text };
    };
    const { cloudFormation } = clientsFor({ region });
    const left = [
      { type: table, id: 'middle' },
      { type: 'AWS::S3::Bucket', id: 'old' },
    ];
    // Of the stack that is there it needs the id alone.
    const present = { id: 'present' } as DeployedStack;
    const now = { type: table, id: 'new' };
    expect(await keptBy(cloudFormation, 'ladder-taebaek', present)).toEqual([now, ...left]);
    expect(await keptBy(cloudFormation, 'ladder-taebaek', undefined)).toEqual(left);
  });
});

describe('a bucket that a stack has left behind', () => {
  it('is emptied and deleted', async () => {
    const asked = bucket((gone) => {
      gone();
      return '';
    });
    await deleteKept(clientsFor({ region }), papers);
    const methods = asked.map((one) => one.split(' ')[0]);
    expect(methods).toEqual(['GET', 'POST', 'GET', 'DELETE']);
  });

  it('of which S3 keeps a paper, and answers 200 all the same, is told once, with the reason', async () => {
    const why =
      '<Error><Key>lrn_1/paper</Key><Code>AccessDenied</Code><Message>Object is locked</Message></Error>';
    let answers = 0;
    const asked = bucket((gone) => {
      answers += 1;
      // Else who asks for ever would never end.
      if (answers === 5) gone();
      return why;
    });
    const error: unknown = await deleteKept(clientsFor({ region }), papers).catch(
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ code: 'deletion-failed', exitCode: 1 });
    expect(String(error)).toContain(
      '1 object in the bucket papers: AccessDenied (Object is locked)',
    );
    expect(String(error)).not.toContain('lrn_1');
    expect(asked).toHaveLength(2);
  });
});
