import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { filesIn } from '../../bin/export/files.ts';
import { findHoldings, type Holdings, holdingsOf } from '../../bin/export/holdings.ts';
import { format, Manifest } from '../../bin/export/manifest.ts';
import { leavingOf } from '../../bin/export/partner.ts';
import { placeOf } from '../../bin/export/place.ts';
import { exportMoment, requireSafeBucket } from '../../bin/export/preflight.ts';
import { TransferRefused } from '../../bin/export/refusals.ts';
import { rowsIn } from '../../bin/export/rows.ts';
import { exportTables } from '../../bin/export/tables.ts';
import { deleteAgain, toldOf } from '../../bin/restore/again.ts';
import { readManifest, requireFit, requireRelease, verifyAll } from '../../bin/restore/check.ts';
import { readLedger } from '../../bin/restore/ledger.ts';
import { loadRegion } from '../../regions/load.ts';
import { type OpenS3, openS3 } from '../local/s3/open-s3.ts';
import { type Script, s3Error, scripted } from './scripted-aws.ts';

const region = loadRegion('regions/taebaek.yaml');
const outputs = {
  TableIdentity: 'identity',
  PapersBucket: 'papers',
  PublicPoolId: 'public',
  StaffPoolId: 'staff',
};
const holdings: Holdings = holdingsOf('ladder-taebaek', outputs);
const place = placeOf('s3://archive/today');

const blocked = (all: boolean) =>
  `<PublicAccessBlockConfiguration><BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>true</IgnorePublicAcls><BlockPublicPolicy>${all}</BlockPublicPolicy><RestrictPublicBuckets>true</RestrictPublicBuckets></PublicAccessBlockConfiguration>`;
const there = { 'HEAD /archive': [200] } as const;
const [block, crypt] = ['GET /archive?publicAccessBlock', 'GET /archive?encryption'];

describe('a bucket that must not hold an export', () => {
  it.each<[string, Script, string]>([
    ['that is another’s', { 'HEAD /archive': [403] }, 'bucket-unreachable'],
    ['that is not there', { 'HEAD /archive': [404] }, 'bucket-unreachable'],
    [
      'without a public access block',
      { ...there, [block]: [404, s3Error('NoSuchPublicAccessBlockConfiguration')] },
      'bucket-public',
    ],
    ['with half of one', { ...there, [block]: [200, blocked(false)] }, 'bucket-public'],
    [
      'without encryption',
      {
        ...there,
        [block]: [200, blocked(true)],
        [crypt]: [404, s3Error('ServerSideEncryptionConfigurationNotFoundError')],
      },
      'bucket-unencrypted',
    ],
  ])('given one %s: refused', async (_what, script, code) => {
    const asked = scripted(script, ({ clients }) => requireSafeBucket(clients.s3, place));
    await expect(asked).rejects.toMatchObject({ name: 'TransferRefused', code, exitCode: 3 });
  });
});

describe('a region that cannot be exported', () => {
  const backups = (status: string, more = {}) =>
    JSON.stringify({
      ContinuousBackupsDescription: {
        ContinuousBackupsStatus: 'ENABLED',
        PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: status, ...more },
      },
    });

  it('given a table without point-in-time recovery: refused', async () => {
    const script: Script = { DescribeContinuousBackups: [200, backups('DISABLED')] };
    const asked = scripted(script, ({ clients }) => exportMoment(clients, holdings, undefined));
    await expect(asked).rejects.toMatchObject({ code: 'no-point-in-time' });
  });

  it('given a moment that cannot be restored: says which can', async () => {
    const span = { EarliestRestorableDateTime: 1_000_000, LatestRestorableDateTime: 2_000_000 };
    const script: Script = { DescribeContinuousBackups: [200, backups('ENABLED', span)] };
    await scripted(script, async ({ clients }) => {
      const early = exportMoment(clients, holdings, new Date(999_999_000));
      await expect(early).rejects.toMatchObject({ code: 'moment-not-restorable' });
      await expect(early).rejects.toThrow(/1970-01-12.*1970-01-24/);
      const latest = await exportMoment(clients, holdings, undefined);
      expect(latest).toEqual(new Date(2_000_000_000));
    });
  });

  it('given no stack of that name: says how to have one', async () => {
    const body =
      '<ErrorResponse><Error><Code>ValidationError</Code><Message>Stack with id ladder-taebaek does not exist</Message></Error></ErrorResponse>';
    const script: Script = { DescribeStacks: [400, body] };
    const asked = scripted(script, ({ clients }) => findHoldings(clients, 'ladder-taebaek'));
    await expect(asked).rejects.toMatchObject({ code: 'not-deployed' });
  });

  it.each([
    ['an output is missing', { ...outputs, PapersBucket: undefined }],
    ['a table is of a newer release', { ...outputs, TableRecords: 'records' }],
  ])('given that %s: refused', (_what, named) => {
    // An output that is undefined is one that the stack has not.
    const told = JSON.parse(JSON.stringify(named));
    expect(() => holdingsOf('ladder-taebaek', told)).toThrow(TransferRefused);
  });

  it('given an export that DynamoDB gives up: says why', async () => {
    const failed = { ExportStatus: 'FAILED', FailureCode: 'S3AccessDenied', FailureMessage: 'key' };
    const script: Script = {
      DescribeTable: [200, JSON.stringify({ Table: { TableArn: 'arn' } })],
      ExportTableToPointInTime: [200, JSON.stringify({ ExportDescription: { ExportArn: 'a/b' } })],
      DescribeExport: [200, JSON.stringify({ ExportDescription: failed })],
      'PUT /archive/today/begun.json': [200],
    };
    const begun = {
      format,
      regionId: region.id,
      moment: '2026-03-02T01:15:29.000Z',
      begunAt: '2026-03-02T01:15:29.000Z',
      exports: {},
    } as const;
    const asked = scripted(script, ({ clients }) => {
      const files = filesIn(clients.s3, place);
      return exportTables(clients, holdings, { files, begun, progress: () => undefined });
    });
    await expect(asked).rejects.toMatchObject({ code: 'export-failed' });
    await expect(asked).rejects.toThrow(/identity: S3AccessDenied key/);
  });
});

