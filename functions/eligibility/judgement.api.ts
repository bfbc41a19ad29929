import { dayIn, policyOn } from '../../regions/calendar.ts';
import type { GroupId } from '../../regions/schema.ts';
import type { Profile } from '../identity/contract.ts';
import type { now } from '../runtime/clock.ts';
import { region } from '../runtime/region.ts';
import { environment } from './case.api.ts';
import { consentOf } from './decision.rules.ts';
import type { Case, Facts } from './policy.rules.ts';
import { termOf } from './quota.rules.ts';
import { askRegistry } from './registry.adapter.ts';
import { type Judgement, judge, needsRegistry } from './rules.ts';

type Moment = ReturnType<typeof now>;

/** What the days of an application are counted by. */
interface When {
  readonly submittedAt: Moment | undefined;
  readonly countsFrom: Facts['countsFrom'] | undefined;
}

/**
 * Judges what a learner applies for as far as rules and registry can, with the days of an approval. The registry
 * is asked where its answer can matter, and never for longer than its adapter's patience.
 *
 * @param when - the moment whose intake counts, where one does and was not looked at before; of a renewal the first
 *   day of its months, while what it renews holds
 */
export async function judgeNow(
  profile: Profile,
  groupId: GroupId,
  { submittedAt, countsFrom }: When,
  moment: Moment,
): Promise<Judgement> {
  const today = dayIn(region, moment);
  const policy = policyOn(region, today);
  const group = policy.groups.find(({ id }) => id === groupId);
  // An officer finds the rules of a group that there is no more.
  if (group === undefined) return { state: 'waiting', waitingFor: 'officer-group' };
  // Papers come when an officer asks for them.
  const begins = countsFrom === undefined ? {} : { countsFrom };
  const rest = { papers: [], consent: consentOf(profile), submittedAt, ...begins };
  const asked = (word: Facts['word']): Case => ({
    policy,
    group,
    applicant: profile,
    facts: { ...rest, word },
  });
  const notAsked = { kind: 'not-asked' } as const;
  const word = needsRegistry(region, asked(notAsked), today)
    ? await askRegistry(environment.REGISTRY_SECRET, profile)
    : notAsked;
  const judged = judge(region, asked(word), moment);
  if (judged.state !== 'approved') return judged;
  return {
    ...judged,
    ...termOf(region, { groupId, birthDate: profile.birthDate, ...begins }, moment),
  };
}
