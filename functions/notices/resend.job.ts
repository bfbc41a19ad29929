import texts from '#notices';
import { timestamp } from '../../regions/calendar.ts';
import { LearnerId, MentorId } from '../identity/contract.ts';
import { mentorStore } from '../identity/mentor.store.ts';
import { identityStore } from '../identity/store.ts';
import { Sub } from '../runtime/caller.ts';
import { now } from '../runtime/clock.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { log } from '../runtime/logger.ts';
import { region } from '../runtime/region.ts';
import { noticesEnvironments } from './contract.ts';
import { deliverer } from './delivery.adapter.ts';
import { isGivenUp, letterOf, nextTurn } from './rules.ts';
import { type Delivery, noticeStore } from './store.ts';

const environment = readEnvironment(noticesEnvironments.resend);
const store = noticeStore(environment.NOTICES_TABLE);
const learners = identityStore(environment.IDENTITY_TABLE);
const mentors = mentorStore(environment.IDENTITY_TABLE);
const deliver = deliverer({
  environment,
  store,
  loginsOf: (learnerId, guardians) => learners.loginsOf(LearnerId.parse(learnerId), guardians),
  mentorOf: async (mentorId) => {
    const found = await mentors.readMentor(MentorId.parse(mentorId));
    if (found === undefined) return undefined;
    const { language, timeZone } = found.person;
    return { sub: found.sub, language, timeZone };
  },
  actsForOthers: (sub, learnerId) =>
    learners.actsForOthers(Sub.parse(sub), LearnerId.parse(learnerId)),
  letterOf: (message, reader) => letterOf({ texts, region }, message, reader),
});

/**
 * Takes up what did not come to its end: SES was away or too busy, the process died, or the stream is late. Each is
 * due again later than before; after three days it is no news any more and is given up.
 */
export async function handler(): Promise<void> {
  const due = await store.listDue(timestamp(now()));
  for (const delivery of due) await resend(delivery);
  log.info('notices taken up again', { count: due.length });
}

async function resend(seen: Delivery): Promise<void> {
  const moment = now();
  const due = nextTurn(seen.attempts + 1, moment);
  const delivery = await store.take(seen, timestamp(due));
  if (delivery === undefined) return;
  const { noticeId, attempts } = delivery;
  if (!isGivenUp(delivery.since, moment)) return deliver(delivery);
  log.error('notice undeliverable', { noticeId, attempt: attempts });
  await store.end(noticeId, delivery.mailed.size > 0 ? 'sent' : 'undeliverable');
}
