import { randomUUID } from 'node:crypto';
import { AdminGetUserCommand } from '@aws-sdk/client-cognito-identity-provider';
import { ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Clients, openClients } from '../../bin/export/clients.ts';
import { filesIn } from '../../bin/export/files.ts';
import { type Holdings, holdingsOf, tableOf } from '../../bin/export/holdings.ts';
import { attributeOf } from '../../bin/export/logins.ts';
import { format, Manifest } from '../../bin/export/manifest.ts';
import { type Filling, fillCopy } from '../../bin/restore/fill.ts';
import { deleteLate } from '../../bin/restore/late.ts';
import type { StepName, Teller } from '../../bin/rollout/teller.ts';
import { documents } from '../../functions/runtime/dynamodb.ts';
import { loadRegion } from '../../regions/load.ts';
import { makePool, publicPool, staffPool } from '../local/cognito/pools.ts';
import { startRegion, type TestRegion } from '../local/cognito/server.ts';
import { type OpenS3, openS3 } from '../local/s3/open-s3.ts';
import { type Cloud, openCloud } from '../runtime/cloud.ts';
import { scripted } from './scripted-aws.ts';

const region = loadRegion('regions/taebaek.yaml');
const from = { bucket: 'archive', prefix: 'today' };
const job = 'POST /2015-03-31/functions/deletions/invocations';
const done = { [job]: [200, '{"state":"done"}'] } as const;

let cloud: Cloud;
let s3: OpenS3;
let pools: TestRegion;
let poolIds: { readonly public: string; readonly staff: string };
let manifest: Manifest;

const rowsOf = (id: string) => [
  { Item: marshall({ pk: `LEARNER#${id}`, sk: 'PROFILE', areaId: 'taebaek' }) },
  { Item: marshall({ pk: `LOGIN#old-${id}`, sk: 'SELF', learnerId: id }) },
];
const enteredAt = '2026-03-01T00:00:00.000Z';
/** A report that came after the entry of somebody into the ledger. */
const reportAbout = (id: string) => [
  { Item: marshall({ pk: 'REPORT#rpt_1', sk: 'REPORT', ...reported }) },
  {
    Item: marshall({ pk: `HOLD#${id}`, sk: 'HOLD', personId: id, concerned: ['rpt_1'] }),
  },
];
const reported = { reportId: 'rpt_1', state: 'open', createdAt: '2026-03-02T00:00:00.000Z' };
const addressOf = (id: string) => `${id.replace('_', '-')}@example.org`;
const loginOf = (id: string) => ({
  ...{ pool: 'public', sub: `old-${id}`, email: addressOf(id), enabled: true, groups: [] },
});
const deletionOf = (id: string) => ({ learnerId: id, sub: `old-${id}` });

beforeAll(async () => {
  cloud = await openCloud();
  s3 = await openS3();
  pools = await startRegion();
  poolIds = {
    public: (await makePool(pools, publicPool, { name: 'Public' })).poolId,
    staff: (await makePool(pools, staffPool, { name: 'Staff' })).poolId,
  };
  await s3.bucket('archive');
  const files = filesIn(s3.client, from);
  const people = ['lrn_a', 'lrn_b'];
  const parts = people.map((id) => files.writeLines(`identity/${id}`, rowsOf(id)));
  const logins = await files.writeLines('logins', people.map(loginOf));
  const held = await files.writeLines('mentoring/1', reportAbout('lrn_b'));
  const papers = await Promise.all(people.map(paperOf));
  manifest = Manifest.parse({
    ...{ format, regionId: 'seoul', version: '0.1.0', dataLevel: 0 },
    ...{ moment: '2026-03-02T01:15:29.000Z', scope: { kind: 'region' } },
    ...{ areas: ['taebaek'], providers: [] },
    tables: [
      { capability: 'identity', items: 4, files: await Promise.all(parts) },
      { capability: 'mentoring', items: 2, files: [held] },
    ],
    papers: { count: 2, list: await files.writeLines('papers', papers) },
    logins: { count: 2, list: logins },
  });
});
afterAll(() => Promise.all([cloud.close(), s3.close(), pools.close()]));

/** A paper of somebody, in the export. */
async function paperOf(id: string) {
  const [key, copy] = [`clean/${id}/ppr_1`, `today/papers/clean/${id}/ppr_1`];
  const put = new PutObjectCommand({ Bucket: 'archive', Key: copy, Body: 'paper' });
  const { ETag = '' } = await s3.client.send(put);
  return { key, copy, size: 5, etag: ETag, copyEtag: ETag };
}

/** A new copy, of which only the deletion job is not there. */
async function newCopy(): Promise<Holdings> {
  const TableIdentity = `identity-${randomUUID()}`;
  const TableMentoring = `mentoring-${randomUUID()}`;
  const PapersBucket = `papers-${randomUUID()}`;
  await s3.bucket(PapersBucket);
  for (const name of [TableIdentity, TableMentoring]) await cloud.createTable(name);
  return holdingsOf('ladder-taebaek', {
    ...{ TableIdentity, TableMentoring, PapersBucket, DeletionFunction: 'deletions' },
    ...{ PublicPoolId: poolIds.public, StaffPoolId: poolIds.staff },
  });
}

