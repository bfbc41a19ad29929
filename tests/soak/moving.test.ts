import {
  AdminGetUserCommand,
  AdminListGroupsForUserCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { ListExportsCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { exportRegion } from '../../bin/export/export.ts';
import { filesIn } from '../../bin/export/files.ts';
import type { Holdings } from '../../bin/export/holdings.ts';
import { listed } from '../../bin/export/papers.ts';
import { addressOf } from '../../bin/export/place.ts';
import { readManifest } from '../../bin/restore/check.ts';
import { fillCopy } from '../../bin/restore/fill.ts';
import { readLedger } from '../../bin/restore/ledger.ts';
import { about } from '../../functions/about/contract.ts';
import { documents } from '../../functions/documents/contract.ts';
import { enrolment } from '../../functions/enrolment/contract.ts';
import { identity, LearnerId } from '../../functions/identity/contract.ts';
import { privacy } from '../../functions/privacy/contract.ts';
import { apiClient } from '../../functions/runtime/client.ts';
import { done } from '../bin/told.ts';
import { granted, type Learner } from '../people.ts';
import {
  allRows,
  BrokenOff,
  carryOver,
  differencesOf,
  newBucket,
  type OpenCopy,
  type OpenRegion,
  openCopy,
  openRegion,
  ownFileOf,
  quietly,
  signInAnew,
  signInStaffAnew,
} from './moved.ts';
import { guardianOf, handedIn, settledLearner } from './movers.ts';

const hostFile = 'regions/seoul.yaml';
const bucket = 'archive-of-the-host';
const whole = { bucket, prefix: 'whole/2026' };
const part = { bucket: 'archive-of-jung', prefix: 'from-host' };

let host: OpenRegion;
let copy: OpenCopy;
/** Of the copy, once it has a stack. */
let holdings: Holdings;
let mover: Learner;
let stayer: Learner;
/** Deletes the account at the host, after the export. */
let leaver: Learner;
let officer: { readonly email: string; readonly staffId: string };
let guardian: Awaited<ReturnType<typeof guardianOf>>;
let leaverName: string;
/** Of the host, as it was exported: it lives on, and counts the seats of its months. */
let exported: Awaited<ReturnType<typeof allRows>>;
let deletions: Awaited<ReturnType<typeof readLedger>> = [];
let paperId: string;
let administrator: Awaited<ReturnType<OpenCopy['administrator']>>;

const ownFile = ownFileOf(hostFile, 'jung', 'jung-own');
beforeAll(async () => {
  [host, copy] = await Promise.all([openRegion(hostFile), openCopy(ownFile.path)]);
  [mover, stayer, leaver] = await Promise.all([
    settledLearner(host.people, 'jung'),
    settledLearner(host.people, 'mapo'),
    settledLearner(host.people, 'jung'),
  ]);
  paperId = await handedIn(mover);
  await handedIn(stayer);
  await handedIn(leaver);
  leaverName = granted(await leaver.api(identity.routes.readMe, {})).name;
  guardian = await guardianOf(host.people, 'jung');
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
    exported = await allRows(clients, host.holdings);
    const broken = exportRegion(clients, { ...exporting(), teller: quietly('papers') });
    await expect(broken).rejects.toThrow(BrokenOff);
    await expect(readManifest(clients, whole)).rejects.toMatchObject({ code: 'no-export-there' });
    const begun = await clients.dynamodb.send(new ListExportsCommand({}));
    const ended = await host.export('--to', addressOf(whole));
    expect(ended.code, ended.stderr).toBe(0);
    const { ExportSummaries } = await clients.dynamodb.send(new ListExportsCommand({}));
    expect(ExportSummaries).toEqual(begun.ExportSummaries);
    expect(ExportSummaries).toHaveLength(host.holdings.tables.size);
    const manifest = await readManifest(clients, whole);
    expect([manifest.papers.count, manifest.scope.kind]).toEqual([3, 'region']);
    const again = await host.export('--to', addressOf(whole));
    expect(again.lines.at(-1)).toMatchObject({ state: 'failed', code: 'export-there-already' });
  });

  it('edge case 50: takes along who lives there, and nothing of anybody else', async () => {
    const wanted = ['--partner', 'jung', '--areas', 'jung', '--via', addressOf(whole)];
    const ended = await host.export(...wanted, '--to', addressOf(part), '--yes');
    expect(ended.code, ended.stderr).toBe(0);
    const carved = await readManifest(host.clients, part);
    expect(carved).toMatchObject({
      areas: ['jung'],
      providers: ['night-train', 'wayfarer'],
      papers: { count: 2 },
      logins: { count: 4 },
    });
    const lists = [carved.papers.list, carved.logins.list];
    const text = await textOf([...carved.tables.flatMap(({ files }) => files), ...lists]);
    // What people entrusted to the region never stands in what a test says.
    const has = (...texts: string[]) => texts.map((one) => text.includes(one));
    expect(has(mover.learnerId, mover.email, leaver.email)).toEqual([true, true, true]);
    expect(has(stayer.learnerId, stayer.email, 'mapo')).toEqual([false, false, false]);
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
    const { clients, region } = copy;
    await carryOver(host.clients, clients, part.bucket, part.prefix);
    // The ledger of another account is read as a copy of it.
    await carryOver(host.clients, clients, host.holdings.ledgerBucket ?? '', '');
    const broken = await copy.restore(addressOf(part), '"step":"papers","state":"began"');
    expect(broken.code, broken.stderr).toBe(130);
    // Filled, and not opened yet.
    const again = await copy.restore(addressOf(part), '"step":"deletions","state":"done"');
    expect(again.code, again.stderr).toBe(130);
    expect(done(again.lines, 'logins')).toBeDefined();
    holdings = await copy.holdings();
    await copy.people.control.settle();
    const once = await allRows(clients, holdings);
    const manifest = await readManifest(clients, part);
    const filling = { region, holdings, from: part, manifest, deletions, teller: quietly() };
    await fillCopy(clients, filling);
    await copy.people.control.settle();
    expect(differencesOf(once, await allRows(clients, holdings))).toEqual([]);
  });

  it('edge case 37: has nothing of who was deleted before it serves, in no store', async () => {
    const { clients, people } = copy;
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
  });

  it('has no trigger act on what comes: no mail, no message, no row beside those that were there', async () => {
    const rows = await allRows(copy.clients, holdings);
    // What names a login does so by its new subject; what counts, counts fewer; what deletes again or migrates is the copy's own.
    const own = /LOGIN#| CONSENT#|RESTORE|POLICIES|QUOTA#|SEATS#|^privacy |^operation MIGRATIONS /;
    // Whoever was deleted leaves a trail, which both copies forget in their own time.
    const compared = (all: ReadonlyMap<string, object>) =>
      new Map(
        [...all]
          .filter(([key]) => rows.has(key) && !own.test(key))
          .filter(([key]) => !key.startsWith(`audit LEARNER#${leaver.learnerId} `))
          .map(([key, row]) => [key, { ...row, sub: '', remoteId: '' }]),
      );
    expect(differencesOf(compared(exported), compared(rows))).toEqual([]);
    const mails = await copy.people.control.mails();
    expect(mails.map(({ to }) => to)).toEqual([copy.region.deployment.firstAdministrator]);
    const queues = Object.entries(await copy.people.control.queues());
    const waiting = queues.filter(([, { available, inFlight }]) => available + inFlight > 0);
    // S3 tells a new bucket's queue that it will tell it of uploads; nobody reads that before the copy is open.
    expect(waiting.map(([name, { available, inFlight }]) => [name, available + inFlight])).toEqual([
      [expect.stringContaining('-DocumentsUploads'), 1],
    ]);
  });

  it('is opened by the same command, run once more, and then changes nothing', async () => {
    const opened = await copy.restore(addressOf(part));
    expect(opened.code, opened.stderr).toBe(0);
    expect(opened.lines.at(-1)).toMatchObject({ step: 'summary', state: 'done' });
    expect(await copy.people.anyone(about.routes.configuration, {})).toMatchObject({ ok: true });
    administrator = await copy.administrator();
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
    const user = { UserPoolId: holdings.pools.staff, Username: officer.email };
    const found = await copy.clients.cognito.send(new AdminGetUserCommand(user));
    expect(found.UserStatus).toBe('CONFIRMED');
    const { Groups = [] } = await copy.clients.cognito.send(
      new AdminListGroupsForUserCommand(user),
    );
    expect(Groups.map(({ GroupName }) => GroupName)).toEqual(['officer']);
    const params = { staffId: officer.staffId };
    const read = await administrator.api(identity.routes.readStaff, { params });
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
    const { api } = administrator;
    expect(await api(documents.routes.listPapers, { query })).toMatchObject({
      status: 404,
      problem: { code: 'no-such-learner' },
    });
    const rows = JSON.stringify([...(await allRows(copy.clients, holdings))]);
    expect(rows.includes(stayer.learnerId)).toBe(false);
  });
});
