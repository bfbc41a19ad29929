import type { Region } from '../../regions/schema.ts';
import type { LearnerId } from '../identity/contract.ts';
import { Busy } from '../runtime/errors.ts';
import { decidedOn } from './rules.ts';
import { documentsStore, type Versioned } from './store.ts';

/** Times that a paper is read anew because it changed at the same moment. */
const attempts = 5;

/** How long papers are kept; for capabilities that decide on them. `table` is the documents table's name. */
export function retentionStore(table: string, region: Region) {
  const papers = documentsStore(table);

  /**
   * Keeps the papers that a decision could rest on for as long as the policy of its day says, from that day on.
   * A decision that was told of before, or late, changes nothing. Capacity: 1 read unit for 4 KB of a learner's
   * papers, and 1 write unit for each.
   *
   * @param decidedAt - as `timestamp` writes it
   * @throws {Busy} a paper changed all the time
   */
  async function keepForDecision(learnerId: LearnerId, decidedAt: string): Promise<void> {
    for (const seen of await papers.versionsOf(learnerId)) await prolong(seen, decidedAt);
  }

  async function prolong(first: Versioned, decidedAt: string): Promise<void> {
    let seen: Versioned | undefined = first;
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      if (seen === undefined) return;
      const next = decidedOn(region, seen.paper, decidedAt);
      if (next === seen.paper || (await papers.keep(next, seen))) return;
      seen = await papers.read(seen.paper);
    }
    throw new Busy();
  }

  return { keepForDecision };
}
