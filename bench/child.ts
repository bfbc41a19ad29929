import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/**
 * The next message of a process of ours.
 *
 * @throws {Error} it has ended instead; what it said stands on the standard error
 */
export async function messageOf(child: ChildProcess): Promise<unknown> {
  const answered = new AbortController();
  const { signal } = answered;
  const gone = once(child, 'exit', { signal }).then(([code]) => {
    throw new Error(`a process of the benchmark has ended with ${code}; what it said stands above`);
  });
  try {
    const [message] = await Promise.race([once(child, 'message', { signal }), gone]);
    return message;
  } finally {
    gone.catch(() => {});
    answered.abort();
  }
}
