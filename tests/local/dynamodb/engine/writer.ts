import { writeSync } from 'node:fs';
import { Engine } from '../../../../local/dynamodb/engine/engine.ts';

/** A process of its own that writes pairs of items until it is killed, and says each that was acknowledged. */
const [file = ''] = process.argv.slice(2);
const engine = new Engine({
  account: '123456789012',
  region: 'eu-central-1',
  file,
  now: Date.now,
  changed: () => undefined,
});
const ask = (operation: string, input: object) =>
  engine.answer('DynamoDB_20120810', operation, Buffer.from(JSON.stringify(input)));

for (let count = 0; ; count += 1) {
  const Put = (pk: string) => ({ Put: { TableName: 'outbox', Item: { pk: { S: pk } } } });
  const { status } = ask('TransactWriteItems', {
    TransactItems: [Put(`${count}`), Put(`${count}+`)],
  });
  // At once: what is said is written, and what is not said may be.
  if (status === 200) writeSync(1, `${count}\n`);
}
