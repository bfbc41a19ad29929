import { timestamp } from '../../regions/calendar.ts';
import { anew } from '../identity/attempt.store.ts';
import type { Moment } from '../runtime/clock.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { region } from '../runtime/region.ts';
import { mentoringEnvironments } from './contract.ts';
import { mentorshipStore, toMentorship } from './mentorship.store.ts';
import { backInLine, lapseOffer } from './offer.rules.ts';
import { offerStore } from './offer.store.ts';
import { requestStore } from './request.store.ts';

const environment = readEnvironment(mentoringEnvironments.due);
const table = environment.MENTORING_TABLE;
const mentorships = mentorshipStore(table);
const requests = requestStore(table);
const offers = offerStore({
  mentoring: table,
  notices: environment.NOTICES_TABLE,
  audit: environment.AUDIT_TABLE,
});

/**
 * Ends an offer that was not answered by both sides in time: the mentor has room again, and the request waits for the
 * next round. Capacity: 3 read units, and 20 write units where it ends.
 *
 * @param row - a mentorship as the index of what is due has it, which lags: its row decides
 * @returns whether it has lapsed
 */
export async function lapse(row: Record<string, unknown>, now: Moment): Promise<boolean> {
  const { mentorshipId } = toMentorship(row).mentorship;
  return anew(async () => {
    const seen = await mentorships.read(mentorshipId);
    const next = seen && lapseOffer(region, seen.mentorship, now);
    if (seen === undefined || next === undefined) return false;
    const again = backInLine(await requests.read(next.learnerId), next);
    const kept = await offers.fail(
      { mentorship: next, version: seen.version },
      again,
      { kind: 'time' },
      timestamp(now),
    );
    return kept || undefined;
  });
}
