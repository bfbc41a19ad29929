import { afterEach, describe, expect, it } from 'vitest';
import { auditStore } from '../../functions/audit/store.ts';
import type { StaffId } from '../../functions/identity/contract.ts';
import { dueStore } from '../../functions/mentoring/due.store.ts';
import { stipendStore } from '../../functions/mentoring/stipend.store.ts';
import { MentorshipId, SessionId } from '../../functions/mentoring/words.contract.ts';
import { transact } from '../../functions/runtime/dynamodb.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { type Outcome, PolicyVersion } from '../../regions/schema.ts';
import { vetted, vettingVillage } from './mentors.ts';
import {
  applicant,
  ask,
  coordinator,
  handIn,
  handInAll,
  noticesTo,
  openOffice,
  routes,
  type Somebody,
  setTime,
  stores,
} from './office.ts';

openOffice();
afterEach(() => setTime('2025-06-02T00:00:00Z'));

const actionsOf = async (staffId: StaffId) => {
  const { entries } = await auditStore('audit').listOfStaff(staffId, 100, undefined);
  return entries.map(({ action, subjects }) => [action, ...subjects]);
};

type Applicant = Awaited<ReturnType<typeof applicant>>;
const reason = 'Free on Mondays.';
const select = (
  office: Somebody,
  { mentorId }: Applicant,
  headers: Record<string, string> = {},
) => {
  const body = { outcome: 'selected', reason, checkUntil: '2026-05-31' };
  return ask(office, routes.decideOnMentor, { params: { mentorId }, body, headers });
};

/** Someone who has been selected. */
async function mentor(offer: object = {}) {
  const someone = await applicant(offer);
  await handInAll(someone.mentorId);
  const { status } = await select(await coordinator(), someone);
  if (status !== 200) throw new Error(`the decision was answered with ${status}`);
  return someone;
}

