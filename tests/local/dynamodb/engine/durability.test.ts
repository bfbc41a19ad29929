import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, expect, it } from 'vitest';
import { temporaryDirectory } from '../region.ts';
import { inMemory } from './in-memory.ts';
import { recordsOf } from './records.ts';

const scratch = temporaryDirectory();
afterAll(() => scratch[Symbol.dispose]());

const file = join(scratch.path, 'tables.sqlite');
const table = {
  TableName: 'outbox',
  BillingMode: 'PAY_PER_REQUEST',
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
  StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' },
};

it('killed in mid-writing: every acknowledged transaction is there, whole, and in the stream', async () => {
  const before = inMemory({ file });
  expect(before.ask('CreateTable', table).status).toBe(200);
  before.engine.stop();

  const writer = spawn(process.execPath, [join(import.meta.dirname, 'writer.ts'), file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  writer.stdout.on('data', (chunk) => {
    said += chunk;
    if (said.split('\n').length > 500) writer.kill('SIGKILL');
  });
  await Promise.all([text(writer.stdout), once(writer, 'exit')]);
  const acknowledged = said.trim().split('\n');
  expect(acknowledged.length).toBeGreaterThanOrEqual(500);

  const { ask, engine } = inMemory({ file });
  const { Items } = ask('Scan', { TableName: 'outbox' }).body;
  // A list of items, by DynamoDB's API.
  const kept = new Set((Items as { pk: { S: string } }[]).map(({ pk }) => pk.S));
  for (const count of acknowledged) expect(kept).toContain(count);
  for (const pk of kept) expect(kept).toContain(pk.endsWith('+') ? pk.slice(0, -1) : `${pk}+`);
  const told = await recordsOf(async ({ operation, input }, api) => {
    return ask(operation, input, api).body;
  }, 'outbox');
  expect(Object.keys(told)).toHaveLength(Math.min(kept.size, 1000));
  engine.stop();
});
