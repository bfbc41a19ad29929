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

/** What the projects of one run share: each loads this module for itself, all in one process. */
interface Shared {
  users: number;
  readonly started: ReturnType<typeof startDynamoDbProcess>;
  readonly pidDirectory: string;
}

const name = Symbol.for('ladder.tests.dynamodb');
// A process has one `globalThis`; what stands under our own symbol is ours.
const place = globalThis as { [name]?: Shared };

/** Starts one DynamoDB Local for all test files: a JVM each would cost more than their tests. */
export default async function setup(project: TestProject) {
  place[name] ??= start();
  const shared = place[name];
  shared.users += 1;
  project.provide('dynamodb', (await shared.started).endpoint);
  return async () => {
    shared.users -= 1;
    if (shared.users > 0) return;
    await (await shared.started).stop();
    rmSync(shared.pidDirectory, { recursive: true });
  };
}

function start(): Shared {
  const pidDirectory = mkdtempSync(join(tmpdir(), 'cloud-'));
  const started = startDynamoDbProcess({ pidDirectory, databasePerKey: true });
  return { users: 0, started, pidDirectory };
}
