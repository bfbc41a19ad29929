import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { Application } from '../../functions/eligibility/contract.ts';
import { putApplication, putPointer } from '../../functions/eligibility/rows.store.ts';
import { LearnerId, MentorId, ProfileInput } from '../../functions/identity/contract.ts';
import { guardianStore } from '../../functions/identity/guardian.store.ts';
import { MentorInput } from '../../functions/identity/mentor.contract.ts';
import { mentorStore as identityMentors } from '../../functions/identity/mentor.store.ts';
import { identityStore } from '../../functions/identity/store.ts';
import { certificateStore } from '../../functions/mentoring/certificate.store.ts';
import { menteeStore } from '../../functions/mentoring/mentee.store.ts';
import { mentorStore } from '../../functions/mentoring/mentor.store.ts';
import { mentorshipStore } from '../../functions/mentoring/mentorship.store.ts';
import { requestStore } from '../../functions/mentoring/request.store.ts';
import { Sub } from '../../functions/runtime/caller.ts';
import { documents, transact } from '../../functions/runtime/dynamodb.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { application, decided } from '../eligibility/applications.ts';
import {
  ask,
  bring,
  everything,
  leave,
  openHouse,
  receipt,
  routes,
  run,
  setTime,
} from './house.ts';
import { addGuardian, newPerson, personal } from './persons.ts';

const house = openHouse();
const mentorsOf = identityMentors('identity');
const learners = identityStore('identity');
const certificates = certificateStore('mentoring');
const later = (hours: number) => setTime(new Date(Date.now() + hours * 3_600_000).toISOString());

/** A child without a login, of a guardian; or who came of age and has none yet. */
async function newChild(sub: string, birthDate = '2017-05-20', until = '2036-05-20') {
  const learnerId = newId(LearnerId, 'lrn');
  const child = { name: '김봄', birthDate, stage: 'elementary', areaId: 'river' };
  const profile = { learnerId, ...ProfileInput.parse({ ...child, language: 'ko' }) };
  const at = '2025-06-01T00:00:00.000Z';
  const record = {
    profile: { ...profile, consent: { state: 'granted' as const } },
    ...{ version: 1, createdAt: at, updatedAt: at, ownLogin: false, guardians: 1 },
  };
  const grown = Date.parse(until) <= Date.now();
  const guardians = guardianStore('identity');
  const link = { relation: 'mother', email: `${sub}@home.example`, since: at } as const;
  const seconds = Date.parse(until) / 1_000;
  await transact([
    guardians.putChild({ ...record, guardians: grown ? 0 : 1 }, undefined),
    ...guardians.addGuardian({ sub: Sub.parse(sub), learnerId, ...link, until: seconds }),
  ]);
  return learnerId;
}

describe('given the only guardian of a child without a login', () => {
  it('the login does not leave the child behind; after the child’s own deletion it goes', async () => {
    const learnerId = await newChild('mother-3');
    const refused = await ask('mother-3', routes.deleteMe);
    expect(refused).toMatchObject({ status: 409, body: { code: 'children-depend' } });
    expect(await learners.learnerIdOf(Sub.parse('mother-3'), learnerId)).toBe(learnerId);
    const child = await leave('mother-3', learnerId);
    expect(await leave('mother-3')).not.toBe(child);
    await bring(child);
    later(4);
    await run();
    expect(await receipt(child)).toMatchObject({ state: 'done' });
    const left = await everything('notices');
    expect(left).not.toContain('김봄');
    expect(left).not.toContain('mother-3@home.example');
  });
});

describe('given somebody who came of age without a login', () => {
  it('whoever of their guardians could still name an address for them is not deleted before it, but for the last', async () => {
    const learnerId = await newChild('mother-4', '2006-05-20', '2025-05-20');
    const until = Date.parse('2025-05-20') / 1_000;
    const father = { sub: Sub.parse('father-4'), email: 'father-4@home.example' };
    const link = { ...father, learnerId, relation: 'father', since: '2025-05-01T00:00:00.000Z' };
    await transact(guardianStore('identity').addGuardian({ ...link, relation: 'father', until }));
    await leave('mother-4');
    const refused = await ask('father-4', routes.deleteMe);
    expect(refused).toMatchObject({ status: 409, body: { code: 'children-depend' } });
    expect(await learners.guardiansOf(learnerId)).toEqual(['father-4']);
    // Once they have a login of their own, nobody depends on him.
    const record = await learners.readRecord(learnerId);
    if (record === undefined) throw new Error('the learner is gone');
    await transact([learners.putRecord({ ...record, ownLogin: true }, undefined)]);
    await leave('father-4');
  });
});

