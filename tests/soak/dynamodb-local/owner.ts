import { startDynamoDbProcess } from '../../../local/dynamodb/process.ts';

/** A process of its own that starts DynamoDB Local, says its id, and never stops it: tests kill it. */
const [pidDirectory = '', directory] = process.argv.slice(2);
const started = await startDynamoDbProcess({
  pidDirectory,
  ...(directory === undefined ? {} : { directory }),
});
process.stdout.write(`${started.pid}\n`);
setInterval(() => {}, 1000);
