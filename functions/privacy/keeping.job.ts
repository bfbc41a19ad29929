import { Unavailable } from '../runtime/errors.ts';
import { describeError, log } from '../runtime/logger.ts';
import { isOutage } from '../runtime/outages.ts';

/**
 * The handler of a keeper, which shows or erases what one capability keeps of somebody. It is invoked by privacy's other
 * functions only, and may be twice at once, when an answer came too late or a run was given up: a deletion that two runs are
 * at ends as with one, since each write has its condition (edge case 36).
 *
 * What fails is told by the log here, and without its text: that may quote what it was given, and Lambda logs the text of
 * what a handler throws.
 *
 * @throws {z.ZodError} it was asked for something else: nothing was done
 * @throws {Unavailable} a service that it needs is overloaded or does not answer
 * @throws {AskFailed} anything else
 */
export function keeping<Ask extends { readonly ask: string }, Reply>(
  schema: { parse(event: unknown): Ask },
  answer: (asked: Ask) => Promise<Reply>,
): (event: unknown) => Promise<Reply> {
  return async (event) => {
    const asked = schema.parse(event);
    try {
      return await answer(asked);
    } catch (error) {
      log.error('keeper failed', { code: asked.ask, ...describeError(error) });
      throw isOutage(error) ? new Unavailable() : new AskFailed();
    }
  };
}

/** A keeper has not done what it was asked for, or not all of it. */
export class AskFailed extends Error {
  override readonly name = 'AskFailed';
  readonly code = 'ask-failed';

  constructor() {
    super('what is kept of somebody could not be shown or erased; the log says where it failed');
  }
}
