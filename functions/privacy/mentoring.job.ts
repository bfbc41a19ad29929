import type { MentorId } from '../identity/contract.ts';
import { erasureStore } from '../mentoring/erasure.store.ts';
import { mentorDataStore } from '../mentoring/mentor-data.store.ts';
import { now } from '../runtime/clock.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { type Erasure, erased, waits } from '../runtime/erasing.ts';
import { region } from '../runtime/region.ts';
import { privacyEnvironments } from './contract.ts';
import type { MentoringShown } from './export.contract.ts';
import { mentoringShown, shownWithin, sidesShown } from './export.rules.ts';
import { AskMentoring } from './keeper.contract.ts';
import { keeping } from './keeping.job.ts';
import { restsStore } from './rests.store.ts';

const environment = readEnvironment(privacyEnvironments.mentoring);
const tables = { mentoring: environment.MENTORING_TABLE, notices: environment.NOTICES_TABLE };
const kept = erasureStore(tables, region);
const works = mentorDataStore(tables.mentoring, region);
const holds = restsStore(tables.mentoring);

/** Shows or erases what mentoring keeps of a learner, a mentor, or both. */
export const handler = keeping(AskMentoring, async (asked) =>
  asked.ask === 'show' ? show(asked) : erase(asked),
);

async function show({ learnerId, mentorId }: Asked<'show'>): Promise<MentoringShown> {
  const [mentoring, mentor] = await Promise.all([
    learnerId && kept.ofLearner(learnerId),
    mentorId && ofMentor(mentorId),
  ]);
  return shownWithin({ mentoring: mentoring && mentoringShown(mentoring), mentor });
}

async function ofMentor(mentorId: MentorId) {
  const { mentor: offer, mentorships } = await kept.ofMentor(mentorId);
  const suspended = offer?.state === 'suspended';
  const work = await works.workOf({ mentorId, suspended, mentorships }, now());
  return { ...work, offer, mentorships: sidesShown(mentorships) };
}

async function erase({ subject, logins, judgedAt }: Asked<'erase'>): Promise<Erasure> {
  const rests = await holds.restsOf(subject, judgedAt);
  if (rests === undefined) return waits('report');
  const { learnerId, mentorId, sub } = subject;
  const erasing = { now: now(), rests, judgedAt };
  const asLearner =
    learnerId === undefined ? erased : await kept.eraseLearner(learnerId, logins, erasing);
  if (asLearner.kind !== 'done' || mentorId === undefined) return asLearner;
  return kept.eraseMentor(mentorId, sub, erasing);
}

type Asked<Ask extends AskMentoring['ask']> = Extract<AskMentoring, { readonly ask: Ask }>;