describe('given a login that becomes something else in the moment in which its deletion begins', () => {
  /** Does something before the first transaction by which a login leaves. */
  function meanwhile(happens: () => Promise<unknown>) {
    let came = false;
    house.cloud().disturb(async (operation, input) => {
      const leaves = operation === 'TransactWriteItems' && /"leaving"/.test(JSON.stringify(input));
      if (!leaves || came) return undefined;
      came = true;
      await happens();
      return undefined;
    });
  }

  it('a mentor: it is deleted too', async () => {
    const sub = Sub.parse('becomes-mentor');
    const mentorId = newId(MentorId, 'mnt');
    const who = MentorInput.parse({ name: '이멘토', language: 'ko', timeZone: 'Asia/Seoul' });
    let isMentor = false;
    meanwhile(async () => {
      isMentor = await mentorsOf.createMentor(sub, 'becomes@home.example', mentorId, who);
    });
    const deletionId = await leave(sub);
    house.cloud().disturb(undefined);
    expect(isMentor).toBe(true);
    await bring(deletionId);
    later(4);
    await run();
    expect(await receipt(deletionId)).toMatchObject({ state: 'done' });
    const { Items = [] } = await documents.send(new ScanCommand({ TableName: 'identity' }));
    expect(JSON.stringify(Items)).not.toContain(mentorId);
    // From then on it becomes nothing any more.
    expect(await mentorsOf.createMentor(sub, 'becomes@home.example', mentorId, who)).toBe(false);
  });

  it('a guardian: the child is not left behind', async () => {
    let learnerId: LearnerId | undefined;
    meanwhile(async () => {
      learnerId = await newChild('becomes-guardian');
    });
    const refused = await ask('becomes-guardian', routes.deleteMe);
    house.cloud().disturb(undefined);
    expect(learnerId).toBeDefined();
    expect(refused).toMatchObject({ status: 409, body: { code: 'children-depend' } });
  });
});

describe('given a mentor who asks for deletion', () => {
  it('a round that is published meanwhile finds them gone before their learners are', async () => {
    const { mentor, mentorId } = await newPerson();
    const deletionId = await leave(mentor);
    const taken: boolean[] = [];
    house.cloud().disturb(async (operation, input) => {
      const erases =
        operation === 'TransactWriteItems' && JSON.stringify(input).includes('"mentor-left"');
      if (!erases || taken.length > 0) return undefined;
      taken.push((await transact([menteeStore('mentoring').take(mentorId)])).done);
      return undefined;
    });
    await bring(deletionId);
    house.cloud().disturb(undefined);
    expect(taken).toEqual([false]);
    expect(await mentorStore('mentoring').read(mentorId)).toBeUndefined();
  });

  it('edge case 28: the learner waits for another with what remains, and the mentor is nowhere any more', async () => {
    const { mentor, mentorId, learnerId, mentorshipId } = await newPerson();
    const days = { from: '2025-05-01', until: '2025-05-30', issuedOn: '2025-06-01' };
    const certified = { initial: '이', mentorships: 1, sessions: 2, hours: 1, ...days };
    const { code } = await certificates.issue({ mentorId, sub: mentor }, certified);
    const deletionId = await leave(mentor);
    await bring(deletionId);
    later(4);
    await run();
    expect(await receipt(deletionId)).toMatchObject({ state: 'done' });
    const { mentorship } = (await mentorshipStore('mentoring').read(mentorshipId)) ?? {};
    expect(mentorship).toMatchObject({ state: 'ended', endedBecause: 'mentor-left' });
    const request = await requestStore('mentoring').read(learnerId);
    expect(request).toMatchObject({
      request: { state: 'open' },
      kept: { carries: { sessions: 16 } },
    });
    expect(await mentorStore('mentoring').read(mentorId)).toBeUndefined();
    expect(await certificates.read(code)).toBeUndefined();
    const { Items = [] } = await documents.send(new ScanCommand({ TableName: 'identity' }));
    expect(JSON.stringify(Items)).not.toContain(mentorId);
    // What was written about the learner is the learner's, and stays as long as the policy says.
    expect(await everything()).toContain(personal[3]);
  });
});

