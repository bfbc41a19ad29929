import { LambdaApi } from '../../local/lambda/api.ts';
import { failure, type Invoke } from '../../local/lambda/invocation.ts';

/** A handler that a function asks by its name. */
export type Invoked = (event: unknown) => Promise<unknown>;

/**
 * Lambda, as functions meet it that ask other functions: the local region's endpoint before handlers that are loaded here.
 *
 * @param handlers - by the names of their functions
 */
export function functionsOf(handlers: Readonly<Record<string, Invoked>>): LambdaApi {
  const invoke: Invoke = async (name, event) => {
    const handler = handlers[name];
    if (handler === undefined) return failure('ResourceNotFoundException', name);
    try {
      // What goes there and back is JSON.
      const value: unknown = JSON.parse(JSON.stringify((await handler(event)) ?? null));
      return { ok: true, value };
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      return failure(error.name, error.message);
    }
  };
  return new LambdaApi(invoke, (name) => (name in handlers ? `arn:function:${name}` : undefined));
}
