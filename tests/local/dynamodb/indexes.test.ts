import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onlyKey, Reached } from './region.ts';

let reached: Reached;

beforeAll(async () => {
  reached = await Reached.start({});
});

afterAll(() => reached.stop());

/** A table with an index by each of these attributes, which is its name too. */
const indexedBy = (names: readonly string[], ProjectionType = 'ALL') => ({
  ...onlyKey,
  AttributeDefinitions: ['pk', ...names].map((AttributeName) => ({
    AttributeName,
    AttributeType: 'S',
  })),
  GlobalSecondaryIndexes: names.map((IndexName) => ({
    IndexName,
    KeySchema: [{ AttributeName: IndexName, KeyType: 'HASH' }],
    Projection: { ProjectionType },
  })),
});

const declare = (physicalName: string, ...properties: Parameters<typeof indexedBy>) =>
  reached.declare({ physicalName, properties: indexedBy(...properties) });

async function found(TableName: string, index: string) {
  const query = {
    TableName,
    IndexName: index,
    KeyConditionExpression: '#index = :value',
    ExpressionAttributeNames: { '#index': index },
    ExpressionAttributeValues: { ':value': 'open' },
  };
  return (await reached.documents.query(query)).Items;
}

describe('an index of a table that was kept', () => {
  const row = { pk: 'a', status: 'open', owner: 'open' };

  it('comes filled with what is there, and goes, as the template says now', async () => {
    await declare('changing', []);
    await reached.documents.put({ TableName: 'changing', Item: row });
    await declare('changing', ['status']);
    expect(await found('changing', 'status')).toEqual([row]);
    await declare('changing', []);
    await expect(found('changing', 'status')).rejects.toThrow(/index/);
  });

  it.each<[what: string, from: readonly string[], to: readonly string[], named: string]>([
    ['two that come', [], ['status', 'owner'], 'status, owner'],
    ['two that go', ['status', 'owner'], [], 'owner, status'],
    ['one in the place of another', ['status'], ['owner'], 'status, owner'],
  ])('is refused with another one, as CloudFormation does: %s', async (what, from, to, named) => {
    const name = what.replaceAll(' ', '-');
    await declare(name, from);
    await reached.documents.put({ TableName: name, Item: row });
    const words = 'Cannot perform more than one GSI creation or deletion in a single update';
    const refused = await declare(name, to).catch((error: Error) => error.message);
    expect(refused).toContain(`table ${name}: ${words}`);
    for (const index of named.split(', ')) expect(refused).toContain(index);
    // As it was: nothing was done by halves.
    for (const index of from) expect(await found(name, index)).toEqual([row]);
    for (const index of to) await expect(found(name, index)).rejects.toThrow(/index/);
  });

  it('is no other one under its name', async () => {
    await declare('projected', ['status'], 'KEYS_ONLY');
    await expect(declare('projected', ['status'], 'ALL')).rejects.toThrow(
      "table projected: Cannot update GSI's properties",
    );
  });

  it('is made in a region with many tables whose items expire, and they expire in each', async () => {
    const expiring = {
      ...onlyKey,
      TimeToLiveSpecification: { Enabled: true, AttributeName: 'expiresAt' },
    };
    const names = Array.from({ length: 9 }, (_, table) => `expiring-${table}`);
    for (const physicalName of names) {
      await reached.declare({ physicalName, properties: expiring });
      const Item = { pk: 'old', expiresAt: Math.floor(Date.now() / 1000) - 60 };
      await reached.documents.put({ TableName: physicalName, Item });
    }
    const left = async () => {
      const scans = names.map((TableName) => reached.documents.scan({ TableName }));
      return (await Promise.all(scans)).reduce((sum, { Count = 0 }) => sum + Count, 0);
    };
    await expect.poll(left, { timeout: 8_000, interval: 200 }).toBe(0);
    await declare('late', []);
    await declare('late', ['status']);
    expect(await found('late', 'status')).toEqual([]);
  }, 15_000);
});
