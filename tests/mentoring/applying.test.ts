import { afterEach, describe, expect, it } from 'vitest';
import { eligibilityStore } from '../../functions/eligibility/store.ts';
import { guardianStore, withFormer } from '../../functions/identity/guardian.store.ts';
import { householdStore } from '../../functions/mentoring/household.store.ts';
import { Sub } from '../../functions/runtime/caller.ts';
import { transact } from '../../functions/runtime/dynamodb.ts';
import { application, claim, decided } from '../eligibility/applications.ts';
import { offered } from './mentors.ts';
import {
  applicant,
  ask,
  coordinator,
  learner,
  newcomer,
  noticesTo,
  openOffice,
  routes,
  setTime,
  stores,
} from './office.ts';

const cloud = openOffice();
afterEach(() => {
  setTime('2025-06-02T00:00:00Z');
  cloud().disturb(undefined);
});

const keptOf = async ({ mentorId }: Pick<Awaited<ReturnType<typeof newcomer>>, 'mentorId'>) => {
  const seen = await stores.mentors.read(mentorId);
  if (seen === undefined) throw new Error('they have applied');
  return seen;
};

describe('given somebody who wants to be a mentor', () => {
  it('applies by their first offer and is told so once, however often they change it', async () => {
    const someone = await newcomer();
    const { mentorId } = someone;
    const first = await ask(someone, routes.writeOffer, { body: offered });
    expect(first).toMatchObject({
      status: 200,
      body: { mentorId, state: 'applied' },
      headers: { etag: '"1"' },
    });
    const headers = { 'if-match': '"1"' };
    const body = { ...offered, capacity: 3 };
    const second = await ask(someone, routes.writeOffer, { body, headers });
    expect(second).toMatchObject({ status: 200, body: { capacity: 3 }, headers: { etag: '"2"' } });
    expect(await ask(someone, routes.writeOffer, { body, headers })).toMatchObject({ status: 412 });
    expect(await ask(someone, routes.readMyOffer)).toMatchObject({
      body: second.body,
      headers: { etag: '"2"' },
    });
    expect(await noticesTo(mentorId)).toEqual(['mentor-received']);
  });

  it('ten times at once applies once', async () => {
    const someone = await newcomer();
    const offers = Array.from({ length: 10 }, () =>
      ask(someone, routes.writeOffer, { body: offered }),
    );
    for (const { status } of await Promise.all(offers)) expect(status).toBe(200);
    expect(await noticesTo(someone.mentorId)).toEqual(['mentor-received']);
  });

  it('says who they are first', async () => {
    const { sub, ...stranger } = {
      sub: 'nobody',
      claims: { ...(await newcomer()).claims, sub: 'nobody' },
    };
    expect(await ask(stranger, routes.writeOffer, { body: offered })).toMatchObject({
      status: 404,
      body: { code: 'not-a-mentor' },
    });
    const named = await newcomer();
    expect(await ask(named, routes.readMyOffer)).toMatchObject({
      status: 404,
      body: { code: 'not-applied' },
    });
    const exceptions = { body: { exceptions: [] } };
    expect(await ask(named, routes.writeExceptions, exceptions)).toMatchObject({ status: 404 });
    expect(await ask(named, routes.leave)).toMatchObject({ status: 204 });
  });

  it('says when they are away, what is over left out', async () => {
    const someone = await applicant();
    const away = (day: string) => ({
      kind: 'away',
      from: `2025-${day}T00:00`,
      until: `2025-${day}T12:00`,
    });
    const exceptions = [away('07-01'), away('06-01'), away('06-10')];
    const { body } = await ask(someone, routes.writeExceptions, { body: { exceptions } });
    expect(body).toMatchObject({ exceptions: [away('06-10'), away('07-01')] });
    expect(await ask(someone, routes.writeOffer, { body: offered })).toMatchObject({ body });
  });

  it('edge case 28: leaves only when no learner is left, and applies anew', async () => {
    const someone = await applicant();
    const seen = await keptOf(someone);
    const taken = { ...seen, mentor: { ...seen.mentor, state: 'selected' as const, mentees: 1 } };
    await transact([stores.mentors.change(taken, undefined)]);
    expect(await ask(someone, routes.leave)).toMatchObject({
      status: 409,
      body: { code: 'mentorships-running' },
    });
    const freed = { ...taken, mentor: { ...taken.mentor, mentees: 0 }, version: 2 };
    await transact([stores.mentors.change(freed, undefined)]);
    for (const _ of [1, 2]) expect(await ask(someone, routes.leave)).toMatchObject({ status: 204 });
    expect(await ask(someone, routes.readMyOffer)).toMatchObject({ body: { state: 'left' } });
    expect(await ask(someone, routes.writeOffer, { body: offered })).toMatchObject({
      body: { state: 'applied' },
    });
    expect(await noticesTo(someone.mentorId)).toEqual(['mentor-received', 'mentor-received']);
  });
});

const emails = Array.from({ length: 90 }, (_, index) => `student-${index}@tide.example`);
const nomination = { university: 'Tide University', language: 'en', emails };

