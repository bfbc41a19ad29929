/**
 * Pairs 500 mentors with 110,000 requests in a process of its own, so that its memory is nobody else's; says what it
 * took as JSON. The people are made before the clock starts, and are part of the memory.
 */
import { assign } from '../../functions/mentoring/assignment.rules.ts';
import { none } from '../../functions/mentoring/edges.rules.ts';
import { edgesOf } from '../../functions/mentoring/matching.rules.ts';
import { terms, townOf } from './town.ts';

const [mentorCount = 500, requestCount = 110_000, seed = 1] = process.argv.slice(2).map(Number);
const { mentors, requests } = townOf(mentorCount, requestCount, seed);
const begun = performance.now();
const edges = edgesOf(mentors, requests, terms);
const built = performance.now();
const { chosen, total } = assign(
  edges,
  mentors.map(({ capacity }) => capacity),
);
const solved = performance.now();
const result = {
  score: total,
  pairs: chosen.filter((edge) => edge !== none).length,
  edges: edges.score.length,
  edgesMs: Math.round(built - begun),
  solveMs: Math.round(solved - built),
  peakMb: Math.round(process.resourceUsage().maxRSS / 1024),
};
process.stdout.write(JSON.stringify(result));
