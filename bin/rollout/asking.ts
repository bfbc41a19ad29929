import { explained } from './aws-refusals.ts';

/** Asks AWS; what it refuses is said in words of ours. */
export async function asking<T>(doing: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw explained(error, doing);
  }
}
