import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { auditStore } from '../../functions/audit/store.ts';
import { ContentId, launch, WayIn } from '../../functions/launch/contract.ts';
import { newId, StaffId } from '../../functions/runtime/ids.ts';
import { captureLog } from '../runtime/log-lines.ts';
import { staffClaims } from '../runtime/requests.ts';
import { formIn, send, visit } from './browser.ts';
import { type Dweller, house } from './house.ts';

const logged = captureLog();
const here = house();
const { open, listMyContents, chooseContents, listContents, removeContent } = launch.routes;
const administrator = { claims: staffClaims('office', 'administrator') };
const loom = { params: { providerId: 'loom' } };

const control = async (what: string, method = 'GET'): Promise<unknown> => {
  const answer = await fetch(`${here().world.url}/control/providers/loom/${what}`, {
    method,
    ...(method === 'GET' ? {} : { headers: { 'content-type': 'application/json' }, body: '{}' }),
  });
  if (!answer.ok) throw new Error(`${what}: ${answer.status} ${await answer.text()}`);
  return answer.json();
};

/** What the tool makes of launches, the last one last. */
const launches = async () =>
  z.array(z.looseObject({ sub: z.string() })).parse(await control('launches'));

/** Opens a launch and comes to the page with the signed form. */
async function begin({ ask }: Dweller, query: Record<string, string> = {}) {
  const way = WayIn.parse((await ask(open, { query })).body);
  if (way.kind !== 'open') throw new Error('the tool is not opened');
  const page = await visit(way.url);
  return { url: way.url, page, form: formIn(page.text) };
}

afterEach(() => here().toolIsAhead(0));

describe('row 8: given an LTI tool that is written with another JOSE library than ours', () => {
  it('then a launch ends there with the account’s id, and no cookie on the way', async () => {
    const learner = await here().enter('loom');
    const { page, form } = await begin(learner);
    expect(page.headers.get('set-cookie')).toBeNull();
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    const welcome = await send(form);
    expect(welcome).toMatchObject({ status: 200, text: expect.stringContaining('Welcome') });
    expect((await launches()).at(-1)).toMatchObject({
      sub: learner.accountId,
      messageType: 'LtiResourceLinkRequest',
      roles: ['http://purl.imsglobal.org/vocab/lis/v2/membership#Learner'],
      deployment: 'village',
    });
  });

  it('then it learns no name, no address and no birth date', async () => {
    const { form } = await begin(await here().enter('loom'));
    const [, payload = ''] = (form.fields['id_token'] ?? '').split('.');
    const told = Buffer.from(payload, 'base64url').toString();
    expect(told).not.toMatch(
      /김하늘|village\.example|2009|lrn_|"(name|email|given_name)":"(?!마을)/,
    );
  });

  it('edge case 39: a form that was sent once is refused by the tool the second time', async () => {
    const { form } = await begin(await here().enter('loom'));
    expect((await send(form)).status).toBe(200);
    expect((await send(form)).status).toBe(401);
  });

  it('edge case 39: a login is good for one launch, and the tool is told so', async () => {
    const { url } = await begin(await here().enter('loom'));
    const again = formIn((await visit(url)).text);
    expect(again.fields).toMatchObject({ error: 'login_required', state: expect.any(String) });
    expect(again.fields['id_token']).toBeUndefined();
    expect((await send(again)).status).toBe(401);
  });

  it.each([240, -20])(
    'edge case 39: a tool whose clock is %i seconds ahead takes a launch',
    async (seconds) => {
      here().toolIsAhead(seconds);
      const { form } = await begin(await here().enter('loom'));
      expect((await send(form)).status).toBe(200);
    },
  );

  it('edge case 39: one that is six minutes ahead does not', async () => {
    const { form } = await begin(await here().enter('loom'));
    here().toolIsAhead(360);
    expect((await send(form)).status).toBe(401);
  });
});

