import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { codeFor, publicLogin } from '../../bin/login.ts';
import { enrolment } from '../../functions/enrolment/contract.ts';
import { identity } from '../../functions/identity/contract.ts';
import { mentoring } from '../../functions/mentoring/contract.ts';
import { type DeletionId, privacy, steps } from '../../functions/privacy/contract.ts';
import { granted, type Learner } from '../people.ts';
import { type Victim, victimIn } from '../region/victim.ts';
import { until } from '../until.ts';
import { type OwnRegion, ownRegion } from '../whole/own-region.ts';

const { routes } = privacy;
const hour = 3_600;

/** All rows of all tables that time has not forgotten, as one text. */
async function allRows({ people }: OwnRegion): Promise<string> {
  const client = new DynamoDBClient({
    endpoint: `${people.url}/_aws`,
    region: 'ap-northeast-2',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const rows = DynamoDBDocumentClient.from(client);
  const { TableNames = [] } = await client.send(new ListTablesCommand({}));
  const found = await Promise.all(
    TableNames.map(async (TableName) => (await rows.send(new ScanCommand({ TableName }))).Items),
  );
  const now = Date.parse((await people.control.clock()).now) / 1_000;
  const kept = found.flat().filter((row) => !(Number(row?.['expiresAt']) <= now));
  client.destroy();
  return JSON.stringify(kept);
}

/** Chooses a provider for each of the three places, and waits for the accounts. */
async function chooseThree({ api }: Learner) {
  const { choose } = enrolment.routes;
  const wishes = [
    ['subject', 'ridge-line'],
    ['language', 'guild-hall'],
    ['reading', 'firefly'],
  ] as const;
  for (const [place, providerId] of wishes) {
    granted(await api(choose, { params: { place }, body: choose.body.parse({ providerId }) }));
  }
  const mine = async () => granted(await api(enrolment.routes.listMine, {})).enrolments;
  await until(async () => (await mine()).every(({ state }) => state === 'active'));
  return (await mine()).map(({ providerId, accountId }) => ({ providerId, accountId }));
}

let region: OwnRegion;
let victim: Victim;

beforeAll(async () => {
  region = await ownRegion();
  victim = await victimIn(region.people, 'incheon');
}, 120_000);
afterAll(() => region.stop());

/** The region's time passes by a day and more, which is why the region is its own. */
it('edge cases 35 and 36: an account goes with all that it has, everywhere, and a receipt says so', async () => {
  const { people } = region;
  const { learner, own } = victim;
  const receiptOf = async (deletionId: DeletionId) =>
    granted(await people.anyone(routes.readReceipt, { params: { deletionId } }));
  async function decideReport(reportId: string): Promise<void> {
    const { api } = await people.newStaff('safeguarding-lead');
    const { decideReport: decide } = mentoring.routes;
    const params = decide.params.parse({ reportId });
    const body = decide.body.parse({ outcome: 'dismissed', reason: '사과했습니다.' });
    granted(await api(decide, { params, body }));
  }
  const { name } = granted(await learner.api(identity.routes.readMe, {}));
  const accounts = await chooseThree(learner);
  const exported = granted(await learner.api(routes.readMyData, {}));
  expect(exported.identity?.profile.name).toBe(name);
  expect(exported.mentoring?.mentorships).toHaveLength(1);
  expect(exported.documents?.[0]?.content?.url).toMatch(/^http/);
  expect(exported.enrolment?.enrolments).toHaveLength(3);

  const { deletionId } = granted(await learner.api(routes.deleteMe, {}));
  expect(granted(await learner.api(routes.deleteMe, {}))).toEqual({ deletionId });
  expect(await learner.api(identity.routes.readMe, {})).toMatchObject({ status: 404 });
  // The learner has reported somebody: until that is decided nothing about them is deleted.
  await people.control.settle();
  expect((await receiptOf(deletionId)).steps[1]?.state).toBe('to-do');
  await decideReport(own.reportId);

  for (let hours = 0; hours < 6; hours += 1) {
    await people.control.advance(hour);
    await people.control.settle(60);
  }
  const receipt = await receiptOf(deletionId);
  expect(receipt).toMatchObject({ state: 'done' });
  expect(receipt.steps.filter(({ state }) => state === 'done')).toHaveLength(steps.length);
  for (const { providerId, accountId } of accounts) {
    expect(await region.world.accountsOf(providerId, accountId)).toEqual([]);
  }
  await expect(people.signIn(learner)).rejects.toThrow();
  const mails = await people.control.mails(learner.email);
  expect(mails.map(({ text }) => text).join()).toContain(`/deletions/${deletionId}`);

  await people.control.advance(27 * hour);
  await people.control.settle(60);
  const rows = await allRows(region);
  expect(rows).not.toContain(name);
  expect(rows).not.toContain(learner.email);
  const logs = JSON.stringify(await people.control.logs());
  expect(logs).not.toContain(name);
  expect(logs).not.toContain(learner.email);

  const login = publicLogin(await people.configuration(), learner.email, 'another password 12');
  await login.signUp();
  await login.confirm(await codeFor(learner.email, people.control));
  await login.signIn();
}, 240_000);
