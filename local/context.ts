import type { DatabaseSync } from 'node:sqlite';
import type { RegionClock } from './clock.ts';

/** What every part of a local region is given when it is made. */
export interface LocalContext {
  /** The account in every ARN: `000000000000`. */
  readonly account: string;
  /** The AWS region that the template names, such as `ap-northeast-2`. */
  readonly region: string;
  /** Where the region answers, without a slash at its end: `http://127.0.0.1:4000`. */
  readonly base: string;
  readonly clock: RegionClock;
  readonly state: DatabaseSync;
  /** Directory that keeps what is too large for the state; without it nothing is kept. */
  readonly data?: string | undefined;
}

/** A part that works in the background (an event source, a schedule). */
export interface Source {
  readonly name: string;
  /**
   * Looks once more for work that is due, does it, and says whether there was none: `true` means that
   * nothing was found since the call. What waits for the clock (a delay, a back-off) is not due.
   */
  quiet(): Promise<boolean>;
  stop(): Promise<void>;
}
