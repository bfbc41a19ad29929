import type { Application } from '../eligibility/application.contract.ts';
import { eligibilityStore } from '../eligibility/store.ts';
import { actingStore } from '../identity/acting.store.ts';
import type { LearnerId, Profile } from '../identity/contract.ts';

/** What a learner may have a mentor by. */
export interface Entitling {
  /** Undefined where there is no such learner any more. */
  readonly profile: Profile | undefined;
  /** The applications that count for them (`countingFor`). */
  readonly applications: readonly Application[];
}

/** Reads of consent and approval. */
export function entitledStore(tables: { readonly identity: string; readonly eligibility: string }) {
  const learners = actingStore(tables.identity);
  const applications = eligibilityStore(tables.eligibility);

  /** What a learner may have a mentor by now. Capacity: 3 read units in 3 requests, 4 while an approval is renewed. */
  async function read(learnerId: LearnerId): Promise<Entitling> {
    const [record, counting] = await Promise.all([
      learners.readRecord(learnerId),
      applications.countingFor(learnerId),
    ]);
    const found = await Promise.all(counting.map((id) => applications.read(id)));
    return {
      profile: record?.profile,
      applications: found.flatMap((seen) => (seen === undefined ? [] : [seen.application])),
    };
  }

  return { read };
}
