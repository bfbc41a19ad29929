import { describe, expect, it } from 'vitest';
import type { ListedPage } from '../../functions/provisioning/contract.ts';
import { scimAdapter } from '../../functions/provisioning/scim.adapter.ts';
import { provider } from './provider.ts';

const mill = provider();

/** Reads page after page, and has something happen after each. */
async function listAll(pageSize: number, between: (page: ListedPage) => Promise<void>) {
  const { list } = scimAdapter(mill().secret, { quirks: { pageSize } });
  const pages: ListedPage[] = [];
  let cursor: string | undefined;
  do {
    const page = await list(cursor);
    if (page.kind !== 'listed') throw new Error(page.reason);
    pages.push(page);
    cursor = page.next;
    if (cursor !== undefined) await between(page);
  } while (cursor !== undefined);
  return pages;
}

const make = (count: number) =>
  Promise.all(
    Array.from({ length: count }, (_, index) =>
      mill().create({ userName: `user-${index}`, externalId: `ours-${index}` }),
    ),
  );

describe('given a server with more users than it lists at once', () => {
  it('each is on a page, with whose it is and whether it is active, and nothing else', async () => {
    const ids = await make(7);
    await mill().create({ userName: 'nobody', active: false });
    const pages = await listAll(3, () => Promise.resolve());
    const accounts = pages.flatMap((page) => page.accounts);
    expect(pages.length).toBe(3);
    expect(accounts.map(({ remoteId }) => remoteId)).toEqual(expect.arrayContaining(ids));
    expect(accounts).toHaveLength(8);
    expect(accounts).toContainEqual({ remoteId: ids[2], externalId: 'ours-2', active: true });
    expect(accounts.filter(({ active }) => !active)).toMatchObject([{ active: false }]);
  });

  it('none is missed though users who were listed go in between, as each page begins within the last', async () => {
    const ids = await make(24);
    const gone: string[] = [];
    const pages = await listAll(10, async ({ accounts }) => {
      const [first] = accounts;
      if (first === undefined) return;
      gone.push(first.remoteId);
      await mill().remove(first.remoteId);
    });
    const seen = new Set(pages.flatMap(({ accounts }) => accounts.map(({ remoteId }) => remoteId)));
    expect(gone).toHaveLength(2);
    expect([...seen].sort()).toEqual([...ids].sort());
  });

  it('comes to an end also where the server gives nothing more than it said there is', async () => {
    expect(await listAll(5, () => Promise.resolve())).toEqual([{ kind: 'listed', accounts: [] }]);
  });

  it.each([
    [
      { kind: 'status', status: 429, retryAfter: 7, times: 1 },
      { reason: 'status-429', afterSeconds: 7 },
    ],
    [{ kind: 'lose-answer', times: 1 }, { reason: 'no-answer' }],
  ])('says that it did not say: %j', async (fault, retry) => {
    await mill().fault(fault);
    const { list } = scimAdapter(mill().secret);
    expect(await list(undefined)).toEqual({ kind: 'retry', ...retry });
  });
});