describe('given a university that nominates mentors (row 16)', () => {
  it('nominates each address once and mails it once, whatever the requests, and counts in the score', async () => {
    const office = await coordinator();
    const twice = { ...nomination, emails: [...emails, 'Student-0@tide.example'] };
    const headers = { 'idempotency-key': 'tide-university' };
    const nominate = () => ask(office, routes.nominateMentors, { body: twice, headers });
    // The second of its transactions is lost: the retry does what is missing.
    let transactions = 0;
    cloud().disturb(async (operation) => {
      if (operation !== 'TransactWriteItems') return undefined;
      transactions += 1;
      return transactions === 2 ? { reply: { status: 400, body: '{"__type":"Lost"}' } } : undefined;
    });
    expect(await nominate()).toMatchObject({ status: 500 });
    cloud().disturb(undefined);
    const answer = { status: 201, body: { nominated: 90, before: 0 } };
    expect(await nominate()).toMatchObject(answer);
    expect(await nominate()).toMatchObject(answer);
    const again = await ask(office, routes.nominateMentors, { body: nomination });
    expect(again).toMatchObject({ body: { nominated: 0, before: 90 } });
    expect(await noticesTo('@tide.example')).toEqual(emails.map(() => 'mentor-nominated'));

    const someone = await newcomer({ email: 'STUDENT-7@tide.example' });
    const body = { ...offered, university: 'Another' };
    const applied = await ask(someone, routes.writeOffer, { body });
    expect(applied.body).toMatchObject({ nominated: true, university: 'Tide University' });

    setTime('2025-11-30T00:00:00Z');
    const late = await newcomer({ email: 'student-8@tide.example' });
    const { body: alone } = await ask(late, routes.writeOffer, { body: offered });
    expect(alone).toMatchObject({ nominated: false });
    const renewed = await ask(office, routes.nominateMentors, { body: nomination });
    expect(renewed).toMatchObject({ body: { nominated: 90, before: 0 } });
  });

  it('is refused to who serves one area, and in a language that is none of the region’s', async () => {
    const local = await ask(await coordinator('river'), routes.nominateMentors, {
      body: nomination,
    });
    expect(local).toMatchObject({ status: 403, body: { code: 'whole-region-only' } });
    const body = { ...nomination, language: 'fr' };
    const foreign = await ask(await coordinator(), routes.nominateMentors, { body });
    expect(foreign).toMatchObject({ status: 422, body: { code: 'unknown-language' } });
  });
});

describe('given a mentor who is or was a learner too (row 18)', () => {
  it('is a former member by an approval that has ended, one person in two roles', async () => {
    const someone = await newcomer();
    const { learnerId } = await learner({ sub: someone.sub });
    const rejected = await ask(someone, routes.writeOffer, { body: offered });
    expect(rejected.body).toMatchObject({ formerMember: false });
    const ended = { ...decided(application({ learnerId }), 'approved'), state: 'ended' as const };
    await eligibilityStore('eligibility').keep(ended, claim(), '2025-06-02');
    const { body } = await ask(someone, routes.writeOffer, { body: offered });
    expect(body).toMatchObject({ formerMember: true });
    expect(body).not.toHaveProperty('learnerId');
    const params = { mentorId: someone.mentorId };
    const file = await ask(await coordinator(), routes.readMentorFile, { params });
    expect(file.body).toMatchObject({ formerMember: true, learnerId });
  });

  it('edge case 33: shares a mark with a child that has come of age, when the link is forgotten', async () => {
    const someone = await newcomer();
    const { learnerId } = await learner({}, [someone.sub]);
    await ask(someone, routes.writeOffer, { body: offered });
    const marks = () => householdStore('identity').marksOf(learnerId);
    const before = await marks();
    const record = await stores.identity.readRecord(learnerId);
    if (record === undefined) throw new Error('there is this learner');
    const ending = guardianStore('identity').endLinks(learnerId, [someone.sub], 0);
    await transact([
      stores.identity.putRecord(withFormer(record, [someone.sub]), undefined),
      ...ending,
    ]);
    for (const [pk, sk] of [
      [`LOGIN#${someone.sub}`, `WARD#${learnerId}`],
      [`LEARNER#${learnerId}`, `LOGIN#${someone.sub}`],
    ] as const)
      await cloud().ask('DeleteItem', {
        TableName: 'identity',
        Key: { pk: { S: pk }, sk: { S: sk } },
      });
    expect(await marks()).toEqual(before);
    const { kept } = await keptOf(someone);
    expect((await marks()).filter((mark) => kept.marks.includes(mark))).toHaveLength(1);
  });

  it('edge case 33: shares a mark with themself and each of their household, and with nobody else', async () => {
    const mother = Sub.parse('mother-of-three');
    const someone = await newcomer();
    const self = await learner({ sub: someone.sub, name: '김바다' }, [mother]);
    const sister = await learner({ name: '김하늘' }, [mother]);
    const child = await learner({ name: '이나무' }, [someone.sub]);
    const cousin = await learner({ name: '김 별', birthDate: '2010-02-28' });
    const stranger = await learner({ name: '박들' });
    const household = [{ name: '김별', birthDate: '2010-02-28' }];
    await ask(someone, routes.writeOffer, { body: { ...offered, household } });
    // Left out, whom they declared stays declared.
    const { body } = await ask(someone, routes.writeOffer, { body: offered });
    const { kept } = await keptOf(someone);
    const shares = async ({ learnerId }: typeof self) =>
      (await householdStore('identity').marksOf(learnerId)).some((mark) =>
        kept.marks.includes(mark),
      );
    const shared = await Promise.all([self, sister, child, cousin, stranger].map(shares));
    expect(shared).toEqual([true, true, true, true, false]);
    // Of age, the child is one of the household still.
    setTime('2029-01-01T00:00:00Z');
    expect(await shares(child)).toBe(true);
    // Nobody's name, day or login stands in the clear.
    expect(JSON.stringify([kept.marks, body])).not.toMatch(/별|2010-02-28|mother|marks/);
  });
});
