import {
  AdminGetUserCommand,
  AdminListGroupsForUserCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { ListExportsCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { exportRegion } from '../../bin/export/export.ts';
import { filesIn } from '../../bin/export/files.ts';
import type { Manifest } from '../../bin/export/manifest.ts';
import { listed } from '../../bin/export/papers.ts';
import { carvePartner } from '../../bin/export/partner.ts';
import { readManifest, requireFit, verifyAll } from '../../bin/restore/check.ts';
import { fillCopy } from '../../bin/restore/fill.ts';
import { readLedger } from '../../bin/restore/ledger.ts';
import { about } from '../../functions/about/contract.ts';
import { documents } from '../../functions/documents/contract.ts';
import { enrolment } from '../../functions/enrolment/contract.ts';
import { identity, LearnerId } from '../../functions/identity/contract.ts';
import { privacy } from '../../functions/privacy/contract.ts';
import { apiClient } from '../../functions/runtime/client.ts';
import { announced, files as paperFiles, send } from '../documents/files.ts';
import { granted, type Learner, profile } from '../people.ts';
import { until } from '../until.ts';
import {
  allRows,
  BrokenOff,
  carryOver,
  newBucket,
  type OpenRegion,
  openRegion,
  ownFileOf,
  quietly,
  setServing,
  signInAnew,
  signInStaffAnew,
} from './moved.ts';

const hostFile = 'regions/seoul.yaml';
const bucket = 'archive-of-the-host';
const whole = { bucket, prefix: 'whole/2026' };
const part = { bucket: 'archive-of-jung', prefix: 'from-host' };
const leaving = { partner: 'jung', areas: ['jung'] };

let host: OpenRegion;
let copy: OpenRegion;
let mover: Learner;
let stayer: Learner;
/** Deletes the account at the host, after the export. */
let leaver: Learner;
let officer: { readonly email: string; readonly staffId: string };
let guardian: Awaited<ReturnType<typeof guardianOf>>;
let leaverName: string;
let deletions: Awaited<ReturnType<typeof readLedger>> = [];
let paperId: string;
let manifest: Manifest;

const ownFile = ownFileOf(hostFile, 'jung', 'jung-own');
const place = (id: 'subject' | 'language', providerId: string) => ({
  params: { place: id },
  body: { providerId },
});

async function settledLearner(areaId: string) {
  const learner = await host.people.newApprovedLearner({ areaId, stage: 'high' });
  for (const [id, providerId] of [
    ['subject', 'night-train'],
    ['language', 'wayfarer'],
  ] as const) {
    granted(await learner.api(enrolment.routes.choose, place(id, providerId)));
  }
  await until(async () => {
    const { enrolments } = granted(await learner.api(enrolment.routes.listMine, {}));
    return enrolments.length === 2 && enrolments.every(({ state }) => state === 'active');
  });
  return learner;
}

/** Who acts for a child of nine, which has no login. */
async function guardianOf(areaId: string) {
  const { email, api } = await host.people.newLogin();
  const birthDate = '2017-05-01';
  const person = await host.people.newPerson({ birthDate });
  const child = profile({ ...person, stage: 'elementary', areaId });
  const body = identity.routes.addChild.body.parse({ ...child, relation: 'mother' });
  const { learnerId } = granted(await api(identity.routes.addChild, { body }));
  return { email, childId: learnerId };
}

async function handedIn(learner: Learner) {
  const bytes = paperFiles.pdf('A letter of the school.');
  const body = announced(bytes);
  const { paper, upload } = granted(await learner.api(documents.routes.handInPaper, { body }));
  expect(await send(upload, bytes)).toBe(204);
  await until(async () => {
    const { papers } = granted(await learner.api(documents.routes.listMyPapers, {}));
    return papers.some((one) => one.paperId === paper.paperId && one.state === 'clean');
  });
  return paper.paperId;
}

beforeAll(async () => {
  [host, copy] = await Promise.all([openRegion(hostFile), openRegion(ownFile.path)]);
  [mover, stayer, leaver] = await Promise.all([
    settledLearner('jung'),
    settledLearner('mapo'),
    settledLearner('jung'),
  ]);
  paperId = await handedIn(mover);
  await handedIn(stayer);
  await handedIn(leaver);
  leaverName = granted(await leaver.api(identity.routes.readMe, {})).name;
  guardian = await guardianOf('jung');
  officer = await host.people.newStaff('officer', 'jung');
  await host.people.newStaff('officer', 'mapo');
  await host.people.control.settle();
  await newBucket(host.clients, bucket);
  await newBucket(host.clients, part.bucket);
}, 120_000);

afterAll(async () => {
  ownFile[Symbol.dispose]();
  await Promise.all([host.stop(), copy.stop()]);
});

const exporting = () => ({ region: host.region, holdings: host.holdings, to: whole });

async function textOf(files: readonly { readonly key: string }[]): Promise<string> {
  const read = filesIn(host.clients.s3, part);
  const lines: string[] = [];
  for (const file of files) {
    for await (const line of read.lines(file, z.json())) {
      lines.push(JSON.stringify(line));
    }
  }
  return lines.join('\n');
}

describe('moving a partner from a host into its own copy', () => {
  it('exports all tables as of one moment; broken off, it goes on with the same exports', async () => {
    const { clients } = host;
    const broken = exportRegion(clients, { ...exporting(), teller: quietly('papers') });
    await expect(broken).rejects.toThrow(BrokenOff);
    await expect(readManifest(clients, whole)).rejects.toMatchObject({ code: 'no-export-there' });
    const begun = await clients.dynamodb.send(new ListExportsCommand({}));
    manifest = await exportRegion(clients, { ...exporting(), teller: quietly() });
    const ended = await clients.dynamodb.send(new ListExportsCommand({}));
    expect(ended.ExportSummaries).toEqual(begun.ExportSummaries);
    expect(ended.ExportSummaries).toHaveLength(host.holdings.tables.size);
    expect(await readManifest(clients, whole)).toEqual(manifest);
    expect(manifest).toMatchObject({ papers: { count: 3 }, scope: { kind: 'region' } });
    const again = exportRegion(clients, { ...exporting(), teller: quietly() });
    await expect(again).rejects.toMatchObject({ code: 'export-there-already' });
  });

  it('edge case 50: takes along who lives there, and nothing of anybody else', async () => {
    const carving = { ...leaving, via: whole, manifest, to: part, teller: quietly() };
    const carved = await carvePartner(host.clients, carving);
    expect(carved).toMatchObject({
      areas: ['jung'],
      providers: ['night-train', 'wayfarer'],
      papers: { count: 2 },
      logins: { count: 4 },
    });
    const lists = [carved.papers.list, carved.logins.list];
    const text = await textOf([...carved.tables.flatMap(({ files }) => files), ...lists]);
    expect(text).toContain(mover.learnerId);
    expect(text).toContain(mover.email);
    expect(text).toContain(leaver.email);
    for (const foreign of [stayer.learnerId, stayer.email, 'mapo']) {
      expect(text).not.toContain(foreign);
    }
    for await (const { key } of listed(host.clients.s3, part, '')) {
      expect(key).not.toContain(stayer.learnerId);
    }
  });

  it('edge case 37: the ledger of the host names who deletes their account after the export', async () => {
    granted(await leaver.api(privacy.routes.deleteMe, {}));
    const { control } = host.people;
    // It waits for accounts and mails, and looks again after minutes; access tokens last an hour.
    for (let looks = 0; deletions.length === 0 && looks < 8; looks += 1) {
      await control.advance(310);
      await control.settle();
      deletions = await readLedger(host.clients.s3, host.holdings.ledgerBucket ?? '');
    }
    expect(deletions).toMatchObject([{ learnerId: leaver.learnerId }]);
  });

  it('edge case 37: fills a closed copy; broken off, it goes on; done, it changes nothing', async () => {
    const { clients, holdings, region } = copy;
    await setServing(copy, 'no');
    await carryOver(host.clients, clients, part.bucket, part.prefix);
    const read = await readManifest(clients, part);
    requireFit(read, region);
    await verifyAll(clients, part, read, () => undefined);
    const filling = { region, holdings, from: part, manifest: read, deletions };
    const broken = fillCopy(clients, { ...filling, teller: quietly('papers') });
    await expect(broken).rejects.toThrow(BrokenOff);
    await fillCopy(clients, { ...filling, teller: quietly() });
    await copy.people.control.settle();
    const once = await allRows(clients, holdings);
    await fillCopy(clients, { ...filling, teller: quietly() });
    await copy.people.control.settle();
    expect(await allRows(clients, holdings)).toEqual(once);
  });

  it('edge case 37: has nothing of who was deleted before it serves, in no store', async () => {
    const { clients, holdings, people } = copy;
    expect(await people.anyone(about.routes.configuration, {})).toMatchObject({ status: 503 });
    const rows = JSON.stringify([...(await allRows(clients, holdings))]);
    // Names never stand in what a test says.
    const has = (...texts: string[]) => texts.map((text) => rows.includes(text));
    expect(has(mover.learnerId, mover.email)).toEqual([true, true]);
    expect(has(leaver.email, leaverName)).toEqual([false, false]);
    for await (const { key } of listed(clients.s3, { bucket: holdings.papersBucket }, '')) {
      expect(key).not.toContain(leaver.learnerId);
    }
    const again = await readLedger(clients.s3, holdings.ledgerBucket ?? '');
    expect(again).toMatchObject([{ learnerId: leaver.learnerId }]);
    const login = { UserPoolId: holdings.pools.public, Username: leaver.email };
    await expect(clients.cognito.send(new AdminGetUserCommand(login))).rejects.toMatchObject({
      name: 'UserNotFoundException',
    });
    await setServing(copy, 'yes');
    expect(await people.anyone(about.routes.configuration, {})).toMatchObject({ ok: true });
  });

  it('has no trigger act on what comes: no mail, no message, no row beside those that were there', async () => {
    const rows = await allRows(copy.clients, copy.holdings);
    const there = await allRows(host.clients, host.holdings);
    // What names a login does so by its new subject; what counts, counts fewer; what deletes again is the copy's own.
    const own = /LOGIN#| CONSENT#|RESTORE|POLICIES|QUOTA#|SEATS#|^privacy /;
    for (const [key, row] of rows) {
      if (own.test(key)) continue;
      // Whoever was deleted leaves a trail, which both copies forget in their own time.
      if (key.startsWith(`audit LEARNER#${leaver.learnerId} `)) continue;
      const { remoteId, ...was } = { remoteId: undefined, ...there.get(key) };
      expect({ ...row, sub: '' }, key).toEqual({ ...was, sub: '' });
    }
    const mails = await copy.people.control.mails();
    expect(mails.map(({ to }) => to)).toEqual([copy.region.deployment.firstAdministrator]);
    const queues = await copy.people.control.queues();
    expect(
      Object.values(queues).filter(({ available, inFlight }) => available + inFlight > 0),
    ).toEqual([]);
  });

  it('lets a learner have a new password mailed, sign in, and find the same places and papers', async () => {
    const before = granted(await mover.api(enrolment.routes.listMine, {}));
    const token = await signInAnew(copy, mover.email);
    const api = apiClient(copy.people.url, token);
    expect(granted(await api(identity.routes.readMe, {})).learnerId).toBe(mover.learnerId);
    expect(granted(await api(enrolment.routes.listMine, {}))).toEqual(before);
    const params = { paperId };
    const { url } = granted(await api(documents.routes.readMyPaper, { params }));
    expect(await (await fetch(url)).text()).toContain('A letter of the school.');
  });

  it('has the staff of the area, in their groups, with the staff id of before', async () => {
    const user = { UserPoolId: copy.holdings.pools.staff, Username: officer.email };
    const found = await copy.clients.cognito.send(new AdminGetUserCommand(user));
    expect(found.UserStatus).toBe('CONFIRMED');
    const { Groups = [] } = await copy.clients.cognito.send(
      new AdminListGroupsForUserCommand(user),
    );
    expect(Groups.map(({ GroupName }) => GroupName)).toEqual(['officer']);
    const params = { staffId: officer.staffId };
    const read = await copy.people.administrator.api(identity.routes.readStaff, { params });
    expect(granted(read)).toMatchObject({ areaId: 'jung', state: 'invited' });
  });

  it('lets that officer in with a new password and a new second factor, and shows the learners of the area', async () => {
    const api = apiClient(copy.people.url, await signInStaffAnew(copy, officer.email));
    const query = { learnerId: LearnerId.parse(mover.learnerId) };
    const { papers } = granted(await api(documents.routes.listPapers, { query }));
    expect(papers.map((paper) => paper.paperId)).toEqual([paperId]);
  });

  it('lets a guardian in, who finds the child that they act for', async () => {
    const api = apiClient(copy.people.url, await signInAnew(copy, guardian.email));
    const query = { learnerId: guardian.childId };
    expect(granted(await api(identity.routes.readMe, { query }))).toMatchObject({
      areaId: 'jung',
      consent: { state: 'granted' },
    });
  });

  it('edge case 50: knows nobody of the other area', async () => {
    const query = { learnerId: stayer.learnerId };
    const api = copy.people.administrator.api;
    expect(await api(documents.routes.listPapers, { query })).toMatchObject({
      status: 404,
      problem: { code: 'no-such-learner' },
    });
    const rows = await allRows(copy.clients, copy.holdings);
    expect(JSON.stringify([...rows])).not.toContain(stayer.learnerId);
  });
});
