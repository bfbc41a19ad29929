import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits.
 *
 * @param closing - aborted when the world closes
 * @returns false when the world closed meanwhile: there is nothing left to do any work with
 */
export async function waited(ms: number, closing: AbortSignal): Promise<boolean> {
  try {
    await sleep(ms, undefined, { signal: closing });
    return true;
  } catch (error) {
    if (closing.aborted) return false;
    throw error;
  }
}
