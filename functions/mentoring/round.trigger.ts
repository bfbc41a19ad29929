import { dayIn, mentoringOn, timestamp } from '../../regions/calendar.ts';
import { now } from '../runtime/clock.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { log } from '../runtime/logger.ts';
import { region } from '../runtime/region.ts';
import { consumeStream } from '../runtime/stream.ts';
import { mentoringEnvironments } from './contract.ts';
import { matchStore } from './match.store.ts';
import { pairStore } from './pair.store.ts';
import { propose } from './proposal.rules.ts';
import { readPublication } from './publication.store.ts';
import { publish } from './publication.trigger.ts';
import type { Round } from './round.contract.ts';
import { readWanted, roundStore } from './round.store.ts';

const environment = readEnvironment(mentoringEnvironments.round);
const table = environment.MENTORING_TABLE;
const rounds = roundStore(table);
const pairs = pairStore(table);
const matches = matchStore({ mentoring: table, identity: environment.IDENTITY_TABLE });

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
  const proposed = propose(region, policy, known, began);
  await pairs.keepAll(round, proposed.pairs, began);
  const done = now();
  if (!(await rounds.keepProposal(round, proposed.proposal, timestamp(done)))) return;
  const milliseconds = done.epochMilliseconds - began.epochMilliseconds;
  log.info('matches proposed', { count: proposed.pairs.length, milliseconds });
}
