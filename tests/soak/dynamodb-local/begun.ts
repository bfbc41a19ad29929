import { mkdirSync } from 'node:fs';
import { startDynamoDbProcess } from '../../../local/dynamodb/process.ts';

/** A data directory that DynamoDB Local has begun, as earlier releases had it do: it goes on with that. */
export async function begun(directory: string): Promise<string> {
  mkdirSync(directory, { recursive: true });
  const process = await startDynamoDbProcess({ directory, pidDirectory: directory });
  await process.stop();
  return directory;
}
