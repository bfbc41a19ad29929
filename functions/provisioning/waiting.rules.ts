import { Temporal } from 'temporal-polyfill';
import type { ProviderId } from '../../regions/schema.ts';
import type { Places } from '../enrolment/contract.ts';
import { unsettledProviders } from './rules.ts';
import type { WaitingCount, WaitingFor } from './waiting.contract.ts';

/** How long a count stands before the next; a region's learners are too many to count each minute. */
const standsFor = { minutes: 5 } as const;

/** Whether it is time to count anew. */
export function isOld(count: WaitingCount | undefined, now: Temporal.Instant): boolean {
  if (count === undefined) return true;
  const next = Temporal.Instant.from(count.countedAt).add(standsFor);
  return Temporal.Instant.compare(next, now) <= 0;
}

/** For whom learners wait, these included: each counts once for each provider. */
export function waitingIn(before: WaitingFor, learners: readonly Places[]): WaitingFor {
  const sum = { ...before };
  for (const places of learners) {
    for (const providerId of unsettledProviders(places)) {
      const seen = sum[providerId];
      const [since = ''] = [...sincesOf(places, providerId), ...(seen ? [seen.since] : [])].sort();
      sum[providerId] = { learners: (seen?.learners ?? 0) + 1, since };
    }
  }
  return sum;
}

/** How many learners wait for the provider for whom most do. */
export function mostWaiting(providers: WaitingFor): number {
  return Math.max(0, ...Object.values(providers).map((waiting) => waiting?.learners ?? 0));
}

function sincesOf({ places, endings }: Places, providerId: ProviderId): readonly string[] {
  const chosen = Object.values(places)
    .filter((place) => place.state === 'pending' && place.providerId === providerId)
    .map(({ chosenAt }) => chosenAt);
  const ended = endings[providerId];
  return ended === undefined ? chosen : [...chosen, ended];
}