describe('given an applicant, when a coordinator of the whole region decides', () => {
  it('selects them once, however often the request comes, and all of it is told and recorded', async () => {
    const [someone, office] = [await applicant(), await coordinator()];
    const { mentorId } = someone;
    const refused = await select(office, someone);
    expect(refused).toMatchObject({ status: 422, body: { code: 'papers-missing' } });
    await handInAll(mentorId);
    const headers = { 'idempotency-key': 'select-once' };
    const answers = await Promise.all([1, 2, 3].map(() => select(office, someone, headers)));
    for (const { status, body } of answers) {
      expect({ status, body }).toEqual({ status: 200, body: answers[0]?.body });
    }
    const decision = { outcome: 'selected', reason };
    expect(answers[0]?.body).toMatchObject({
      state: 'selected',
      name: '이멘토',
      score: 8,
      decision,
    });
    expect(await select(office, someone)).toMatchObject({
      status: 409,
      body: { code: 'already-decided' },
    });
    expect((await noticesTo(mentorId)).toSorted()).toEqual(['mentor-received', 'mentor-selected']);
    expect(await actionsOf(office.staffId)).toEqual([['mentor-selected', mentorId]]);
    expect(await ask(someone, routes.readMyOffer)).toMatchObject({
      body: { decision, checkUntil: '2026-05-31' },
    });
  });

  it('two at once: one decides, the other hears that it is decided', async () => {
    const someone = await applicant();
    await handInAll(someone.mentorId);
    const params = { mentorId: someone.mentorId };
    const body = { outcome: 'rejected', reason };
    const [one, other] = [await coordinator(), await coordinator()];
    const answers = await Promise.all([
      select(one, someone),
      ask(other, routes.decideOnMentor, { params, body }),
    ]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    expect(await noticesTo(someone.mentorId)).toHaveLength(2);
  });

  it('is held to what they have seen', async () => {
    const someone = await applicant();
    await handInAll(someone.mentorId);
    const stale = await select(await coordinator(), someone, { 'if-match': '"7"' });
    expect(stale).toMatchObject({ status: 412 });
  });

  it('edge case 34: a renewed check is looked at at once, so that what was held goes on', async () => {
    const someone = await mentor();
    const office = await coordinator();
    const params = { mentorId: someone.mentorId };
    setTime('2026-06-10T00:00:00Z');
    const renew = () => ask(office, routes.renewCheck, { params, body: { until: '2027-05-31' } });
    expect(await renew()).toMatchObject({ status: 422, body: { code: 'papers-missing' } });
    await handIn(someone.mentorId, 'background-check', { expiresOn: '2027-05-31' });
    // The job has held them meanwhile.
    const seen = await stores.mentors.read(someone.mentorId);
    if (seen === undefined) throw new Error('they are selected');
    const held = { ...seen, kept: { ...seen.kept, checkHeld: true, checkReminded: true } };
    await transact([stores.mentors.change(held, undefined)]);
    expect(await renew()).toMatchObject({ status: 200, body: { checkUntil: '2027-05-31' } });
    const { kept } = (await stores.mentors.read(someone.mentorId)) ?? {};
    expect(kept).toMatchObject({ checkHeld: true, checkReminded: false });
    const due: unknown[] = [];
    const pages = dueStore('mentoring').listDue('2026-06-10T00:00:00.000Z');
    for await (const page of pages) due.push(...page);
    expect(due).toContainEqual(expect.objectContaining({ mentorId: someone.mentorId }));
  });
});

describe('given a coordinator of one area', () => {
  it('edge case 50: sees selected mentors who meet online or come there, and decides about nobody', async () => {
    const offline = (area: string) => ({ ways: ['offline'], areas: [area] });
    const [online, river, hill] = [
      await mentor(),
      await mentor(offline('river')),
      await mentor(offline('hill')),
    ];
    const waiting = await applicant();
    const local = await coordinator('river');
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const query = { state: 'selected', limit: '2', ...(cursor === undefined ? {} : { cursor }) };
      const answer = await ask(local, routes.listMentors, { query });
      const page = routes.listMentors.answers.body.parse(answer.body);
      found.push(...page.mentors.map(({ mentorId }) => mentorId));
      cursor = page.cursor;
    } while (cursor !== undefined);
    expect(found).toEqual(expect.arrayContaining([online.mentorId, river.mentorId]));
    expect(found).not.toContain(hill.mentorId);
    expect(new Set(found).size).toBe(found.length);

    const read = (someone: Applicant) =>
      ask(local, routes.readMentorFile, { params: { mentorId: someone.mentorId } });
    expect(await read(river)).toMatchObject({ status: 200 });
    for (const other of [hill, waiting]) {
      expect(await read(other)).toMatchObject({ status: 404, body: { code: 'no-such-mentor' } });
    }
    const wholeRegionOnly = { status: 403, body: { code: 'whole-region-only' } };
    expect(await select(local, waiting)).toMatchObject(wholeRegionOnly);
    const query = { state: 'applied' };
    expect(await ask(local, routes.listMentors, { query })).toMatchObject(wholeRegionOnly);
    const month = { month: '2025-06' };
    expect(await ask(local, routes.listStipends, { query: month })).toMatchObject(wholeRegionOnly);
    expect((await actionsOf(local.staffId)).filter(([action]) => action === 'mentor-read')).toEqual(
      [['mentor-read', river.mentorId]],
    );
  });

  it('a cursor of another list is refused', async () => {
    const office = await coordinator();
    for (const _ of [1, 2]) await applicant();
    const first = await ask(office, routes.listMentors, {
      query: { state: 'applied', limit: '1' },
    });
    const { cursor } = routes.listMentors.answers.body.parse(first.body);
    if (cursor === undefined) throw new Error('there are two applicants');
    const query = { state: 'selected', cursor };
    expect(await ask(office, routes.listMentors, { query })).toMatchObject({ status: 400 });
  });
});