describe('given somebody who takes their data along', () => {
  it('gets all that is theirs, and nothing that is another’s', async () => {
    const { learner, learnerId } = await newPerson();
    const { status, body } = await ask(learner, routes.readMyData);
    expect(status).toBe(200);
    const data = routes.readMyData.answers.body.parse(body);
    expect(data).toMatchObject({
      identity: { profile: { learnerId, name: '김하늘' }, guardians: [], consents: [{}] },
      audit: [{ action: 'applied' }],
      documents: [{ paper: { evidenceId: 'letter' }, content: {} }],
      eligibility: [{ state: 'approved' }],
      enrolment: { enrolments: [{ providerId: 'mill' }] },
      provisioning: [{ providerId: 'mill', state: 'present' }],
      mentoring: { request: {}, mentorships: [{ sessions: [{}], plan: { goals: 'Fractions' } }] },
    });
    // A note for the mentor, the guardian's name, the mentor's person.
    for (const others of ['분수가 어렵대요', 'Okja', 'm@village.example', '이멘토'])
      expect(JSON.stringify(data)).not.toContain(others);
  });

  it('gets one part where that is asked for, and nothing where nothing is kept', async () => {
    const { learner } = await newPerson();
    const answer = await ask(learner, routes.readMyData, { query: { part: 'audit' } });
    expect(Object.keys(Object(answer.body)).sort()).toEqual(['at', 'audit']);
    const nobody = await ask('nobody', routes.readMyData);
    expect(nobody).toMatchObject({ status: 404, body: { code: 'no-profile' } });
  });

  it('a guardian gets what is the child’s, and nobody else does', async () => {
    const { learnerId } = await newPerson();
    const query = { learnerId };
    const mother = await addGuardian(learnerId, 'mother-of-export');
    const { status, body } = await ask(mother, routes.readMyData, { query });
    expect(status).toBe(200);
    const data = routes.readMyData.answers.body.parse(body);
    expect(data).toMatchObject({
      identity: { profile: { learnerId, name: '김하늘' }, guardians: ['mother'] },
      audit: [{}],
      mentoring: { mentorships: [{}] },
    });
    expect(data).not.toHaveProperty('mentor');
    const stranger = await ask('stranger', routes.readMyData, { query });
    expect(stranger).toMatchObject({ status: 404, body: { code: 'no-profile' } });
  });

  // Lambda counts what it encodes: a quotation mark in a text is four bytes there, and two in the document.
  it.each([
    [4, 200],
    [5, 409],
  ])(
    '%i texts of 320,000 quotation marks are answered with %i, and each part alone is',
    async (count, expected) => {
      const { learner, learnerId } = await newPerson();
      for (let each = 0; each < count; each += 1) await applied(learnerId, '"'.repeat(320_000));
      const whole = await ask(learner, routes.readMyData);
      expect(whole.status).toBe(expected);
      if (expected === 409) expect(whole.body).toMatchObject({ code: 'data-too-large' });
      const part = await ask(learner, routes.readMyData, { query: { part: 'mentoring' } });
      expect(part.status).toBe(200);
    },
  );
});

/** Has a learner apply, with an explanation of the decision. */
async function applied(learnerId: LearnerId, explanation: string) {
  const findings = [{ rule: 'officer-judged' as const, met: false, explanation }];
  const one = decided(application({ learnerId }), 'rejected');
  const decision = { ...one.decision, findings };
  const kept = Application.parse({ ...one, decision });
  await transact([putApplication('eligibility', kept, undefined), putPointer('eligibility', kept)]);
}
