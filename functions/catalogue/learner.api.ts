import { eligibilityStore } from '../eligibility/store.ts';
import { actingStore } from '../identity/acting.store.ts';
import type { LearnerId } from '../identity/contract.ts';
import type { Sub } from '../runtime/caller.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { Ruled } from '../runtime/errors.ts';
import { catalogueEnvironments } from './contract.ts';

export const environment = readEnvironment(catalogueEnvironments.api);
const learners = actingStore(environment.IDENTITY_TABLE);
const applications = eligibilityStore(environment.ELIGIBILITY_TABLE);

/**
 * Whom something is shown to: the stage that places are chosen for, and the language.
 *
 * @param wanted - the child of a guardian; absent: the caller
 * @throws {Ruled} `profile-required`
 */
export async function readerOf(sub: Sub, wanted: LearnerId | undefined) {
  const learner = await learners.learnerOf(sub, wanted);
  if (learner === undefined) {
    throw new Ruled({ code: 'profile-required', detail: 'Write your profile with PUT /me first.' });
  }
  const { learnerId, language } = learner.profile;
  // What an approval says counts when places are chosen, so it counts for what is shown.
  const application = await applications.currentOf(learnerId);
  const stage = application?.state === 'approved' ? application.stage : learner.profile.stage;
  return { stage, language };
}
