import { beforeAll, describe, expect, it } from 'vitest';
import { auditStore } from '../../functions/audit/store.ts';
import { provisioning } from '../../functions/provisioning/contract.ts';
import { reconciliationStore } from '../../functions/provisioning/reconciliation.store.ts';
import { AreaId, ProviderId } from '../../regions/schema.ts';
import { invoke } from '../runtime/requests.ts';
import { desk } from './desk.ts';

const { startReconciliation, readReconciliation, listOrphans } = provisioning.routes;
const at = desk();
const runs = reconciliationStore('provisioning');
const hand = ProviderId.parse('hand');
const Page = listOrphans.answers.body;
const api = () => at().bundled['provisioning/api'];
let claims: Record<string, string>;
beforeAll(async () => {
  ({ claims } = await at().coordinator());
});

const start = (key: string, providerId = 'hand', by = claims) =>
  invoke(api(), startReconciliation, {
    ...{ claims: by, params: { providerId } },
    headers: { 'idempotency-key': key },
  });
const look = (route: typeof readReconciliation | typeof listOrphans, query = {}, by = claims) =>
  invoke(api(), route, { claims: by, params: { providerId: 'hand' }, query });

describe('given an operator of the whole region', () => {
  it('then a comparison is begun once, and one that is under way is answered', async () => {
    expect(await look(readReconciliation)).toMatchObject({ body: { code: 'no-reconciliation' } });
    const [first, same] = [await start('key-one-1'), await start('key-one-1')];
    expect(first).toMatchObject({
      status: 202,
      body: { reconciliation: { providerId: 'hand', phase: 'comparing', askedBy: 'staff' } },
    });
    expect(same.body).toEqual(first.body);
    expect((await start('key-two-2')).body).toEqual(first.body);
    expect((await look(readReconciliation)).body).toEqual(first.body);
    const entries = await Promise.all([start('key-three'), start('key-three')]);
    expect(entries.map(({ status }) => status)).toEqual([202, 202]);
  });

  it('then orphans are those of the last that has ended, page by page', async () => {
    expect(await look(listOrphans)).toMatchObject({ body: { code: 'no-reconciliation' } });
    const run = await runs.read(hand);
    if (run === undefined) throw new Error('none was begun');
    await runs.keepOrphans(run, '1', ['a', 'b', 'gone'], 4e9);
    await runs.keepOrphans(run, '1', ['a', 'b', 'c'], 4e9);
    await runs.keepOrphans(run, '2', ['d'], 4e9);
    const { reconciliationId } = run;
    await runs.keep({ ...run, phase: 'done', reported: reconciliationId });
    await start('key-again');
    const page = Page.parse((await look(listOrphans, { limit: '2' })).body);
    expect(page.reconciliationId).toBe(reconciliationId);
    const rest = Page.parse((await look(listOrphans, { limit: '2', cursor: page.cursor })).body);
    const found = [...page.orphans, ...rest.orphans];
    expect(found.map(({ remoteId }) => remoteId).sort()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('then it is in the trail', async () => {
    const { staffId, claims: by } = await at().coordinator();
    await start('key-in-trail', 'bell', by);
    const { entries } = await auditStore('audit').listOfStaff(staffId, 10, undefined);
    expect(entries).toMatchObject([{ action: 'reconciliation-asked' }]);
  });
});

describe('given somebody else', () => {
  it('then whoever serves one area is refused, and a provider that is not there is said to be not', async () => {
    const { claims: by } = await at().coordinator(AreaId.parse('river'));
    expect(await start('key-refused', 'hand', by)).toMatchObject({ status: 403 });
    expect(await look(readReconciliation, {}, by)).toMatchObject({ status: 403 });
    expect(await look(listOrphans, {}, by)).toMatchObject({ status: 403 });
    const nowhere = await start('key-nowhere', 'nowhere');
    expect(nowhere).toMatchObject({ status: 404, body: { code: 'no-such-provider' } });
  });
});
