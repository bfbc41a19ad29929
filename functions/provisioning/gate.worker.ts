import type { Pressure, ProviderId } from '../../regions/schema.ts';
import { epochSeconds, now, waitFor } from '../runtime/clock.ts';
import { log } from '../runtime/logger.ts';
import { RetryLater } from '../runtime/queue.ts';
import { afterAnswer, afterFailure, leaveToAsk } from './breaker.rules.ts';
import type { Counts, ProviderResult } from './contract.ts';
import { isInTime, longestWait, spaceBetween } from './pressure.rules.ts';
import type { pressureStore } from './pressure.store.ts';
import { hourOf } from './standing.rules.ts';
import type { standingStore } from './standing.store.ts';

/** A provider is not asked at the moment: what waits for it is looked at again then, and no attempt is used up. */
export class Parked extends Error {
  override readonly name = 'Parked';
  /** When there is something to look at. */
  readonly until: string;

  constructor(until: string) {
    super('the provider rests');
    this.until = until;
  }
}

/** How long an hour's counts are kept. */
const keptFor = { hours: 48 } as const;
const nothing: Counts = { asked: 0, answered: 0, failed: 0 };

/** What stands before a provider: whether it is asked at all, and when it is one's turn. */
export function gateAt(
  pressure: ReturnType<typeof pressureStore>,
  standing: Pick<ReturnType<typeof standingStore>, 'count'>,
) {
  const counted = new Map<ProviderId, Counts>();

  /**
   * Returns when a request may be made.
   *
   * @param asked - how many requests the provider takes; undefined: as many as come
   * @throws {RetryLater} so many wait that one's turn is not soon
   */
  async function waitForTurn(providerId: ProviderId, asked: Pressure | undefined): Promise<void> {
    if (asked === undefined) return;
    const space = spaceBetween(asked);
    for (;;) {
      const moment = now().epochMilliseconds;
      const turn = await pressure.takeTurn(providerId, {
        ...{ space, now: moment, longest: longestWait },
      });
      if (turn.kind === 'full') throw new RetryLater('turns-taken', (turn.freeAt - moment) / 1_000);
      await waitFor(turn.at - now().epochMilliseconds);
      // A machine that stood still has missed its turn.
      if (isInTime(turn.at, now().epochMilliseconds)) return;
    }
  }

  /**
   * Returns if a step at a provider may begin, which may take several requests.
   *
   * @throws {Parked} the provider rests or is paused
   */
  async function enter(providerId: ProviderId): Promise<void> {
    const leave = leaveToAsk(await pressure.readBreaker(providerId), now());
    if (leave.kind === 'ask') return;
    if (leave.kind === 'parked') throw new Parked(leave.until);
    if (await pressure.keepBreaker(providerId, leave.next)) return;
    return enter(providerId);
  }

  /** Takes note of how a provider answered. */
  async function heard(providerId: ProviderId, result: ProviderResult): Promise<void> {
    const verdict = verdictOn(result);
    if (verdict === 'busy' && result.kind === 'retry' && result.afterSeconds !== undefined)
      await pressure.holdTurns(providerId, now().epochMilliseconds + result.afterSeconds * 1_000);
    note(providerId, verdict);
    const changed = await pressure.changeBreaker(providerId, (seen) =>
      verdict === 'failed' ? afterFailure(seen, now()) : afterAnswer(seen),
    );
    if (changed.kind !== 'changed') return;
    if (changed.breaker.restsUntil !== changed.seen.restsUntil)
      log.warn('provider rests', { providerId });
  }

  function note(providerId: ProviderId, verdict: Verdict): void {
    const { asked, answered, failed } = counted.get(providerId) ?? nothing;
    counted.set(providerId, {
      asked: asked + 1,
      answered: answered + (verdict === 'answered' ? 1 : 0),
      failed: failed + (verdict === 'failed' ? 1 : 0),
    });
  }

  /** Writes down how providers have answered since the last time: once for many messages, however hard they are pressed. */
  async function keepCounts(): Promise<void> {
    const kept = [...counted];
    counted.clear();
    const moment = now();
    for (const [providerId, counts] of kept)
      await standing.count(providerId, hourOf(moment), counts, epochSeconds(moment.add(keptFor)));
  }

  return { enter, waitForTurn, heard, keepCounts };
}

type Verdict = 'answered' | 'busy' | 'failed';

/** Whether the provider works: one that says "too many" does, one that says nothing, or nonsense, does not. */
function verdictOn(result: ProviderResult): Verdict {
  if (result.kind !== 'retry') return 'answered';
  return result.reason === 'status-429' ? 'busy' : 'failed';
}
