import { PutObjectCommand } from '@aws-sdk/client-s3';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openClients } from '../../bin/export/clients.ts';
import { filesIn } from '../../bin/export/files.ts';
import { Deletion, exportLedger } from '../../bin/export/ledger.ts';
import { format, Manifest } from '../../bin/export/manifest.ts';
import { exportPapers } from '../../bin/export/papers.ts';
import { carvePartner } from '../../bin/export/partner.ts';
import { verifyAll } from '../../bin/restore/check.ts';
import { readLedgers } from '../../bin/restore/ledger.ts';
import type { Teller } from '../../bin/rollout/teller.ts';
import { type OpenS3, openS3 } from '../local/s3/open-s3.ts';

const whole = { bucket: 'archive', prefix: 'whole' };
const part = { bucket: 'archive', prefix: 'part' };
const teller: Teller = { step: async (_name, act) => (await act(() => undefined)).result };
let s3: OpenS3;
let manifest: Manifest;

const put = (Bucket: string, Key: string, Body: string) =>
  s3.client.send(new PutObjectCommand({ Bucket, Key, Body }));
const enter = (id: string, more: object = {}) =>
  put('ledger', `deletions/2026-${id}.json`, JSON.stringify({ learnerId: id, ...more }));
const clients = () => ({ ...openClients(aws), s3: s3.client });
const aws = {
  endpoint: 'http://127.0.0.1:9',
  region: 'ap-northeast-2',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
};
const named = (all: readonly Deletion[]) => all.map(({ learnerId }) => learnerId).toSorted();

beforeAll(async () => {
  s3 = await openS3();
  for (const bucket of ['archive', 'ledger', 'papers']) await s3.bucket(bucket);
  await enter('lrn_jung', { sub: 'sub-jung' });
  await enter('lrn_mapo');
  await put('papers', 'clean/lrn_jung/p1', 'A letter.');
  const files = filesIn(s3.client, whole);
  const rows = ['jung', 'mapo'].map((areaId) => ({
    Item: marshall({ pk: `LEARNER#lrn_${areaId}`, sk: 'PROFILE', areaId }),
  }));
  const identity = await files.writeLines('identity', rows);
  manifest = Manifest.parse({
    ...{ format, regionId: 'seoul', version: '0.1.0', dataLevel: 0 },
    ...{ moment: '2026-03-02T01:15:29.000Z', scope: { kind: 'region' } },
    ...{ areas: ['jung', 'mapo'], providers: [] },
    tables: [{ capability: 'identity', items: 2, files: [identity] }],
    papers: await exportPapers(s3.client, 'papers', files, new Date(0)),
    logins: { count: 0, list: await files.writeLines('logins', []) },
    deletions: await exportLedger(s3.client, 'ledger', files),
  });
});
afterAll(() => s3.close());

const verified = () => verifyAll(clients(), whole, manifest, () => undefined);
const ledgers = (live: string | undefined) =>
  readLedgers(s3.client, filesIn(s3.client, whole), manifest, live);

