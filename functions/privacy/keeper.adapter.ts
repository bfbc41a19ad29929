import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import { Unavailable } from '../runtime/errors.ts';
import type { AskEligibility, AskEnrolment, AskMentoring } from './keeper.contract.ts';

const lambda = new LambdaClient({});

/** What Lambda tells of a function that failed; of its text not a word goes on. */
const Failure = z.object({ errorType: z.string().optional() });

/**
 * Asks a keeper, a function of its own, and waits for what it says. The client asks again where no answer came, and the first
 * may still be at it then: to read twice is nothing, and two that erase end as one (`keeping`). It waits longer for an answer
 * than any keeper has seconds.
 *
 * @param functionName - of the keeper
 * @param reply - what it may say
 * @throws {Unavailable} a service that the keeper needs is overloaded or does not answer
 * @throws {KeeperFailed} it has failed, or says something else
 */
export async function askKeeper<Reply extends z.ZodType>(
  functionName: string,
  asked: AskMentoring | AskEligibility | AskEnrolment,
  reply: Reply,
): Promise<z.output<Reply>> {
  const { FunctionError, Payload } = await lambda.send(
    new InvokeCommand({ FunctionName: functionName, Payload: JSON.stringify(asked) }),
  );
  const said: unknown = JSON.parse(Payload?.transformToString() || 'null');
  if (FunctionError !== undefined) {
    const { errorType = FunctionError } = Failure.parse(said);
    throw errorType === 'Unavailable'
      ? new Unavailable()
      : new KeeperFailed(functionName, errorType);
  }
  const parsed = reply.safeParse(said);
  if (parsed.success) return parsed.data;
  const places = parsed.error.issues.map(({ path, code }) => `${path.join('.')} (${code})`);
  throw new KeeperFailed(functionName, `an answer of another shape: ${places.join(', ')}`);
}

/** A keeper has not shown or erased what its capability keeps; whoever has asked asks again. */
export class KeeperFailed extends Error {
  override readonly name = 'KeeperFailed';
  readonly code = 'keeper-failed';

  /** @param how - the class of what it has thrown, or what is amiss with its answer, without a value */
  constructor(functionName: string, how: string) {
    super(`${functionName} failed: ${how}. Its own log says more.`);
  }
}