describe('an export that cannot be restored', () => {
  let s3: OpenS3;
  beforeAll(async () => {
    s3 = await openS3();
    await s3.bucket('archive');
  });
  afterAll(() => s3.close());
  const clients = () => ({ s3: s3.client });
  const written = (name: string, lines: readonly object[] = []) =>
    filesIn(s3.client, place).writeLines(name, lines);

  async function manifestWith(more: object = {}) {
    const manifest = {
      ...{ format, regionId: 'seoul', version: '0.1.0', dataLevel: 1 },
      moment: '2026-03-02T01:15:29.000Z',
      scope: { kind: 'region' },
      areas: ['taebaek'],
      providers: ['firefly'],
      tables: [{ capability: 'audit', items: 0, files: [await written('audit.json.gz')] }],
      papers: { count: 0, list: await written('papers.ndjson.gz') },
      logins: { count: 0, list: await written('logins.ndjson.gz') },
      ...more,
    };
    return Manifest.parse(manifest);
  }

  it('given nothing: says what is missing', async () => {
    const asked = readManifest(clients(), placeOf('s3://archive/nowhere'));
    await expect(asked).rejects.toMatchObject({ code: 'no-export-there' });
  });

  it('given a manifest of another shape: names its places and nothing that it says', async () => {
    await filesIn(s3.client, place).writeJson('manifest.json', { format, regionId: 'a-secret' });
    const asked = readManifest(clients(), place);
    await expect(asked).rejects.toMatchObject({ code: 'export-unreadable' });
    await expect(asked).rejects.toThrow(/version: invalid_type/);
    await expect(asked).rejects.not.toThrow(/a-secret/);
  });

  it.each([
    ['a value without its type', { pk: 'LEARNER#lrn_1' }],
    ['a binary value that is none', { sealed: { B: 'not base64' } }],
    ['a wrong value inside', { list: { L: [{ M: { name: { S: 3 } } }] } }],
  ])('given a line with %s: refused without a word of it', async (_what, Item) => {
    const files = filesIn(s3.client, place);
    const rows = rowsIn(files, await files.writeLines('broken', [{ Item }]));
    const read = async () => rows.next();
    await expect(read()).rejects.toMatchObject({ code: 'export-unreadable' });
  });

  it('given a row with an answer that is sealed: read as bytes', async () => {
    const files = filesIn(s3.client, place);
    const Item = { pk: { S: 'CLAIM#1' }, sealed: { B: 'AAEC' } };
    const { value } = await rowsIn(files, await files.writeLines('sealed', [{ Item }])).next();
    expect(value).toEqual({ pk: { S: 'CLAIM#1' }, sealed: { B: Buffer.from([0, 1, 2]) } });
  });

  it('given areas and providers that the region file lacks: names all of them', async () => {
    const manifest = await manifestWith({ areas: ['taebaek', 'mapo'], providers: ['night-train'] });
    expect(() => requireFit(manifest, region)).toThrow(/area "mapo", the provider "night-train"/);
    const fitting = await manifestWith();
    expect(() => requireFit(fitting, region)).not.toThrow();
  });

  it('given rows of a newer release: refused; of this or an older one: taken', async () => {
    const manifest = await manifestWith();
    expect(() => requireRelease(manifest, 0)).toThrow(TransferRefused);
    for (const level of [1, 2]) expect(() => requireRelease(manifest, level)).not.toThrow();
  });

  it('given a file that somebody changed, or took away: refused before anything is restored', async () => {
    const manifest = await manifestWith();
    await expect(verifyAll(clients(), place, manifest, () => undefined)).resolves.toBe(3);
    const { key: Key } = manifest.logins.list;
    await s3.client.send(new PutObjectCommand({ Bucket: 'archive', Key, Body: 'other' }));
    const changed = verifyAll(clients(), place, manifest, () => undefined);
    await expect(changed).rejects.toMatchObject({ code: 'checksum-differs' });
    const gone = { ...manifest, logins: { count: 0, list: { ...manifest.logins.list, key: 'x' } } };
    const missing = verifyAll(clients(), place, gone, () => undefined);
    await expect(missing).rejects.toMatchObject({ code: 'export-unreadable' });
  });

  it('edge case 37: given a ledger that cannot be read: refused, for nobody knows who must stay deleted', async () => {
    const asked = readLedger(s3.client, 'no-such-ledger');
    await expect(asked).rejects.toMatchObject({ code: 'ledger-missing' });
    const Key = 'deletions/2026-03-02T01:15:29.000Z-lrn_1.json';
    const Body = JSON.stringify({ learnerId: 'lrn_1', deletionId: 'del_1' });
    await s3.client.send(new PutObjectCommand({ Bucket: 'archive', Key, Body }));
    expect(await readLedger(s3.client, 'archive')).toMatchObject([{ learnerId: 'lrn_1' }]);
  });
});

