import { entitledStore } from './entitled.store.ts';
import { mentorStore } from './mentor.store.ts';
import type { Mentorship } from './mentorship.contract.ts';
import type { Standing } from './standing.rules.ts';

/** The names of the tables by which both sides of a mentorship stand. */
export interface StandingTables {
  readonly mentoring: string;
  readonly identity: string;
  readonly eligibility: string;
}

/** Reads of what the rules hold a mentorship for. */
export function standingStore(tables: StandingTables) {
  const entitling = entitledStore(tables);
  const mentors = mentorStore(tables.mentoring);

  /** How both sides of a mentorship stand now. Capacity: 4 read units in 4 requests, 5 while an approval is renewed. */
  async function read({
    learnerId,
    mentorId,
  }: Pick<Mentorship, 'learnerId' | 'mentorId'>): Promise<Standing> {
    const [entitled, mentor] = await Promise.all([
      entitling.read(learnerId),
      mentors.read(mentorId),
    ]);
    return { ...entitled, mentor: mentor?.mentor };
  }

  return { read, ofLearner: entitling.read };
}
