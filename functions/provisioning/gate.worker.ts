import type { Pressure, ProviderId } from '../../regions/schema.ts';
import type { LearnerId } from '../identity/contract.ts';
import { epochSeconds, now, waitFor } from '../runtime/clock.ts';
import { derivedId, idSchema } from '../runtime/ids.ts';
import { log } from '../runtime/logger.ts';
import { RetryLater } from '../runtime/queue.ts';
import {
  afterAnswer,
  afterFailure,
  afterRefusal,
  afterSilence,
  held,
  leaveToAsk,
} from './breaker.rules.ts';
import type { Breaker, Counts, ProviderResult } from './contract.ts';
import { crewOf, isInTime, longestWait, rateOf, spaceBetween } from './pressure.rules.ts';
import type { pressureStore } from './pressure.store.ts';
import { type Slots, slotsFor } from './slots.worker.ts';
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
  const slots = new Map<ProviderId, Slots>();

  /**
   * Makes a request when it is its turn, and when this function may have one more under way.
   *
   * @param asked - how many requests the provider takes; undefined: as many as come
   * @throws {RetryLater} so many wait that one's turn is not soon
   */
  function inTurn<Result>(
    providerId: ProviderId,
    asked: Pressure | undefined,
    request: () => Promise<Result>,
  ): Promise<Result> {
    const inSlot = slots.get(providerId) ?? slotsFor(crewOf(asked).slots);
    slots.set(providerId, inSlot);
    return inSlot(async () => {
      await waitForTurn(providerId, asked);
      return request();
    });
  }

  async function waitForTurn(providerId: ProviderId, asked: Pressure | undefined): Promise<void> {
    const rate = asked && rateOf(asked);
    if (rate === undefined) return;
    const space = spaceBetween(rate);
    // A machine that stood still, or a slow store, has its turn missed: the next is as far ahead as that took.
    let ahead = 0;
    for (;;) {
      const begun = now().epochMilliseconds;
      const moment = begun + ahead;
      const turn = await pressure.takeTurn(providerId, {
        ...{ space, now: moment, longest: longestWait },
      });
      if (turn.kind === 'full') throw new RetryLater('turns-taken', (turn.freeAt - moment) / 1_000);
      await waitFor(turn.at - now().epochMilliseconds);
      const late = now().epochMilliseconds;
      if (isInTime(turn.at, late)) return;
      ahead = Math.min(late - begun, longestWait);
    }
  }

  /**
   * Returns if a step at a provider may begin, which may take several requests.
   *
   * @param learnerId - whose account it is about; undefined: it is a list of all
   * @throws {Parked} the provider rests or is paused, or another is to try first whether it is back
   */
  async function enter(providerId: ProviderId, learnerId?: LearnerId): Promise<void> {
    const breaker = await pressure.readBreaker(providerId);
    const leave = leaveToAsk(breaker, now(), askerOf(learnerId));
    if (leave.kind === 'ask') return;
    if (leave.kind === 'parked') throw new Parked(leave.until);
    if (await pressure.keepBreaker(providerId, leave.next)) return;
    return enter(providerId, learnerId);
  }

  /**
   * Takes note of how a provider answered.
   *
   * @param learnerId - as in `enter`
   */
  async function heard(
    providerId: ProviderId,
    result: ProviderResult,
    learnerId?: LearnerId,
  ): Promise<void> {
    const verdict = verdictOn(result, learnerId);
    // Who lists nothing says so each time; that is told of the list, and says nothing of accounts.
    if (verdict !== 'refused' || learnerId !== undefined) note(providerId, verdict);
    const seconds = secondsForAll(result);
    const changed = await pressure.changeBreaker(providerId, (seen) => {
      const next = after(verdict, seen, askerOf(learnerId));
      return held(next ?? seen, seconds, now()) ?? next;
    });
    if (changed.kind !== 'changed') return;
    if (changed.breaker.restsUntil !== changed.seen.restsUntil)
      log.warn('provider rests', { providerId });
  }

  function note(providerId: ProviderId, verdict: Verdict): void {
    const { asked, answered, failed } = counted.get(providerId) ?? nothing;
    counted.set(providerId, {
      asked: asked + 1,
      answered: answered + (verdict === 'answered' ? 1 : 0),
      failed: failed + (verdict === 'answered' || verdict === 'busy' ? 0 : 1),
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

  return { enter, inTurn, heard, keepCounts };
}

type Verdict = 'answered' | 'busy' | 'refused' | 'failed' | 'silent';

/**
 * Reasons of requests that the provider did not see to: no reply, or a gateway's in its place (RFC 9110, 15.6.3 to 15.6.5), or
 * none could be made without its secret.
 */
const silences: readonly string[] = [
  'no-answer',
  'status-502',
  'status-503',
  'status-504',
  'unusable-secret',
];

/**
 * Whether the provider works: one that says "too many" does, one that says nothing, or nonsense, does not. One that refuses
 * a request refuses that one; but where it will not have us, 401 or 403, it will have none of ours, unless what it refuses
 * is the list.
 */
function verdictOn(result: ProviderResult, learnerId: LearnerId | undefined): Verdict {
  if (result.kind !== 'retry') return 'answered';
  if (result.reason === 'status-429') return 'busy';
  if (silences.includes(result.reason)) return 'silent';
  if (!/^status-4\d\d$/.test(result.reason)) return 'failed';
  const ofAll = result.reason === 'status-401' || result.reason === 'status-403';
  return ofAll && learnerId !== undefined ? 'failed' : 'refused';
}

/**
 * Seconds for which the provider will have nobody: what a 429 or a 503 says is of the provider (RFC 6585, 4; RFC 9110,
 * 15.6.4), what any other failure says is of that request (edge case 24).
 */
function secondsForAll(result: ProviderResult): number {
  const isOfAll = result.kind === 'retry' && /^status-(429|503)$/.test(result.reason);
  return isOfAll ? (result.afterSeconds ?? 0) : 0;
}

function after(verdict: Verdict, breaker: Breaker, asker: string): Breaker | undefined {
  switch (verdict) {
    case 'answered':
    case 'busy':
      return afterAnswer(breaker);
    case 'refused':
      return afterRefusal(breaker, now(), asker);
    case 'failed':
      return afterFailure(breaker, now(), asker);
    case 'silent':
      return afterSilence(breaker, now(), asker);
  }
}

const Asker = idSchema<'Asker'>('ask');

/** Who asks, so that a breaker tells one from another, and nobody reads from it who it was. */
function askerOf(learnerId: LearnerId | undefined): string {
  return learnerId === undefined ? 'list' : derivedId(Asker, 'ask', learnerId);
}