const clientsWith = ({ lambda }: Pick<Clients, 'lambda'>): Clients => ({
  ...openClients(),
  ...{ s3: s3.client, cognito: pools.client, lambda },
});

const telling = (begun: (name: StepName) => void = () => undefined): Teller => ({
  step: async (name, act) => {
    begun(name);
    return (await act(() => undefined)).result;
  },
});

async function subOf(id: string) {
  const user = { UserPoolId: poolIds.public, Username: addressOf(id) };
  const { UserAttributes: Attributes = [] } = await pools.client.send(
    new AdminGetUserCommand(user),
  );
  return attributeOf({ Attributes }, 'sub');
}

async function keysOf(TableName: string): Promise<string[]> {
  const { Items = [] } = await documents.send(new ScanCommand({ TableName }));
  return Items.map(({ pk, sk }) => `${pk} ${sk}`).sort();
}

/** Fills a copy; Ctrl-C is pressed as a step begins. */
async function filled(holdings: Holdings, deletions: Filling['deletions'], until?: StepName) {
  const stop = new AbortController();
  const teller = telling((name) => name === until && stop.abort());
  const filling = { region, holdings, from, manifest, deletions, teller };
  return scripted(done, async ({ clients, sent }) => {
    await fillCopy(clientsWith(clients), { ...filling, interrupted: stop.signal });
    return sent.map((body) => JSON.parse(body));
  });
}

describe('a copy that is being filled', () => {
  it('given Ctrl-C: ends before the next file, and the next run begins at once', async () => {
    const holdings = await newCopy();
    const stopped = filled(holdings, [], 'rows');
    await expect(stopped).rejects.toMatchObject({ code: 'interrupted', exitCode: 130 });
    expect(await filled(holdings, [])).toEqual([]);
  });

  it.each<StepName>(['rows', 'deletions'])(
    'edge case 37: given a deletion after a run that was broken off before its %s: the resumed one deletes the login that was made',
    async (step) => {
      const holdings = await newCopy();
      await expect(filled(holdings, [], step)).rejects.toMatchObject({ code: 'interrupted' });
      const asked = await filled(holdings, [deletionOf('lrn_a')]);
      expect(asked).toEqual([{ learnerId: 'lrn_a', sub: await subOf('lrn_a') }]);
    },
  );

  it('edge case 35: given somebody who is held by a report from after the entry: all is there that it holds', async () => {
    const holdings = await newCopy();
    const [gone, held] = ['lrn_a', 'lrn_b'].map((id) => ({ ...deletionOf(id), enteredAt }));
    if (gone === undefined || held === undefined) throw new Error('two were named');
    await filled(holdings, [gone, held]);
    const identity = await keysOf(tableOf(holdings, 'identity'));
    const self = expect.stringMatching(/^LOGIN#.* SELF$/);
    expect(identity).toEqual(['LEARNER#lrn_b PROFILE', self, 'RESTORE RESTORE']);
    const mentoring = await keysOf(tableOf(holdings, 'mentoring'));
    expect(mentoring).toEqual(['HOLD#lrn_b HOLD', 'REPORT#rpt_1 REPORT']);
    const papers = new ListObjectsV2Command({ Bucket: holdings.papersBucket });
    const { Contents = [] } = await s3.client.send(papers);
    expect(Contents.map(({ Key }) => Key)).toEqual(['clean/lrn_b/ppr_1']);
  });

  it('edge case 35: given a later entry of the same person, by which the report was decided: nothing of them is there', async () => {
    const holdings = await newCopy();
    const held = { ...deletionOf('lrn_b'), enteredAt };
    const later = { learnerId: 'lrn_b', enteredAt: '2026-03-03T00:00:00.000Z' };
    await filled(holdings, [held, later]);
    expect(await keysOf(tableOf(holdings, 'mentoring'))).toEqual(['REPORT#rpt_1 REPORT']);
    const papers = new ListObjectsV2Command({ Bucket: holdings.papersBucket });
    const { Contents = [] } = await s3.client.send(papers);
    expect(Contents.map(({ Key }) => Key)).toEqual(['clean/lrn_a/ppr_1']);
  });

  it('edge case 37: given deletions while it was filled: the ledger is read again before it opens', async () => {
    const holdings = await newCopy();
    await filled(holdings, []);
    const latest = [deletionOf('lrn_a'), deletionOf('lrn_b'), deletionOf('lrn_elsewhere')];
    const asked = await scripted(done, async ({ clients, sent }) => {
      const late = { holdings, from, manifest };
      const all = clientsWith(clients);
      const one = await deleteLate(all, late, latest, [deletionOf('lrn_a')]);
      expect(one).toMatchObject({ count: 1 });
      expect(await deleteLate(all, late, latest, latest)).toMatchObject({ count: 0 });
      return sent.map((body) => JSON.parse(body));
    });
    expect(asked).toEqual([{ learnerId: 'lrn_b', sub: await subOf('lrn_b') }]);
  });
});
