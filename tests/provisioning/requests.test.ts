import { expect, it } from 'vitest';
import { budgets } from '../../bench/budgets.ts';
import { crewOf } from '../../functions/provisioning/contract.ts';
import { captureLog } from '../runtime/log-lines.ts';
import { provider } from './provider.ts';
import { station } from './station.ts';

captureLog();
const mill = provider();
const at = station(mill);

it('a batch of accounts is made by no more requests than its budget says', async () => {
  const learners = 5;
  for (let one = 0; one < learners; one += 1) await at().choose(await at().enter(), 'subject');
  const counted = async () => ({
    toProvider: (await mill().received('POST')) + (await mill().received('GET')),
    GetItem: at().cloud.asked('GetItem'),
    PutItem: at().cloud.asked('PutItem'),
    UpdateItem: at().cloud.asked('UpdateItem'),
    others: ['Query', 'TransactWriteItems', 'BatchGetItem', 'Scan']
      .map((operation) => at().cloud.asked(operation))
      .reduce((sum, count) => sum + count, 0),
  });
  const before = await counted();
  await mill().fault({ kind: 'slow', ms: 50 });
  expect(await at().deliver()).toBe(0);
  const after = await counted();
  const { account, batch } = budgets.provisioning;
  expect(await mill().accounts()).toHaveLength(learners);
  expect(after.toProvider - before.toProvider).toBe(learners * account.toProvider);
  expect(after.GetItem - before.GetItem).toBeLessThanOrEqual(learners * account.GetItem);
  expect(after.PutItem - before.PutItem).toBe(learners * account.PutItem);
  expect(after.UpdateItem - before.UpdateItem).toBe(batch.UpdateItem);
  expect(after.others).toBe(before.others);
  expect(await mill().mostAtOnce()).toBe(crewOf().slots);
});
