import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { identity } from '../../functions/identity/contract.ts';
import { delayedReads, seeded } from '../runtime/disturbances.ts';
import { captureLog } from '../runtime/log-lines.ts';
import { child, type Neighbours, openNeighbours } from './neighbours.ts';

const takeLog = captureLog();
const { routes } = identity;
let village: Neighbours;
beforeAll(async () => {
  village = await openNeighbours();
});
beforeEach(() => {
  village.setTime('2025-07-01T12:00');
});
afterAll(() => village.close());

const wish = (...guardianEmails: string[]) => ({
  birthDate: '2014-05-20',
  language: 'ko',
  guardianEmails,
});

describe('edge case 3: given a child below the consent age, when it signs up', () => {
  it('stores no profile, only what consent needs, and mails each guardian a link', async () => {
    const one = village.newChild();
    const refused = await one.api(routes.writeMe, { body: child() });
    expect(refused).toMatchObject({ status: 422, body: { code: 'consent-required' } });
    expect(await village.traces(one.login)).toEqual([]);
    await one.api(routes.askConsent, { body: wish(one.mother, one.father) });
    const kept = await village.traces(one.login, one.mother);
    expect(kept.map(({ sk }) => sk).sort()).toEqual(['CONSENT', 'SELF']);
    expect(JSON.stringify(kept)).not.toMatch(/김하늘|river|elementary/);
    const [mail] = await village.mails(one.mother);
    expect(mail?.facts).toEqual({
      link: expect.stringMatching(/^https:\/\/learn\.village\.example\/consent#[\w-]{43}$/),
      until: '2025-07-15',
    });
    const secret = mail?.facts['link']?.split('#')[1] ?? '';
    expect(await village.traces(secret), 'only the hash of the secret').toEqual([]);
  });

  it.each([
    ['one of the consent age', { birthDate: '2011-07-01' }, 'consent-not-needed'],
    ['one too young', { birthDate: '2021-01-01' }, 'below-minimum-age'],
    ['one not yet born', { birthDate: '2026-01-01' }, 'birth-date-in-future'],
    ['one of 121 years', { birthDate: '1904-06-30' }, 'birth-date-too-early'],
    [
      'the same guardian twice',
      { guardianEmails: ['a@x.example', 'A@x.example'] },
      'guardian-is-yourself',
    ],
  ])('does not ask for %s', async (_what, otherwise, code) => {
    const one = village.newChild();
    const answer = await one.api(routes.askConsent, {
      body: { ...wish(one.mother), ...otherwise },
    });
    expect(answer).toMatchObject({ status: 422, body: { code } });
    expect(await village.traces(one.login)).toEqual([]);
  });

  it('does not ask the child itself', async () => {
    const one = village.newChild();
    const answer = await one.api(routes.askConsent, { body: wish(one.email.toUpperCase()) });
    expect(answer).toMatchObject({ status: 422, body: { code: 'guardian-is-yourself' } });
  });

  it('asks once, however often and with whatever key it is sent', async () => {
    const one = village.newChild();
    const ask = (key: string) => one.api(routes.askConsent, { key, body: wish(one.mother) });
    const answers = await Promise.all([ask('key-one-1'), ask('key-one-1'), ask('key-two-2')]);
    expect(answers.filter(({ status }) => status === 202).length).toBeGreaterThan(0);
    for (const { status, body } of answers)
      if (status !== 202) expect(body).toMatchObject({ code: 'asked-before' });
    expect(await village.mails(one.mother)).toHaveLength(1);
  });

  it('shows a guardian what is asked, and of the child its year of birth only', async () => {
    const { mothers } = await village.asked(false);
    const shown = await village.anyone(routes.readAsked, { body: { token: mothers } });
    expect(shown).toMatchObject({
      status: 200,
      body: {
        birthYear: 2014,
        state: 'asked',
        answerBy: '2025-07-15',
        policyVersion: 'first-2025',
      },
    });
    const text = JSON.stringify(shown.body);
    expect(routes.readAsked.answers.body.parse(shown.body).consentText.text).toHaveProperty('ko');
    expect(text).not.toMatch(/2014-05-20|example\.com|village\.example/);
  });

  it('given the consent: takes the profile, keeps the proof, and mails how to take it back', async () => {
    const one = await village.asked(false);
    expect(await village.grant(one.mothers)).toMatchObject({
      status: 200,
      body: { state: 'granted' },
    });
    expect(await one.api(routes.readConsent)).toMatchObject({ body: { state: 'granted' } });
    const written = await one.api(routes.writeMe, { body: child() });
    expect(written).toMatchObject({ status: 200, body: { consent: { state: 'granted' } } });
    const { learnerId } = routes.writeMe.answers.body.parse(written.body);
    const proofs = (await village.rows()).filter(
      ({ pk, sk }) => pk === `LEARNER#${learnerId}` && String(sk).startsWith('CONSENT#'),
    );
    expect(proofs).toMatchObject([
      {
        word: 'granted',
        policyVersion: 'first-2025',
        textVersion: expect.stringMatching(/\d/),
        by: { name: '이순자', relation: 'mother', tokenHash: expect.stringMatching(/^[\w-]{43}$/) },
      },
    ]);
    expect((await village.mails(one.email)).map(({ kind }) => kind)).toEqual(['consent-granted']);
    expect(await village.tokenIn('consent-confirmed', one.mother)).toMatch(/^[\w-]{43}$/);
  });

  it('given the consent: takes no other birth date than the one that the guardian was told', async () => {
    const one = await village.asked(false);
    const older = child({ birthDate: '2009-05-20' });
    const told = { status: 422, body: { code: 'birth-date-differs' } };
    expect(await one.api(routes.writeMe, { body: older })).toMatchObject(told);
    await village.grant(one.mothers);
    expect(await one.api(routes.writeMe, { body: older })).toMatchObject(told);
  });

  it('given a refusal: leaves a tombstone without personal data, and tells the child', async () => {
    const one = await village.asked(false);
    expect(await village.refuse(one.mothers)).toMatchObject({
      status: 200,
      body: { state: 'refused' },
    });
    const kept = await village.traces(one.mother, one.email, one.login);
    // Nothing but that the login has asked; and what the request was answered, for a day.
    expect(kept).toEqual([expect.objectContaining({ pk: `LOGIN#${one.login}`, sk: 'SELF' })]);
    expect(JSON.stringify(kept)).not.toMatch(/@|2014/);
    expect((await village.mails(one.email)).map(({ kind }) => kind)).toEqual(['consent-refused']);
    expect(await one.api(routes.readConsent)).toMatchObject({ body: { state: 'refused' } });
    expect(await one.api(routes.writeMe, { body: child() })).toMatchObject({ status: 422 });
  });

  it('given a refusal: can ask again when the time of the first request is over', async () => {
    const one = await village.asked(false);
    await village.refuse(one.mothers);
    const again = () => one.api(routes.askConsent, { body: wish(one.father) });
    expect(await again()).toMatchObject({ status: 409, body: { code: 'asked-before' } });
    village.setTime('2025-07-16T00:00');
    expect(await again()).toMatchObject({ status: 202 });
  });

  it('given no answer: purges child and guardian after the last day, and tells the child', async () => {
    const one = await village.asked(true);
    village.setTime('2025-07-15T23:59:59');
    await village.runJob();
    expect(await one.api(routes.readConsent)).toMatchObject({ body: { state: 'asked' } });
    village.setTime('2025-07-16T00:00');
    expect(await village.grant(one.mothers)).toMatchObject({
      status: 404,
      body: { code: 'no-such-link' },
    });
    await village.runJob();
    await village.runJob();
    expect(await one.api(routes.readConsent)).toMatchObject({ body: { state: 'lapsed' } });
    const kept = await village.traces(one.mother, one.father, one.email);
    expect(kept).toEqual([]);
    expect((await village.mails(one.email)).map(({ kind }) => kind)).toEqual(['consent-lapsed']);
  });

  it('given one consent and one silence: the silent guardian is forgotten in time', async () => {
    const one = await village.asked(true);
    await village.grant(one.mothers);
    village.setTime('2025-07-16T00:00');
    await village.runJob();
    expect(await village.traces(one.father)).toEqual([]);
    expect(await one.api(routes.writeMe, { body: child() })).toMatchObject({ status: 200 });
  });

  it('never leaves a trace of anyone in the log', async () => {
    takeLog();
    const one = await village.asked(true);
    await village.grant(one.mothers);
    await village.refuse(one.fathers);
    await one.api(routes.writeMe, { body: child() });
    village.setTime('2025-08-01T00:00');
    await village.runJob();
    expect(takeLog()).not.toMatch(/김하늘|이순자|2014|@|mother|Bearer/);
  });
});

describe('given the answer of a guardian', () => {
  it('sent ten times at once, counts once; another one is refused', async () => {
    const one = await village.asked(false);
    village.cloud.disturb(delayedReads(seeded(3), 20));
    const answers = await Promise.all(Array.from({ length: 10 }, () => village.grant(one.mothers)));
    village.cloud.disturb(undefined);
    for (const answer of answers)
      expect(answer).toMatchObject({ status: 200, body: { state: 'granted' } });
    expect((await village.mails(one.mother)).map(({ kind }) => kind).sort()).toEqual([
      'consent-asked',
      'consent-confirmed',
    ]);
    expect(await village.refuse(one.mothers)).toMatchObject({
      status: 409,
      body: { code: 'already-answered' },
    });
  });

  it('given both answers of one link at once: one counts, and the other hears so', async () => {
    const one = await village.asked(false);
    village.cloud.disturb(delayedReads(seeded(8), 20));
    const [granted, refused] = await Promise.all([
      village.grant(one.mothers),
      village.refuse(one.mothers),
    ]);
    village.cloud.disturb(undefined);
    expect([granted.status, refused.status].filter((status) => status === 200)).toHaveLength(1);
    const { body } = await one.api(routes.readConsent);
    expect(body).toEqual({ state: granted.status === 200 ? 'granted' : 'refused' });
  });

  it('needs name and relation with a consent, and neither with a refusal', async () => {
    const one = await village.asked(false);
    const bare = { token: one.mothers, answer: 'granted' };
    expect(await village.anyone(routes.answerAsked, { body: bare })).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'body.guardianName' }, { field: 'body.relation' }] },
    });
  });

  it.each(['answerAsked', 'takeBack', 'readAsked'] as const)(
    'takes no made-up link: %s',
    async (name) => {
      const token = 'A'.repeat(43);
      const body = name === 'answerAsked' ? { token, answer: 'refused' } : { token };
      expect(await village.anyone(routes[name], { body })).toMatchObject({
        status: 404,
        body: { code: 'no-such-link' },
      });
    },
  );
});
