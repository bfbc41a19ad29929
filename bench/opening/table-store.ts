import { Engine } from '../../local/dynamodb/engine/engine.ts';
import type { Store } from './conflict-model.ts';

/** The local region's DynamoDB, in this process and in memory. */
export async function withStore<T>(work: (store: Store) => Promise<T>): Promise<T> {
  const engine = new Engine({
    account: '000000000000',
    region: 'ap-northeast-2',
    file: ':memory:',
    now: () => Date.now(),
    changed: () => {},
  });
  try {
    return await work(async (operation, input) => {
      const { status, body } = engine.answer('DynamoDB_20120810', operation, Buffer.from(input));
      return { status, text: body };
    });
  } finally {
    engine.stop();
  }
}