describe('edge case 37: deletions that are applied again', () => {
  const job = 'POST /2015-03-31/functions/deletions/invocations';
  const open = { ...holdings, outputs: { ...outputs, DeletionFunction: 'deletions' } };
  const deletions = [{ learnerId: 'lrn_1' }];

  it('given that they come to their end: each is asked for once', async () => {
    await scripted({ [job]: [200, '{"state":"done"}'] }, async ({ clients, asked }) => {
      await deleteAgain(clients.lambda, open, deletions);
      expect(asked).toEqual([job]);
    });
  });

  it.each(['others', 'children-depend', 'closed'])(
    'given that one does not come to its end, but answers %s: the copy stays closed',
    async (state) => {
      const asked = scripted({ [job]: [200, JSON.stringify({ state })] }, ({ clients }) =>
        deleteAgain(clients.lambda, open, deletions, { rounds: 2, interval: 1 }),
      );
      await expect(asked).rejects.toMatchObject({ code: 'deletion-stuck', exitCode: 1 });
    },
  );

  it('given one that a report holds, from after its entry: the copy opens, where alone it can be decided, and says so', async () => {
    await scripted({ [job]: [200, '{"state":"waits"}'] }, async ({ clients }) => {
      const came = await deleteAgain(clients.lambda, open, deletions);
      expect(came).toEqual({ held: 1, alone: [] });
      expect(toldOf(came)).toMatch(/^; 1 of them wait until a lead has decided a report/);
    });
  });

  it('given entries with their moments: the job is told of each when it was entered, in an old one when it was asked for', async () => {
    const [askedAt, enteredAt] = ['2026-03-01T00:00:00.000Z', '2026-03-05T00:00:00.000Z'];
    const entries = [
      { learnerId: 'lrn_1', askedAt, enteredAt },
      { sub: 'sub-2', askedAt },
    ];
    const answer = '{"state":"done","alone":["lrn_1","lrn_2"]}';
    await scripted({ [job]: [200, answer] }, async ({ clients, sent }) => {
      const came = await deleteAgain(clients.lambda, open, entries);
      expect(sent.map((body) => JSON.parse(body))).toEqual([
        { learnerId: 'lrn_1', enteredAt },
        { sub: 'sub-2', enteredAt: askedAt },
      ]);
      // Whom the ledger names is deleted by an entry of their own.
      expect(came).toEqual({ held: 0, alone: ['lrn_2'] });
      expect(toldOf(came)).toContain('lrn_2');
    });
  });

  it('given a release that deletes no accounts: refused', async () => {
    const asked = scripted({}, ({ clients }) => deleteAgain(clients.lambda, holdings, deletions));
    await expect(asked).rejects.toMatchObject({ code: 'stack-incomplete' });
  });
});

describe('wrong use', () => {
  it.each(['archive', 's3://', 's3://Archive/x', 's3://archive/a b', 'https://archive'])(
    'given the address %j: refused',
    (address) => {
      expect(() => placeOf(address)).toThrow(TransferRefused);
    },
  );

  it('given an account that is none: refused', () => {
    expect(() => placeOf('s3://archive', '12')).toThrow(TransferRefused);
    expect(placeOf('s3://archive/', '123456789012')).toMatchObject({
      bucket: 'archive',
      prefix: '',
    });
  });

  it('given a partner or an area that the region does not have: names those that it has', () => {
    const wrong = (named: object) => () => leavingOf(region, { partner: 'mapo', ...named });
    expect(wrong({})).toThrow(/hosts no partner "mapo"/);
    expect(wrong({ areas: ['mapo'] })).toThrow(/no area "mapo"; it has taebaek/);
    expect(wrong({ areas: ['taebaek'] })()).toEqual({ partner: 'mapo', areas: ['taebaek'] });
  });
});