describe('edge case 37: the ledger of deletions in an export', () => {
  it('is copied whole, and compared with its checksum', async () => {
    expect(manifest.deletions).toMatchObject({ count: 2 });
    expect(await verified()).toBe(4);
    expect(named(await ledgers(undefined))).toEqual(['lrn_jung', 'lrn_mapo']);
  });

  it('is taken together with the live one, which knows who was deleted since', async () => {
    await enter('lrn_since');
    expect(named(await ledgers('ledger'))).toEqual(['lrn_jung', 'lrn_mapo', 'lrn_since']);
  });

  it('is applied in the order in which they asked, whichever ledger names them', async () => {
    await enter('lrn_a', { askedAt: '2026-02-03T00:00:00.000Z' });
    await enter('lrn_b', { askedAt: '2026-02-01T00:00:00.000Z' });
    const files = filesIn(s3.client, whole);
    const kept = { learnerId: 'lrn_c', askedAt: '2026-02-02T00:00:00.000Z' };
    const deletions = { count: 1, list: await files.writeLines('some', [kept]) };
    const all = await readLedgers(s3.client, files, { ...manifest, deletions }, 'ledger');
    const asked = all.filter(({ askedAt }) => askedAt !== undefined);
    expect(asked.map(({ learnerId }) => learnerId)).toEqual(['lrn_b', 'lrn_c', 'lrn_a']);
  });

  it('does not stand for the live one where that cannot be read, unless somebody says so', async () => {
    await expect(ledgers('gone')).rejects.toMatchObject({ code: 'ledger-missing' });
    await expect(ledgers('gone')).rejects.toThrow(/--ledger-of-export/);
  });

  it('edge case 50: has in a partner’s part only its own people', async () => {
    const leaving = { partner: 'jung', areas: ['jung'] };
    const carving = { ...leaving, via: whole, manifest, to: part, teller };
    const carved = await carvePartner(clients(), carving);
    expect(carved.deletions).toMatchObject({ count: 1 });
    const own: Deletion[] = [];
    const list = carved.deletions?.list ?? { key: '' };
    for await (const one of filesIn(s3.client, part).lines(list, Deletion)) own.push(one);
    expect(own).toEqual([{ learnerId: 'lrn_jung', sub: 'sub-jung' }]);
  });

  it('that names who was released, having moved: the host does not bring them back, and their own copy keeps them', async () => {
    await enter('lrn_moved', { sub: 'sub-moved', release: true });
    const none = { ...manifest, deletions: undefined };
    const scope = { kind: 'partner' as const, partner: 'jung', areas: [] };
    const files = filesIn(s3.client, whole);
    const host = await readLedgers(s3.client, files, none, 'ledger');
    const own = await readLedgers(s3.client, files, { ...none, scope }, 'ledger');
    const gone = host.filter((one) => !own.includes(one));
    expect(named(host)).toContain('lrn_moved');
    expect(named(own)).toEqual(named(host).filter((id) => id !== 'lrn_moved'));
    expect(gone.length).toBeGreaterThan(0);
  });

  it('that names somebody as released and as deleted: both are applied', async () => {
    const files = filesIn(s3.client, whole);
    await enter('lrn_both', { askedAt: '2026-02-05T00:00:00.000Z' });
    const kept = { learnerId: 'lrn_both', askedAt: '2026-02-06T00:00:00.000Z', release: true };
    const deletions = { count: 1, list: await files.writeLines('both', [kept]) };
    const all = await readLedgers(s3.client, files, { ...manifest, deletions }, 'ledger');
    expect(named(all).filter((id) => id === 'lrn_both')).toHaveLength(2);
  });
});

describe('papers of an export', () => {
  const copy = 'whole/papers/clean/lrn_jung/p1';
  it.each([
    ['of another size', 'Another letter.'],
    ['of the same size and other content', 'B letter.'],
  ])('given one %s: refused before anything is restored', async (_what, body) => {
    await put('archive', copy, body);
    await expect(verified()).rejects.toMatchObject({ code: 'checksum-differs' });
    await put('archive', copy, 'A letter.');
    await expect(verified()).resolves.toBe(4);
  });

  it('given one that is missing: refused, here and where a part is taken out', async () => {
    const files = filesIn(s3.client, whole);
    const lost = { key: 'clean/lrn_jung/p2', copy: 'whole/papers/lost', size: 1 };
    const papers = [{ ...lost, etag: 'x', copyEtag: 'x' }];
    const broken = {
      ...manifest,
      papers: { count: 1, list: await files.writeLines('other', papers) },
    };
    const checked = verifyAll(clients(), whole, broken, () => undefined);
    await expect(checked).rejects.toMatchObject({ code: 'export-unreadable' });
    const to = { bucket: 'archive', prefix: 'part2' };
    const carving = { partner: 'jung', areas: ['jung'], via: whole, manifest: broken, to, teller };
    await expect(carvePartner(clients(), carving)).rejects.toMatchObject({
      code: 'export-unreadable',
    });
  });
});
