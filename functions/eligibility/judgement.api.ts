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

/**
 * Judges what a learner applies for as far as rules and registry can, with the days of an approval. The registry
 * is asked where its answer can matter, and never for longer than its adapter's patience.
 *
 * @param submittedAt - the moment whose intake counts; undefined where none does, or it was looked at before
 */
export async function judgeNow(
  profile: Profile,
  groupId: GroupId,
  submittedAt: Moment | undefined,
  moment: Moment,
): Promise<Judgement> {
  const today = dayIn(region, moment);
  const policy = policyOn(region, today);
  const group = policy.groups.find(({ id }) => id === groupId);
  // An officer finds the rules of a group that there is no more.
  if (group === undefined) return { state: 'waiting', waitingFor: 'officer-group' };
  // Papers come when an officer asks for them.
  const rest = { papers: [], consent: consentOf(profile), submittedAt };
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
  return { ...judged, ...termOf(region, { groupId, birthDate: profile.birthDate }, moment) };
}
