import {
  Engine,
  type EngineApi,
  type EngineOptions,
} from '../../../../local/dynamodb/engine/engine.ts';

/** An answer, and of an error its code and what it says. */
export interface Told {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly code?: string;
  readonly message?: string;
}

/** An engine that forgets, with its account and region. */
export function inMemory(more: Partial<EngineOptions> = {}) {
  const engine = new Engine({
    account: '123456789012',
    region: 'eu-central-1',
    file: ':memory:',
    now: Date.now,
    changed: () => undefined,
    ...more,
  });
  const ask = (operation: string, input: object, api: EngineApi = 'DynamoDB_20120810'): Told => {
    const { status, body: text } = engine.answer(
      api,
      operation,
      Buffer.from(JSON.stringify(input)),
    );
    const body = JSON.parse(text);
    if (status === 200) return { status, body };
    return { status, body, code: String(body.__type).replace(/^.*#/, ''), message: body.message };
  };
  return { engine, ask };
}
