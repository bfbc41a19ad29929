import { dayIn, mentoringOn, timestamp } from '../../regions/calendar.ts';
import type { MentoringPolicy } from '../../regions/schema.ts';
import type { LearnerId } from '../identity/contract.ts';
import { type Moment, now } from '../runtime/clock.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { sideBySide } from '../runtime/job.ts';
import { log } from '../runtime/logger.ts';
import { region } from '../runtime/region.ts';
import { consumeStream } from '../runtime/stream.ts';
import { mentoringEnvironments } from './contract.ts';
import { entitledStore } from './entitled.store.ts';
import { matchStore } from './match.store.ts';
import { unentitled } from './offer.rules.ts';
import { pairStore } from './pair.store.ts';
import { type Known, type Proposed, propose } from './proposal.rules.ts';
import { readPublication } from './publication.store.ts';
import { publish } from './publication.trigger.ts';
import type { Round } from './round.contract.ts';
import { readWanted, roundStore } from './round.store.ts';

const environment = readEnvironment(mentoringEnvironments.round);
const table = environment.MENTORING_TABLE;
const rounds = roundStore(table);
const pairs = pairStore(table);
const entitling = entitledStore({
  identity: environment.IDENTITY_TABLE,
  eligibility: environment.ELIGIBILITY_TABLE,
});
const matches = matchStore({ mentoring: table, identity: environment.IDENTITY_TABLE });

/** Solutions that a round looks for; whom the last one still pairs without a right to it, publishing fails. */
const solutions = 10;
/** Learners who are asked for at a time. */
const abreast = 16;

/** Rounds that are to be run, and proposals that are to be published. Seen again, either goes on where it stopped. */
export const handler = consumeStream(async ({ after }) => {
  const round = readWanted(after);
  if (round !== undefined) await run(round);
  const publication = readPublication(after);
  if (publication === undefined) return;
  log.info('matches published', { count: await publish(publication) });
});

/**
 * Runs a round: reads, solves, and writes the pairs before the round that counts them, so that what is `proposed` is
 * there as a whole. A run that another has taken the place of changes nothing.
 */
async function run(wanted: Round): Promise<void> {
  const round = await rounds.read(wanted.roundId);
  if (round?.state !== 'wanted' || round.attempt !== wanted.attempt) return;
  const began = now();
  const policy = mentoringOn(region, dayIn(region, began));
  if (policy === undefined) throw new RangeError('a round is wanted without rules of mentoring');
  const known = await matches.readAll(region, round.roundId);
  const proposed = await proposeEntitled(policy, known, began);
  await pairs.keepAll(round, proposed.pairs, began);
  const done = now();
  if (!(await rounds.keepProposal(round, proposed.proposal, timestamp(done)))) return;
  const milliseconds = done.epochMilliseconds - began.epochMilliseconds;
  log.info('matches proposed', { count: proposed.pairs.length, milliseconds });
}

/**
 * Proposes among those who may have a mentor, so that nobody else takes a place. Whoever is paired is asked for, and not
 * all who wait: these are some hundred times as many. Capacity: 3 read units for each.
 */
async function proposeEntitled(
  policy: MentoringPolicy,
  known: Known,
  at: Moment,
): Promise<Proposed> {
  const asked = new Set<LearnerId>();
  let proposed = propose(region, policy, known, at);
  let left = known.requests;
  for (let solved = 1; solved < solutions; solved += 1) {
    const unasked = proposed.pairs.flatMap(({ learnerId }) =>
      asked.has(learnerId) ? [] : [learnerId],
    );
    const barred = await barredOf(unasked, at);
    if (barred.size === 0) break;
    for (const learnerId of unasked) asked.add(learnerId);
    left = left.filter(({ learnerId }) => !barred.has(learnerId));
    proposed = propose(region, policy, { ...known, requests: left }, at);
  }
  return proposed;
}

/** Those of whom consent or approval is gone (edge case 2). */
async function barredOf(learners: readonly LearnerId[], at: Moment): Promise<Set<LearnerId>> {
  const barred = new Set<LearnerId>();
  await sideBySide(learners, abreast, async (learnerId) => {
    const { profile, applications } = await entitling.read(learnerId);
    if (unentitled(region, profile, applications, at) === undefined) return 0;
    barred.add(learnerId);
    return 1;
  });
  return barred;
}
