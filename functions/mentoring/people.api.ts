import type { AreaId } from '../../regions/schema.ts';
import { actingStore } from '../identity/acting.store.ts';
import type { LearnerId, MentorId } from '../identity/contract.ts';
import {
  type Member,
  memberStore,
  nameAnArea,
  onlyAreaOf,
  sees as seesArea,
} from '../identity/member.store.ts';
import { mentorStore as personStore } from '../identity/mentor.store.ts';
import type { PublicCaller } from '../runtime/caller.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { Conflict, NotFound, Ruled } from '../runtime/errors.ts';
import { region } from '../runtime/region.ts';
import { mentoringEnvironments } from './contract.ts';
import { mentorStore } from './mentor.store.ts';
import type { EitherSide } from './words.contract.ts';

/** What all routes of mentoring have alike: the environment, and who calls. */
export const environment = readEnvironment(mentoringEnvironments.api);
export const persons = personStore(environment.IDENTITY_TABLE);
export const learners = actingStore(environment.IDENTITY_TABLE);
export const staff = memberStore(environment.IDENTITY_TABLE, region);

/**
 * The learner that a caller acts for.
 *
 * @throws {NotFound} `no-profile`
 */
export async function actingFor(caller: PublicCaller, wanted?: LearnerId): Promise<LearnerId> {
  const learnerId = await learners.learnerIdOf(caller.sub, wanted);
  if (learnerId !== undefined) return learnerId;
  throw new NotFound({
    code: 'no-profile',
    detail: 'You act for no such learner. Write a profile with PUT /me first.',
  });
}

/**
 * The mentor that a caller is.
 *
 * @throws {NotFound} `not-a-mentor`
 */
export async function mentorOf(caller: PublicCaller): Promise<MentorId> {
  return (await mentorLinkOf(caller)).mentorId;
}

/** The same, with the address by which they became one. */
export async function mentorLinkOf(caller: PublicCaller) {
  const link = await persons.linkOf(caller.sub);
  if (link !== undefined) return link;
  throw new NotFound({
    code: 'not-a-mentor',
    detail: 'You are no mentor. Say who you are with PUT /me/mentor, then apply.',
  });
}

/**
 * The mentor that a caller is, for what a mentor does to or with learners.
 *
 * @throws {NotFound} `not-a-mentor`
 * @throws {Conflict} `mentor-suspended` (edge case 35)
 */
export async function actingMentor(caller: PublicCaller): Promise<MentorId> {
  const mentorId = await mentorOf(caller);
  if (!(await isSuspended(mentorId))) return mentorId;
  throw new Conflict({
    code: 'mentor-suspended',
    detail: 'For now you meet no learners. We write as soon as that changes.',
  });
}

/** Whether a mentor is suspended now (edge case 35). Capacity: 1 read unit. */
export async function isSuspended(mentorId: MentorId): Promise<boolean> {
  const seen = await mentorStore(environment.MENTORING_TABLE).read(mentorId);
  return seen?.mentor.state === 'suspended';
}

/** One side of a mentorship. */
export type Party =
  | { readonly side: 'learner'; readonly id: LearnerId }
  | { readonly side: 'mentor'; readonly id: MentorId };

/**
 * As which side of a mentorship someone calls.
 *
 * @throws {NotFound} `no-profile`, `not-a-mentor`
 */
export async function partyOf(caller: PublicCaller, query: EitherSide): Promise<Party> {
  switch (query.as) {
    case 'learner':
      return { side: 'learner', id: await actingFor(caller, query.learnerId) };
    case 'mentor':
      return { side: 'mentor', id: await mentorOf(caller) };
  }
}

/** Whether a member of staff works for an area. */
export const sees = ({ scope }: Pick<Member, 'scope'>, areaId: AreaId): boolean =>
  seesArea(scope, areaId);

/**
 * The area that a list is asked of.
 *
 * @param wanted - undefined: the one area that a member of staff works for
 * @throws {Ruled} `area-required`: they work for several and name none
 * @throws {NotFound} `no-such-area`, also of one that is someone else's (edge case 50)
 */
export function areaOf(member: Pick<Member, 'scope'>, wanted: AreaId | undefined): AreaId {
  const areaId = wanted ?? onlyAreaOf(member.scope);
  if (areaId === undefined) throw new Ruled(nameAnArea(member.scope));
  if (sees(member, areaId) && region.areas.some(({ id }) => id === areaId)) return areaId;
  throw new NotFound({ code: 'no-such-area', detail: 'You serve no such area.' });
}

/** The area that an entry of the trail is about, where whoever acts serves one. */
export function inArea(scope: Member['scope']) {
  const areaId = onlyAreaOf(scope);
  return areaId === undefined ? {} : { areaId };
}

export type { Member };
