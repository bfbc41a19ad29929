import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startDynamoDbProcess } from '../../local/dynamodb/process.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where one DynamoDB Local answers, with a database for each access key. */
    dynamodb: string;
  }
}

/** Starts one DynamoDB Local for all test files: a JVM each would cost more than their tests. */
export default async function setup(project: TestProject) {
  const pidDirectory = mkdtempSync(join(tmpdir(), 'cloud-'));
  const { endpoint, stop } = await startDynamoDbProcess({ pidDirectory, databasePerKey: true });
  project.provide('dynamodb', endpoint);
  return async () => {
    await stop();
    rmSync(pidDirectory, { recursive: true });
  };
}
