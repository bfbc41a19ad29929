import { describe, expect, it } from 'vitest';
import { enrolment } from '../../functions/enrolment/contract.ts';
import { launch } from '../../functions/launch/contract.ts';
import { formIn, send, visit } from '../launch/browser.ts';
import { granted } from '../people.ts';
import { until } from '../until.ts';
import { people, world } from './people.ts';

const { choose, listMine } = enrolment.routes;
const { open, listMyContents, chooseContents, removeContent } = launch.routes;
const place = { params: { place: 'subject' } } as const;
const riverbank = { params: { providerId: 'riverbank' } };

/** A learner whose place at a provider is active, as far as it comes by itself. */
async function learnerAt(providerId: string) {
  const learner = await people.newApprovedLearner();
  const body = choose.body.parse({ providerId });
  const { accountId } = granted(await learner.api(choose, { ...place, body }));
  await until(async () => {
    const { enrolments } = granted(await learner.api(listMine, {}));
    return enrolments.some(({ state }) => state === 'active');
  });
  return { accountId, api: learner.api };
}
type At = Awaited<ReturnType<typeof learnerAt>>;

async function addressFor({ api }: At, query = {}): Promise<string> {
  const way = granted(await api(open, { ...place, query }));
  if (way.kind !== 'open') throw new Error(`nothing to open: ${way.kind}`);
  return way.url;
}

describe('a launch into an LTI tool', () => {
  it('goes from the place to the tool’s welcome, by the gateway, without a cookie, once', async () => {
    const learner = await learnerAt('riverbank');
    const page = await visit(await addressFor(learner));
    expect(page.headers.get('set-cookie')).toBeNull();
    const welcome = await send(formIn(page.text));
    expect(welcome).toMatchObject({ status: 200, text: expect.stringContaining('Welcome') });
    expect((await send(formIn(page.text))).status).toBe(401);
    // There is no account before the first launch; now there is one, by our id.
    expect(await world.accountsOf('riverbank', learner.accountId)).toHaveLength(1);
    expect(await world.memberships('riverbank')).toContain(learner.accountId);
  });

  it('opens what staff chose in the tool', async () => {
    const begun = granted(await people.administrator.api(chooseContents, riverbank));
    const shown = await send(formIn((await visit(begun.url)).text));
    expect((await send(formIn(shown.text))).status).toBe(200);
    const learner = await learnerAt('riverbank');
    const { contents } = granted(await learner.api(listMyContents, place));
    const contentId = contents.at(-1)?.contentId;
    if (contentId === undefined) throw new Error('nothing was chosen');
    const page = await visit(await addressFor(learner, { contentId }));
    const opened = await send(formIn(page.text));
    expect(opened).toMatchObject({ status: 200, text: expect.stringContaining('fractions') });
    const params = removeContent.params.parse({ ...riverbank.params, contentId });
    expect(await people.administrator.api(removeContent, { params })).toMatchObject({ ok: true });
  });
});

describe('a launch into a provider with a site of its own', () => {
  it('brings a ticket that the provider takes once', async () => {
    const url = await addressFor(await learnerAt('night-train'));
    expect([(await visit(url)).status, (await visit(url)).status]).toEqual([200, 401]);
  });
});
