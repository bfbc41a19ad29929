import { describe, expect, it } from 'vitest';
import { ConsentId } from '../../functions/identity/consent.contract.ts';
import { consentStore } from '../../functions/identity/consent.store.ts';
import { proofOf } from '../../functions/identity/proof.store.ts';
import { certificateStore } from '../../functions/mentoring/certificate.store.ts';
import { mentorshipStore } from '../../functions/mentoring/mentorship.store.ts';
import { noteStore } from '../../functions/mentoring/note.store.ts';
import { stipendStore } from '../../functions/mentoring/stipend.store.ts';
import { SessionId } from '../../functions/mentoring/words.contract.ts';
import { Sub } from '../../functions/runtime/caller.ts';
import { transact } from '../../functions/runtime/dynamodb.ts';
import type { Happening } from '../../functions/runtime/happening.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { append } from '../../functions/runtime/trail.ts';
import { mentored } from '../mentoring/mentorships.ts';
import { ask, openHouse, routes } from './house.ts';
import { addGuardian, newPerson } from './persons.ts';

openHouse();
const at = '2025-06-01T00:00:00.000Z';
const terms = { policyVersion: 'first-2025', textVersion: '2026-11' };

/** What a login takes along. */
async function taken(sub: string) {
  const { status, body } = await ask(sub, routes.readMyData);
  expect(status).toBe(200);
  return routes.readMyData.answers.body.parse(body);
}

describe('given a guardian of two children, who is no learner', () => {
  it('gets their own address, whose guardian they are, and what they said, and nothing that is the children’s', async () => {
    const children = [(await newPerson()).learnerId, (await newPerson()).learnerId] as const;
    const mother = await addGuardian(children[0], 'mother-of-two');
    await addGuardian(children[1], 'mother-of-two');
    const by = { sub: mother, relation: 'mother' } as const;
    await transact([proofOf('identity', children[0], { word: 'withdrawn', at, ...terms, by })]);
    const data = await taken(mother);
    const tie = { relation: 'mother', email: 'mother-of-two@home.example' };
    const [withWord, without] = [...(data.guardian ?? [])].sort(
      (a, b) => b.consents.length - a.consents.length,
    );
    expect(withWord).toMatchObject({
      ...{ learnerId: children[0], ...tie, consents: [{ word: 'withdrawn', at, ...terms }] },
    });
    expect(without).toMatchObject({ learnerId: children[1], ...tie, consents: [] });
    expect(Object.keys(data).sort()).toEqual(['at', 'guardian', 'login']);
    for (const theirs of ['김하늘', 'Okja']) expect(JSON.stringify(data)).not.toContain(theirs);
  });
});

describe('given a child whose guardians were asked', () => {
  it('gets its address and what it asked, and not where its guardians were asked', async () => {
    const requests = consentStore('identity');
    const sub = Sub.parse('asking-child');
    const consentId = newId(ConsentId, 'cns');
    const child = { birthDate: '2016-05-20', language: 'ko' } as const;
    const asked = { state: 'asked', askedAt: at, answerBy: '2025-06-14', ...child } as const;
    const guardians = [{ tokenHash: 'hash', email: 'okja@home.example' }];
    const login = { sub, email: 'child@village.example' };
    const request = { consentId, version: 0, changedAt: at, login, ...asked, ...terms, guardians };
    await transact([
      requests.putRequest(request, undefined),
      requests.pointTo(consentId, login, Date.parse(at) / 1_000),
    ]);
    const data = await taken(sub);
    expect(data).toEqual({
      ...{ at: expect.any(String), login: { email: 'child@village.example', asked } },
    });
  });
});

describe('given a mentor', () => {
  const notes = noteStore('mentoring');

  it('gets stipends, certificates, and what they wrote; edge case 28: no notes after the end', async () => {
    const { mentor, mentorId, mentorshipId } = await newPerson();
    const days = { from: '2025-05-01', until: '2025-05-30', issuedOn: '2025-06-01' };
    const certified = { initial: '이', mentorships: 1, sessions: 2, hours: 1, ...days };
    await certificateStore('mentoring').issue({ mentorId, sub: mentor }, certified);
    const feedback = { score: 5, words: 'A joy.', writtenAt: at };
    const session = { sessionId: newId(SessionId, 'ses'), start: '2025-06-02T00:00:00Z' };
    const ledger = stipendStore('mentoring', mentored);
    const mentorships = mentorshipStore('mentoring');
    const seen = await mentorships.read(mentorshipId);
    if (seen === undefined) throw new Error('there is no mentorship');
    const outcome = { was: undefined, is: 'completed' } as const;
    await transact([
      ...notes.putFeedback(mentorshipId, 'mentor', feedback),
      ...ledger.entries(seen.mentorship, { ...session, minutes: 30 }, outcome, '2025-06-02'),
    ]);
    const during = await taken(mentor);
    expect(during.mentor).toMatchObject({
      stipends: [{ sessionId: session.sessionId, amount: 12_000 }],
      certificates: [{ code: expect.stringMatching(/^crt_/), sessions: 2 }],
      written: [{ mentorshipId, feedback, notes: [{ forMentor: '분수가 어렵대요' }] }],
    });
    const read = await mentorships.read(mentorshipId);
    if (read === undefined) throw new Error('there is no mentorship');
    const ended = { ...read.mentorship, state: 'ended' as const, endedAt: at };
    await transact([mentorships.change({ ...read, mentorship: ended }, undefined)]);
    const after = await taken(mentor);
    expect(after.mentor?.written).toMatchObject([{ feedback, notes: [] }]);
  });
});

describe('edge case 35: given a learner with entries in the trail that could tell of a report, or of another', () => {
  it('takes along the others only', async () => {
    const { learner, learnerId } = await newPerson();
    const record = (action: Happening['action'], ...details: string[]) =>
      append('audit', { at, actor: { kind: 'rules' }, action, learnerId, subjects: [], details });
    await record('mentorship-paused');
    await record('mentorship-resumed');
    await record('mentorship-ended');
    await record('told-apart', 'waiting', 'officer-group');
    await record('sent-to-review', 'waiting', 'resemblance');
    const { audit = [] } = await taken(learner);
    expect(audit.map(({ action }) => action).sort()).toEqual(['applied', 'sent-to-review']);
    expect(JSON.stringify(audit)).not.toContain('resemblance');
  });
});
