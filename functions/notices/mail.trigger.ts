import texts from '#notices';
import { timestamp } from '../../regions/calendar.ts';
import { LearnerId, MentorId } from '../identity/contract.ts';
import { mentorStore } from '../identity/mentor.store.ts';
import { identityStore } from '../identity/store.ts';
import { Sub } from '../runtime/caller.ts';
import { now } from '../runtime/clock.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { region } from '../runtime/region.ts';
import { consumeStream } from '../runtime/stream.ts';
import { noticesEnvironments } from './contract.ts';
import { deliverer } from './delivery.adapter.ts';
import { letterOf, nextTurn } from './rules.ts';
import { noticeStore, readDelivery } from './store.ts';

const environment = readEnvironment(noticesEnvironments.mail);
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

/** Notices that were just sent: each is taken up, unless it was before, and mailed. */
export const handler = consumeStream(async ({ before, after }) => {
  // What becomes of a notice is no news.
  if (before !== undefined || after === undefined) return;
  const seen = readDelivery(after);
  if (seen === undefined) return;
  const due = nextTurn(seen.attempts + 1, now());
  const delivery = await store.take(seen, timestamp(due));
  if (delivery !== undefined) await deliver(delivery);
});
