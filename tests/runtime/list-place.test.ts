import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { documents } from '../../functions/runtime/dynamodb.ts';
import { countedBefore, listPlaceOf } from '../../functions/runtime/list-place.ts';
import { type Cloud, openCloud } from './cloud.ts';

let cloud: Cloud;
const key = (position: number) => ({ pk: 'LIST', sk: String(position).padStart(4, '0') });

beforeAll(async () => {
  cloud = await openCloud();
  await cloud.createTable('lists');
  const rows = Array.from({ length: countedBefore + 20 }, (_, before) => key(before + 1));
  await Promise.all(
    rows.map((Item) => documents.send(new PutCommand({ TableName: 'lists', Item }))),
  );
});
afterAll(() => cloud.close());

it.each([
  [1, { position: 1 }],
  [2, { position: 2 }],
  [countedBefore, { position: countedBefore }],
  [countedBefore + 1, { positionAtLeast: countedBefore + 1 }],
  [countedBefore + 20, { positionAtLeast: countedBefore + 1 }],
])('given a long list, whoever is number %i: %o', async (position, place) => {
  expect(await listPlaceOf('lists', key(position), true)).toEqual(place);
});

it('given a long list, no more than a hundred of its rows are looked at', async () => {
  const limits: unknown[] = [];
  cloud.disturb(async (_operation, input) => {
    limits.push(Object(input)['Limit']);
    return undefined;
  });
  await listPlaceOf('lists', key(countedBefore + 20), false);
  cloud.disturb(undefined);
  expect(limits).toEqual([countedBefore]);
});
