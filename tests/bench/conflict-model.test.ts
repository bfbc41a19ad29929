import { describe, expect, it } from 'vitest';
import { type Store, withConflicts } from '../../bench/opening/conflict-model.ts';

const item = (pk: string) => ({ pk: { S: pk }, sk: { S: 'ROW' } });
const put = (pk: string) => ({ TableName: 'table', Item: item(pk) });
const at = (pk: string) => ({ TableName: 'table', Key: item(pk) });
const writes = (...keys: string[]) => ({ TransactItems: keys.map((key) => ({ Put: put(key) })) });
const reads = (...keys: string[]) => ({ TransactItems: keys.map((key) => ({ Get: at(key) })) });
const conflict = (...codes: string[]) => ({
  __type: expect.stringMatching(/#TransactionCanceledException$/),
  CancellationReasons: codes.map((Code) => expect.objectContaining({ Code })),
});

/** A store that keeps what was written, behind a transaction on `held` that has begun and waits to end. */
async function whileHeld() {
  const written: string[] = [];
  const store: Store = async (operation) => {
    written.push(operation);
    return { status: 200, text: '{}' };
  };
  const ended = Promise.withResolvers<void>();
  const { store: front, traffic } = withConflicts(store, { holdMs: 15, wait: () => ended.promise });
  const first = front('TransactWriteItems', JSON.stringify(writes('held', 'own')));
  const ask = async (operation: string, input: object) => {
    const { status, text } = await front(operation, JSON.stringify(input));
    return { status, ...JSON.parse(text) };
  };
  const end = async () => {
    ended.resolve();
    await first;
  };
  return { ask, end, traffic, written };
}

describe('given a transaction that holds an item', () => {
  it.each([
    ['TransactWriteItems', writes('other', 'held'), conflict('None', 'TransactionConflict')],
    ['TransactGetItems', reads('held', 'other'), conflict('TransactionConflict', 'None')],
    ['PutItem', put('held'), { __type: expect.stringMatching(/#TransactionConflictException$/) }],
    ['UpdateItem', at('held'), { __type: expect.stringMatching(/#TransactionConflictException$/) }],
    ['DeleteItem', at('held'), { __type: expect.stringMatching(/#TransactionConflictException$/) }],
  ])(
    '%s of it is refused, with the reasons in place, and does nothing',
    async (operation, input, refused) => {
      const { ask, written } = await whileHeld();
      expect(await ask(operation, input)).toMatchObject({ status: 400, ...refused });
      expect(written).toEqual([]);
    },
  );

  it.each([
    ['GetItem', at('held')],
    ['Query', { TableName: 'table' }],
    ['PutItem', put('other')],
    ['TransactGetItems', reads('other')],
  ])('%s is answered as ever, before the transaction has written', async (operation, input) => {
    const { ask, written } = await whileHeld();
    expect(await ask(operation, input)).toEqual({ status: 200 });
    expect(written).toEqual([operation]);
  });

  it('when it has ended, then it has written, and the next has the item', async () => {
    const { ask, end, written, traffic } = await whileHeld();
    await ask('TransactWriteItems', writes('held'));
    await end();
    expect(await ask('TransactWriteItems', writes('held'))).toEqual({ status: 200 });
    expect(written).toEqual(['TransactWriteItems', 'TransactWriteItems']);
    expect(traffic).toMatchObject({ conflicts: 1, refusals: 0, others: 0 });
    expect(traffic.requests.get('TransactWriteItems')).toBe(3);
  });

  it('whoever was cancelled holds nothing', async () => {
    const { ask } = await whileHeld();
    await ask('TransactWriteItems', writes('free', 'held'));
    expect(await ask('PutItem', put('free'))).toEqual({ status: 200 });
  });
});
