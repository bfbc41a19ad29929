import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { expect, it } from 'vitest';
import { ApplicationId } from '../../functions/eligibility/contract.ts';
import { applicationKey } from '../../functions/eligibility/rows.store.ts';
import { eligibilityStore } from '../../functions/eligibility/store.ts';
import { ConsentId } from '../../functions/identity/consent.contract.ts';
import { LearnerId } from '../../functions/identity/contract.ts';
import { RequestId } from '../../functions/mentoring/words.contract.ts';
import { migrations } from '../../functions/operation/migrations.rules.ts';
import { migratedRows } from '../../functions/operation/row.store.ts';
import { documents } from '../../functions/runtime/dynamodb.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { application } from '../eligibility/applications.ts';
import { everything, openHouse, run, setTime } from './house.ts';

openHouse();

/** All migrations of data, as the job does them. */
async function migrate(): Promise<void> {
  for (const migration of migrations) {
    const rows = migratedRows(migration.table, migration);
    const page = await rows.page(0, 1, 'beginning');
    for (const row of page.rows) await rows.correct(row);
  }
}

const put = (TableName: string, Item: object) =>
  documents.send(new PutCommand({ TableName, Item: { ...Item } }));

/** Whether rows are there, of whichever table, that name one of these. */
async function named(...ids: readonly string[]): Promise<readonly boolean[]> {
  const rows = await everything();
  return ids.map((id) => rows.includes(id));
}

it('edge case 36: what a migration finds of somebody who was deleted meanwhile goes with the last look', async () => {
  const learnerId = newId(LearnerId, 'lrn');
  const [requestId, consentId] = [newId(RequestId, 'req'), newId(ConsentId, 'cns')];
  await put('mentoring', { pk: `REQUEST#${requestId}`, sk: 'WHOSE', learnerId });
  await put('identity', { pk: `CONSENT#${consentId}`, sk: 'CONSENT', consentId, learnerId });
  expect(await run({ learnerId })).toEqual({ state: 'done' });
  // Nothing led to them.
  expect(await named(requestId, consentId)).toEqual([true, true]);
  await migrate();
  setTime('2025-06-03T03:00:00Z');
  await run();
  expect(await named(requestId, consentId, learnerId)).toEqual([false, false, false]);
});

it('an application that an earlier release closed is forgotten in its time, once it is migrated', async () => {
  const at = '2020-06-01T15:30:00.000Z';
  const closed = application({
    state: 'lapsed',
    waitingFor: undefined,
    submittedAt: at,
    changedAt: at,
  });
  const { applicationId } = closed;
  const claim = { id: applicationId, fingerprint: '' };
  await eligibilityStore('eligibility').keep(closed, claim, '2020-06-01');
  await documents.send(
    new UpdateCommand({
      TableName: 'eligibility',
      Key: applicationKey(ApplicationId.parse(applicationId)),
      UpdateExpression: 'REMOVE dueLot, dueOn',
    }),
  );
  const key = `APPLICATION#${applicationId}`;
  await run();
  expect(await named(key)).toEqual([true]);
  await migrate();
  await run();
  expect(await named(key)).toEqual([false]);
});
