import { randomUUID } from 'node:crypto';
import { AdminGetUserCommand } from '@aws-sdk/client-cognito-identity-provider';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Clients, openClients } from '../../bin/export/clients.ts';
import { filesIn } from '../../bin/export/files.ts';
import { type Holdings, holdingsOf } from '../../bin/export/holdings.ts';
import { attributeOf } from '../../bin/export/logins.ts';
import { format, Manifest } from '../../bin/export/manifest.ts';
import { type Filling, fillCopy } from '../../bin/restore/fill.ts';
import { deleteLate } from '../../bin/restore/late.ts';
import type { StepName, Teller } from '../../bin/rollout/teller.ts';
import { loadRegion } from '../../regions/load.ts';
import { makePool, publicPool, staffPool } from '../local/cognito/pools.ts';
import { startRegion, type TestRegion } from '../local/cognito/server.ts';
import { type OpenS3, openS3 } from '../local/s3/open-s3.ts';
import { type Cloud, openCloud } from '../runtime/cloud.ts';
import { scripted } from './scripted-aws.ts';

const region = loadRegion('regions/taebaek.yaml');
const from = { bucket: 'archive', prefix: 'today' };
const job = 'POST /2015-03-31/functions/deletions/invocations';
const done = { [job]: [200, '{"state":"done"}'] } as const;

let cloud: Cloud;
let s3: OpenS3;
let pools: TestRegion;
let poolIds: { readonly public: string; readonly staff: string };
let manifest: Manifest;

const rowsOf = (id: string) => [
  { Item: marshall({ pk: `LEARNER#${id}`, sk: 'PROFILE', areaId: 'taebaek' }) },
  { Item: marshall({ pk: `LOGIN#old-${id}`, sk: 'SELF', learnerId: id }) },
];
const addressOf = (id: string) => `${id.replace('_', '-')}@example.org`;
const loginOf = (id: string) => ({
  ...{ pool: 'public', sub: `old-${id}`, email: addressOf(id), enabled: true, groups: [] },
});
const deletionOf = (id: string) => ({ learnerId: id, sub: `old-${id}` });

beforeAll(async () => {
  cloud = await openCloud();
  s3 = await openS3();
  pools = await startRegion();
  poolIds = {
    public: (await makePool(pools, publicPool, { name: 'Public' })).poolId,
    staff: (await makePool(pools, staffPool, { name: 'Staff' })).poolId,
  };
  await s3.bucket('archive');
  await s3.bucket('papers');
  const files = filesIn(s3.client, from);
  const people = ['lrn_a', 'lrn_b'];
  const parts = people.map((id) => files.writeLines(`identity/${id}`, rowsOf(id)));
  const logins = await files.writeLines('logins', people.map(loginOf));
  manifest = Manifest.parse({
    ...{ format, regionId: 'seoul', version: '0.1.0', dataLevel: 0 },
    ...{ moment: '2026-03-02T01:15:29.000Z', scope: { kind: 'region' } },
    ...{ areas: ['taebaek'], providers: [] },
    tables: [{ capability: 'identity', items: 4, files: await Promise.all(parts) }],
    papers: { count: 0, list: await files.writeLines('papers', []) },
    logins: { count: 2, list: logins },
  });
});
afterAll(() => Promise.all([cloud.close(), s3.close(), pools.close()]));

/** A new copy, of which only the deletion job is not there. */
async function newCopy(): Promise<Holdings> {
  const TableIdentity = `identity-${randomUUID()}`;
  await cloud.createTable(TableIdentity);
  return holdingsOf('ladder-taebaek', {
    ...{ TableIdentity, PapersBucket: 'papers', DeletionFunction: 'deletions' },
    ...{ PublicPoolId: poolIds.public, StaffPoolId: poolIds.staff },
  });
}

const clientsWith = ({ lambda }: Pick<Clients, 'lambda'>): Clients => ({
  ...openClients(),
  ...{ s3: s3.client, cognito: pools.client, lambda },
});

const telling = (begun: (name: StepName) => void = () => undefined): Teller => ({
  step: async (name, act) => {
    begun(name);
    return (await act(() => undefined)).result;
  },
});

async function subOf(id: string) {
  const user = { UserPoolId: poolIds.public, Username: addressOf(id) };
  const { UserAttributes: Attributes = [] } = await pools.client.send(
    new AdminGetUserCommand(user),
  );
  return attributeOf({ Attributes }, 'sub');
}

/** Fills a copy; Ctrl-C is pressed as a step begins. */
async function filled(holdings: Holdings, deletions: Filling['deletions'], until?: StepName) {
  const stop = new AbortController();
  const teller = telling((name) => name === until && stop.abort());
  const filling = { region, holdings, from, manifest, deletions, teller };
  return scripted(done, async ({ clients, sent }) => {
    await fillCopy(clientsWith(clients), { ...filling, interrupted: stop.signal });
    return sent.map((body) => JSON.parse(body));
  });
}

describe('a copy that is being filled', () => {
  it('given Ctrl-C: ends before the next file, and the next run begins at once', async () => {
    const holdings = await newCopy();
    const stopped = filled(holdings, [], 'rows');
    await expect(stopped).rejects.toMatchObject({ code: 'interrupted', exitCode: 130 });
    expect(await filled(holdings, [])).toEqual([]);
  });

  it.each<StepName>(['rows', 'deletions'])(
    'edge case 37: given a deletion after a run that was broken off before its %s: the resumed one deletes the login that was made',
    async (step) => {
      const holdings = await newCopy();
      await expect(filled(holdings, [], step)).rejects.toMatchObject({ code: 'interrupted' });
      const asked = await filled(holdings, [deletionOf('lrn_a')]);
      expect(asked).toEqual([{ learnerId: 'lrn_a', sub: await subOf('lrn_a') }]);
    },
  );

  it('edge case 37: given deletions while it was filled: the ledger is read again before it opens', async () => {
    const holdings = await newCopy();
    await filled(holdings, []);
    const latest = [deletionOf('lrn_a'), deletionOf('lrn_b'), deletionOf('lrn_elsewhere')];
    const asked = await scripted(done, async ({ clients, sent }) => {
      const late = { holdings, from, manifest };
      const all = clientsWith(clients);
      const one = await deleteLate(all, late, latest, [deletionOf('lrn_a')]);
      expect(one).toMatchObject({ count: 1 });
      expect(await deleteLate(all, late, latest, latest)).toMatchObject({ count: 0 });
      return sent.map((body) => JSON.parse(body));
    });
    expect(asked).toEqual([{ learnerId: 'lrn_b', sub: await subOf('lrn_b') }]);
  });
});
