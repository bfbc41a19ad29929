import { dayIn, mentoringOn, timestamp } from '../../regions/calendar.ts';
import type { LearnerId, MentorId } from '../identity/contract.ts';
import { type Moment, now } from '../runtime/clock.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { Busy } from '../runtime/errors.ts';
import { newId } from '../runtime/ids.ts';
import { region } from '../runtime/region.ts';
import { conflictStore } from './conflict.store.ts';
import { mentoringEnvironments } from './contract.ts';
import { entitledStore } from './entitled.store.ts';
import { type MatchedMentor, matchStore } from './match.store.ts';
import { offerDue, offerMatch, unentitled } from './offer.rules.ts';
import { offerStore } from './offer.store.ts';
import { pairStore } from './pair.store.ts';
import { freeMentor, matchTerms, openRequest } from './proposal.rules.ts';
import { type Publication, publicationStore } from './publication.store.ts';
import type { SeenRequest } from './request.rules.ts';
import { requestStore } from './request.store.ts';
import type { Pair, PairFailure, Round } from './round.contract.ts';
import { roundStore } from './round.store.ts';
import { MentorshipId } from './words.contract.ts';

/** Pairs that are read at a time. */
const pageSize = 100;
/** Attempts at a pair whose rows change while it is published. */
const attempts = 8;

type Declared = ReadonlyMap<MentorId, readonly LearnerId[]>;

const environment = readEnvironment(mentoringEnvironments.round);
const table = environment.MENTORING_TABLE;
const rounds = roundStore(table);
const publications = publicationStore(table);
const pairs = pairStore(table);
const requests = requestStore(table);
const conflicts = conflictStore(table);
const matches = matchStore({ mentoring: table, identity: environment.IDENTITY_TABLE });
const entitling = entitledStore({
  identity: environment.IDENTITY_TABLE,
  eligibility: environment.ELIGIBILITY_TABLE,
});
const offers = offerStore({
  mentoring: table,
  notices: environment.NOTICES_TABLE,
  audit: environment.AUDIT_TABLE,
});

/**
 * Publishes what is left of a proposal: each pair by a transaction of its own, so that it can be begun again wherever
 * it stopped. Closes the round when no pair is left. Capacity: 9 read and 36 write units for each pair.
 *
 * @returns how many were published
 */
export async function publish(wanted: Publication): Promise<number> {
  const round = await rounds.read(wanted.roundId);
  // Seen again after another run: nobody has released what that proposes.
  if (round?.state !== 'proposed' || round.attempt !== wanted.attempt) return 0;
  const declared = await conflicts.listAll();
  let count = 0;
  let cursor: string | undefined;
  do {
    const page = await pairs.list(round, wanted.areaId, pageSize, cursor);
    for (const pair of page.pairs) {
      if (pair.state === 'published') continue;
      const failed = await publishPair(round, pair, declared, now());
      if (failed === undefined) count += 1;
      else await pairs.fail(round, pair, failed);
    }
    cursor = page.cursor;
  } while (cursor !== undefined);
  if (!(await pairs.anyLeft(round))) await rounds.close(round, timestamp(now()));
  await publications.done(wanted);
  return count;
}

/** @returns why it cannot be published */
async function publishPair(
  round: Round,
  pair: Pair,
  declared: Declared,
  at: Moment,
): Promise<PairFailure | undefined> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const [seen, mentor, { profile, applications }] = await Promise.all([
      requests.read(pair.learnerId),
      matches.readMentor(pair.mentorId, declared),
      entitling.read(pair.learnerId),
    ]);
    if (seen === undefined) return 'request-changed';
    if (mentor === undefined) return 'mentor-gone';
    // No condition of the write: whoever accepts is asked for them again.
    if (unentitled(region, profile, applications, at) !== undefined) return 'not-entitled';
    const offered = decide(pair, seen, mentor, at);
    if (typeof offered === 'string') return offered;
    const due = offerDue(region, offered);
    const fate = await offers.offer(seen, offered, { run: round, pair }, due);
    if (fate === 'offered' || fate === 'published-before') return undefined;
    if (fate === 'conflict') return 'conflict';
  }
  throw new Busy();
}

function decide(pair: Pair, seen: SeenRequest, { selected }: MatchedMentor, at: Moment) {
  const policy = mentoringOn(region, dayIn(region, at));
  if (policy === undefined) throw new RangeError('a round was run without rules of mentoring');
  const terms = matchTerms(region, policy, at);
  const { request, kept } = seen;
  const asking = openRequest(region, policy, { ...request, ...kept }, terms.on);
  const helping = freeMentor(region, policy, selected, terms.on);
  const newMentorship = newId(MentorshipId, 'msh');
  const match = { pair, seen, asking, helping, terms, policy, newId: newMentorship };
  return offerMatch(match, at);
}
