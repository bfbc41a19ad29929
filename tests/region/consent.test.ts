import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { identity } from '../../functions/identity/contract.ts';
import { Relation, Token } from '../../functions/identity/guardian.contract.ts';
import { Name } from '../../functions/identity/learner.contract.ts';
import { granted, profile } from '../people.ts';
import { until } from '../until.ts';
import { people } from './people.ts';

const { routes } = identity;
const birthDate = '2016-05-05';
const eleven = profile({ birthDate, stage: 'elementary' });
const newAddress = (who: string) => `${who}-${randomBytes(6).toString('hex')}@example.com`;
const relation = Relation.enum.mother;

/** The secret of the link in the newest mail to somebody that has one. */
async function linkFor(email: string, page: string): Promise<Token> {
  const link = new RegExp(`https://learn\\.seoul\\.example/${page}#([\\w-]{43})`);
  const found = async () =>
    (await people.control.mails(email)).flatMap(({ text }) => link.exec(text)?.[1] ?? []);
  await until(async () => (await found()).length > 0);
  return Token.parse((await found())[0]);
}

const subjects = async (email: string) =>
  (await people.control.mails(email)).map(({ subject }) => subject);

describe('edge case 3: a child that signs up by itself', () => {
  async function asked() {
    const child = await people.newLogin();
    const mother = newAddress('mother');
    expect(await child.api(routes.writeMe, { body: eleven })).toMatchObject({ status: 422 });
    const wish = { birthDate, language: 'ko', guardianEmails: [mother] };
    granted(await child.api(routes.askConsent, { body: wish }));
    return { ...child, mother, token: await linkFor(mother, 'consent') };
  }

  it('its guardian consents by the mailed link; then, and not before, it is a learner', async () => {
    const { api, mother, email, token } = await asked();
    const read = granted(await people.anyone(routes.readAsked, { body: { token } }));
    expect(read).toMatchObject({ birthYear: 2016, state: 'asked' });
    const answer = {
      token,
      answer: 'granted',
      guardianName: Name.parse('이순자'),
      relation,
    } as const;
    expect(granted(await people.anyone(routes.answerAsked, { body: answer }))).toEqual({
      state: 'granted',
    });
    const learner = granted(await api(routes.writeMe, { body: eleven }));
    expect(learner.consent).toEqual({ state: 'granted' });
    await until(async () => (await subjects(email)).some((subject) => subject.includes('동의')));
    const takeBack = await linkFor(mother, 'consent/withdrawal');
    granted(await people.anyone(routes.takeBack, { body: { token: takeBack } }));
    expect(granted(await api(routes.readMe, {})).consent).toEqual({ state: 'withdrawn' });
  });

  it('its guardian refuses: it stays none', async () => {
    const { api, token } = await asked();
    const refusal = { token, answer: 'refused' } as const;
    granted(await people.anyone(routes.answerAsked, { body: refusal }));
    expect(granted(await api(routes.readConsent, {}))).toEqual({ state: 'refused' });
    expect(await api(routes.writeMe, { body: eleven })).toMatchObject({ status: 422 });
  });
});

describe('a guardian with a login', () => {
  it('registers a child, and hands it a login of its own by mail', async () => {
    const guardian = await people.newLogin();
    const { learnerId } = granted(
      await guardian.api(routes.addChild, { body: { ...eleven, relation } }),
    );
    const child = await people.newLogin();
    const params = { learnerId };
    granted(await guardian.api(routes.offerLogin, { params, body: { email: child.email } }));
    const token = await linkFor(child.email, 'link');
    granted(await child.api(routes.acceptLink, { body: { token } }));
    expect(granted(await child.api(routes.readMe, {})).learnerId).toBe(learnerId);
    const listed = granted(await guardian.api(routes.listLearners, {}));
    expect(listed.learners).toMatchObject([{ learnerId, relation: 'mother' }]);
  });

  it('edge case 50: of another guardian’s child hears that it is not there', async () => {
    const guardian = await people.newLogin();
    const body = { ...eleven, relation };
    const { learnerId } = granted(await guardian.api(routes.addChild, { body }));
    const stranger = await people.newLogin();
    const query = { learnerId };
    expect(await stranger.api(routes.readMe, { query })).toMatchObject({ ok: false, status: 404 });
  });
});