describe('given a tool that asks who is in its course', () => {
  const Members = z.object({
    pages: z.int(),
    members: z.array(z.looseObject({ user_id: z.string() })),
  });

  it('then it reads the accounts that are there and active, page by page', async () => {
    const [one, two] = [await here().enter('loom'), await here().enter('loom')];
    const not = await Promise.all(
      (['suspended', 'deleting', 'absent'] as const).map((state) =>
        here().enter('loom', { state }),
      ),
    );
    const other = await here().enter('mill');
    await send((await begin(one)).form);
    const { members } = Members.parse(await control('memberships', 'POST'));
    const ids = members.map(({ user_id }) => user_id);
    expect(ids).toEqual(expect.arrayContaining([one.accountId, two.accountId]));
    for (const { accountId } of [...not, other]) expect(ids).not.toContain(accountId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(members[0]).toEqual({
      user_id: expect.stringMatching(/^acc_/),
      status: 'Active',
      roles: ['http://purl.imsglobal.org/vocab/lis/v2/membership#Learner'],
    });
  });

  it.each([240, -240])(
    'edge case 39: a tool whose clock is %i seconds ahead gets its token',
    async (seconds) => {
      here().toolIsAhead(seconds);
      expect(Members.parse(await control('memberships', 'POST')).pages).toBeGreaterThan(0);
    },
  );

  it('edge case 39: one that is six minutes ahead does not', async () => {
    here().toolIsAhead(360);
    await expect(control('memberships', 'POST')).rejects.toThrow('invalid-client');
  });
});

describe('given staff who choose contents of a tool', () => {
  it('then what they chose is what learners open, until it is removed', async () => {
    const begun = await here().ask(chooseContents, { ...loom, ...administrator });
    const { url } = chooseContents.answers.body.parse(begun.body);
    const shown = await send(formIn((await visit(url)).text));
    const chosen = formIn(shown.text);
    // Sent by one impatient hand: it is taken once.
    const answers = await Promise.all([send(chosen), send(chosen), send(chosen)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    expect((await send(chosen)).status).toBe(409);

    const learner = await here().enter('loom');
    const { contents } = listMyContents.answers.body.parse(
      (await learner.ask(listMyContents)).body,
    );
    expect(contents).toEqual([{ contentId: expect.stringMatching(/^cnt_/), title: 'Fractions' }]);
    const contentId = contents[0]?.contentId ?? '';
    const { form } = await begin(learner, { contentId });
    expect((await send(form)).status).toBe(200);
    expect((await launches()).at(-1)).toMatchObject({
      target: expect.stringMatching(/\/courses\/fractions$/),
    });

    const offered = async () =>
      listContents.answers.body.parse(
        (await here().ask(listContents, { ...loom, ...administrator })).body,
      ).contents;
    const [staffId] = (await offered()).map(({ chosenBy }) => chosenBy);
    if (staffId === undefined) throw new Error('nobody chose it');
    const gone = { params: { providerId: 'loom', contentId }, ...administrator };
    expect((await here().ask(removeContent, gone)).status).toBe(204);
    expect((await here().ask(removeContent, gone)).status).toBe(204);
    expect(await offered()).toEqual([]);
    // Each once, however often it was sent.
    const { entries } = await auditStore('audit').listOfStaff(staffId, 10, undefined);
    expect(entries).toMatchObject([
      { action: 'content-removed', subjects: ['loom', contentId] },
      { action: 'contents-chosen', subjects: ['loom', contentId] },
    ]);
  });

  it.each([
    ['of a provider that is no tool', 'mill', 404, 'no-such-provider'],
    ['of a tool that has registered nothing', 'kiln', 422, 'no-contents-to-choose'],
  ])('%s there is nothing to choose', async (_, providerId, status, code) => {
    const answer = await here().ask(chooseContents, { params: { providerId }, ...administrator });
    expect(answer).toMatchObject({ status, body: { code } });
  });

  it.each([
    ['who serve one area', 'of-the-river', 'whole-region-only'],
    ['whom nobody invited', 'of-nobody', 'no-staff-record'],
  ])('then those %s choose, see and remove nothing', async (_, sub, code) => {
    const link = { pk: 'LOGIN#of-the-river', sk: 'STAFF', staffId: newId(StaffId, 'stf') };
    const attributes = Object.entries({ ...link, areaId: 'river' }).map(([name, S]) => [
      name,
      { S },
    ]);
    const Item = Object.fromEntries(attributes);
    await here().cloud.ask('PutItem', { TableName: 'identity', Item });
    const content = { params: { ...loom.params, contentId: newId(ContentId, 'cnt') } };
    const claims = staffClaims(sub, 'coordinator');
    for (const answer of [
      await here().ask(chooseContents, { ...loom, claims }),
      await here().ask(listContents, { ...loom, claims }),
      await here().ask(removeContent, { ...content, claims }),
    ])
      expect(answer).toMatchObject({ status: 403, body: { code } });
  });

  it('then a choice that the tool did not sign is refused, and uses nothing up', async () => {
    const begun = await here().ask(chooseContents, { ...loom, ...administrator });
    const { url } = chooseContents.answers.body.parse(begun.body);
    const shown = await send(formIn((await visit(url)).text));
    const chosen = formIn(shown.text);
    const [head, payload, signature] = (chosen.fields['JWT'] ?? '').split('.');
    const forged = `${head}.${payload}.${signature?.split('').reverse().join('')}`;
    const answer = await send({ action: chosen.action, fields: { JWT: forged } });
    expect(answer).toMatchObject({ status: 422, text: expect.stringContaining('choice-invalid') });
    expect((await send(chosen)).status).toBe(200);
  });
});

it('nothing of all this tells the log who came', () => {
  expect(logged()).not.toMatch(/acc_|eyJ|김하늘/);
});
