import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runExport } from '../../bin/export/command.ts';
import { format } from '../../bin/export/manifest.ts';
import { restore } from '../../bin/restore/restore.ts';
import { type Script, scripted } from './scripted-aws.ts';

const file = 'regions/taebaek.yaml';
const empty = gzipSync('');
const list = (key: string) => ({
  key: `today/${key}`,
  items: 0,
  md5: createHash('md5').update(empty).digest('base64'),
});
const manifest = {
  ...{ format, regionId: 'seoul', version: '0.1.0', dataLevel: 0 },
  ...{ moment: '2026-03-02T01:15:29.000Z', scope: { kind: 'region' } },
  ...{ areas: [], providers: [], tables: [] },
  papers: { count: 0, list: list('papers') },
  logins: { count: 0, list: list('logins') },
};
const there: Script = {
  'GET /archive/today/manifest.json': [200, JSON.stringify(manifest)],
  'GET /archive/today/papers': [200, empty],
  'GET /archive/today/logins': [200, empty],
  'GET /archive?list-type&prefix': [200, '<ListBucketResult></ListBucketResult>'],
};
const outputs = Object.entries({
  ...{ TableIdentity: 'identity', PapersBucket: 'papers' },
  ...{ PublicPoolId: 'public', StaffPoolId: 'staff' },
}).map(
  ([key, value]) =>
    `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
);
const stackIn = (status: string) =>
  `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>ladder-taebaek</StackName><StackStatus>${status}</StackStatus><Outputs>${outputs.join('')}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`;
const refused = (code: string) =>
  `<ErrorResponse><Error><Code>${code}</Code><Message>no</Message></Error></ErrorResponse>`;

beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'local');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
  // What a command writes into the environment goes, too.
  vi.stubEnv('AWS_ENDPOINT_URL', undefined);
  vi.stubEnv('AWS_REGION', undefined);
});
afterEach(() => vi.unstubAllEnvs());

/** What a command tells programs, what it asked of AWS, and how it ended. */
async function told(
  script: Script,
  run: (endpoint: string, out: { write(text: string): void }) => Promise<void>,
) {
  const lines: Record<string, unknown>[] = [];
  const out = { write: (text: string) => void lines.push(JSON.parse(text)) };
  return scripted(script, async ({ endpoint, asked }) => {
    const error = await run(endpoint, out).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    return { error, asked, failed: lines.find(({ state }) => state === 'failed'), lines };
  });
}

const restoring = (more: object = {}, interrupted = new AbortController()) => {
  const options = { from: 's3://archive/today', yes: true, json: true, wait: 0, ...more } as const;
  return (endpoint: string, out: { write(text: string): void }) =>
    restore(file, { ...options, endpoint }, { interrupted: interrupted.signal, out });
};
const exporting = (more: object = {}) => {
  const options = { to: 's3://archive/today', json: true, ...more } as const;
  return (endpoint: string, out: { write(text: string): void }) =>
    runExport(file, { ...options, endpoint }, out);
};

describe('a restore into a region that is live', () => {
  it.each(['UPDATE_IN_PROGRESS', 'UPDATE_COMPLETE'])(
    'given its stack in %s: refused before any rollout',
    async (status) => {
      const row = { pk: { S: 'LEARNER#lrn_1' }, sk: { S: 'PROFILE' } };
      const { error, asked, failed } = await told(
        {
          ...there,
          DescribeStacks: [200, stackIn(status)],
          GetItem: [200, '{}'],
          Scan: [200, JSON.stringify({ Items: [row] })],
        },
        restoring(),
      );
      expect(error).toMatchObject({ code: 'tables-not-empty', exitCode: 3 });
      expect(error).not.toMatchObject({ message: expect.stringContaining('--closed') });
      expect(failed).toMatchObject({ step: 'preflight', code: 'tables-not-empty' });
      expect(asked.filter((name) => /Stack|ChangeSet/.test(name))).toEqual(['DescribeStacks']);
    },
  );
});

describe('what keeps an export or a restore from its work is named, also for programs', () => {
  const expired = [403, refused('ExpiredToken')] as const;
  it.each<[string, Script, ReturnType<typeof exporting>, object]>([
    [
      'an export with credentials that have expired',
      { DescribeStacks: expired },
      exporting(),
      { step: 'preflight', code: 'credentials-expired' },
    ],
    [
      'a restore with credentials that have expired',
      { 'GET /archive/today/manifest.json': expired },
      restoring(),
      { step: 'read', code: 'credentials-expired' },
    ],
    ['a place that is none', {}, exporting({ to: 'archive' }), { code: 'not-an-s3-address' }],
    ['a restore of nothing', {}, restoring({ from: 'x' }), { code: 'not-an-s3-address' }],
    [
      'a partner without a way',
      {},
      exporting({ partner: 'x', areas: ['taebaek'] }),
      { code: 'way-needed' },
    ],
    [
      'a restore that nobody confirms',
      {
        ...there,
        DescribeStacks: [400, refused('ValidationError').replace('no<', 'x does not exist<')],
      },
      restoring({ yes: undefined }),
      { step: 'confirm', code: 'confirmation-needed' },
    ],
  ])('%s', async (_what, script, run, expected) => {
    const { error, failed } = await told(script, run);
    expect(failed).toMatchObject({ step: 'validate', ...expected });
    expect(error).toMatchObject({ code: failed?.['code'], exitCode: expect.any(Number) });
  });

  it('given an old whole export in the place of --via: its moment is shown, and nothing is taken out of it', async () => {
    const script: Script = {
      ...there,
      'GET /archive/today/manifest.json': [
        200,
        JSON.stringify({ ...manifest, regionId: 'taebaek' }),
      ],
      DescribeStacks: [200, stackIn('UPDATE_COMPLETE')],
    };
    const part = { partner: 'x', areas: ['taebaek'], to: 's3://its-own/part' };
    const run = exporting({ ...part, via: 's3://archive/today' });
    const { error, asked } = await told(script, run);
    expect(error).toMatchObject({ code: 'confirmation-needed' });
    expect(error).toMatchObject({ message: expect.stringContaining('2026-03-02T01:15:29.000Z') });
    expect(asked.filter((name) => name.includes('its-own'))).toEqual([]);
  });
});

describe('Ctrl-C', () => {
  it('ends a restore at the next file, and names what to do', async () => {
    const stop = new AbortController();
    const run = restoring({}, stop);
    const { error, asked } = await told(there, (endpoint, out) =>
      run(endpoint, {
        write: (text) => {
          out.write(text);
          if (text.includes('"progress"')) stop.abort();
        },
      }),
    );
    expect(error).toMatchObject({ code: 'interrupted', exitCode: 130 });
    expect(asked).not.toContain('GET /archive?list-type&prefix');
    expect(asked).not.toContain('DescribeStacks');
  });

  it('given before a step: the step does not begin', async () => {
    const stop = new AbortController();
    stop.abort();
    const { error, asked, failed } = await told(there, restoring({}, stop));
    expect(error).toMatchObject({ code: 'interrupted' });
    expect(failed).toMatchObject({ step: 'validate', code: 'interrupted' });
    expect(asked).toEqual([]);
  });
});