/** Sessions of a mentor, as their outcomes are told. */
async function held(
  someone: Applicant,
  sessions: readonly (readonly [start: string, Outcome, toldOn?: string])[],
) {
  const ledger = stipendStore('mentoring', vettingVillage);
  const mentorship = {
    mentorId: someone.mentorId,
    mentorshipId: newId(MentorshipId, 'msh'),
    policyVersion: PolicyVersion.parse(vetted.version),
  };
  for (const [start, is, toldOn = '2025-07-10'] of sessions) {
    const session = { sessionId: newId(SessionId, 'ses'), start, minutes: 30 };
    const entries = ledger.entries(mentorship, session, { was: undefined, is }, toldOn);
    if (entries.length > 0) await transact(entries);
  }
}

describe('given a mentor who has held sessions', () => {
  const june = '2025-06-30T14:00:00Z';
  const july = '2025-06-30T15:00:00Z';

  it('reads what was entered in a month, also of sessions of the one before, and the coordinator the statement of all', async () => {
    const [someone, other] = [await mentor(), await mentor()];
    await held(someone, [
      [june, 'completed', '2025-06-30'],
      [june, 'completed', '2025-07-06'],
      [july, 'learner-no-show'],
      [july, 'mentor-no-show'],
    ]);
    await held(other, [[july, 'completed']]);
    const query = { month: '2025-07' };
    const mine = await ask(someone, routes.listMyStipends, { query });
    expect(mine.body).toMatchObject({
      stipends: [
        { day: '2025-06-30', enteredOn: '2025-07-06', outcome: 'completed', amount: 12_000 },
        { day: '2025-07-01', outcome: 'learner-no-show', amount: 12_000 },
      ],
      totals: [{ currency: 'KRW', amount: 24_000 }],
    });
    const office = await coordinator();
    const statement = await ask(office, routes.listStipends, { query });
    expect(statement.headers).toMatchObject({ 'cache-control': 'no-store' });
    const lines = Buffer.from(String(statement.body), 'base64').toString().trim().split('\r\n');
    expect(lines.filter((line) => line.startsWith('session,'))).toHaveLength(3);
    expect(lines.at(-1)).toBe('total,,,,,,,36000,KRW,');
    expect(await actionsOf(office.staffId)).toEqual([['stipends-read']]);
  });

  it('has a certificate that anyone can have confirmed, and that says no more about them than it has to', async () => {
    const someone = await mentor();
    const nothing = await ask(someone, routes.readCertificate);
    expect(nothing).toMatchObject({ status: 404, body: { code: 'nothing-to-certify' } });
    await held(someone, [
      [june, 'completed'],
      [july, 'completed'],
      [july, 'learner-no-show'],
    ]);
    setTime('2025-08-01T00:00:00Z');
    const certificate = await ask(someone, routes.readCertificate);
    const facts = {
      mentorships: 1,
      sessions: 2,
      hours: 1,
      from: '2025-06-30',
      until: '2025-07-01',
      issuedOn: '2025-08-01',
    };
    expect(certificate).toMatchObject({ status: 200, body: { ...facts, name: '이멘토' } });
    setTime('2025-09-01T00:00:00Z');
    expect(await ask(someone, routes.readCertificate)).toMatchObject({ body: certificate.body });

    const { code } = routes.readCertificate.answers.body.parse(certificate.body);
    const verify = (wanted: string) =>
      ask(someone, routes.verifyCertificate, { params: { code: wanted } });
    const confirmed = await verify(code);
    expect(confirmed.body).toEqual({ ...facts, initial: '이', region: vettingVillage.name });
    const guessed = code.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
    expect(await verify(guessed)).toMatchObject({
      status: 404,
      body: { code: 'no-such-certificate' },
    });

    await held(someone, [['2025-08-30T00:00:00Z', 'completed']]);
    const later = await ask(someone, routes.readCertificate);
    expect(later.body).toMatchObject({ sessions: 3, issuedOn: '2025-09-01' });
    expect(await verify(code)).toMatchObject({ body: confirmed.body });
  });
});
