import { marshall } from '@aws-sdk/util-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { LearnerId } from '../../functions/identity/contract.ts';
import {
  assertionType,
  contextIdOf,
  launch,
  membershipScope,
} from '../../functions/launch/contract.ts';
import { accountRow } from '../../functions/provisioning/account.store.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { ProviderId } from '../../regions/schema.ts';
import { captureLog } from '../runtime/log-lines.ts';
import { house } from './house.ts';
import { ownTool } from './own-tool.ts';

captureLog();
const here = house();
const tool = ownTool();
const { issueToken, listMembers } = launch.routes;
const quay = ProviderId.parse('quay');
const Page = z.object({ members: z.array(z.object({ user_id: z.string() })) });

/** Accounts that ended long ago stay in the index for ever; for a test that is quick, all of them in one lot. */
async function putEnded(count: number): Promise<void> {
  const rows: object[] = [];
  while (rows.length < count) {
    const learnerId = newId(LearnerId, 'lrn');
    const row = accountRow({ learnerId, providerId: quay, state: 'absent', fence: 2 });
    if (row.accountLot === 'quay#3') rows.push(row);
  }
  const puts = rows.map((row) => ({
    PutRequest: { Item: marshall(row, { removeUndefinedValues: true }) },
  }));
  const batches = Array.from({ length: Math.ceil(count / 25) }, (_, at) =>
    puts.slice(at * 25, at * 25 + 25),
  );
  await Promise.all(
    batches.map((provisioning) =>
      here().cloud.ask('BatchWriteItem', { RequestItems: { provisioning } }),
    ),
  );
}

describe('given a tool most of whose accounts have ended', () => {
  const there: string[] = [];
  let token: string;
  beforeAll(async () => {
    await putEnded(1_001);
    for (let more = 0; more < 9; more += 1) there.push((await here().enter('quay')).accountId);
    const fields = {
      ...{ grant_type: 'client_credentials', client_assertion_type: assertionType },
      ...{ client_assertion: tool().sign(`${here().url}/lti/token`), scope: membershipScope },
    };
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const body = new URLSearchParams(fields).toString();
    const answer = await here().ask(issueToken, { headers, body });
    token = issueToken.answers.body.parse(answer.body).access_token;
  });

  // Of nine, two are in the same lot, so that a page of one ends amid a lot.
  it.each(['1', '100'])(
    'then it reads the others in pages of %s, none of which costs more than a dozen requests',
    async (limit) => {
      const found: string[] = [];
      let next: Record<string, string> | undefined = { limit };
      for (let pages = 0; next !== undefined && pages < 20; pages += 1) {
        const before = here().cloud.asked('Query');
        const { headers, body } = await here().ask(listMembers, {
          params: { contextId: contextIdOf('village', quay) },
          headers: { authorization: `Bearer ${token}` },
          query: next,
        });
        expect(here().cloud.asked('Query') - before).toBeLessThanOrEqual(12);
        expect(Page.parse(body).members.length).toBeLessThanOrEqual(Number(limit));
        found.push(...Page.parse(body).members.map(({ user_id }) => user_id));
        const [, address] = /^<([^>]+)>; rel="next"$/.exec(headers['link'] ?? '') ?? [];
        next =
          address === undefined ? undefined : Object.fromEntries(new URL(address).searchParams);
      }
      expect(found.sort()).toEqual(there.toSorted());
    },
  );
});
