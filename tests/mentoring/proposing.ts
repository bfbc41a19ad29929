import { Temporal } from 'temporal-polyfill';
import { LearnerId, MentorId } from '../../functions/identity/contract.ts';
import type {
  Known,
  Lock,
  SelectedMentor,
  WaitingRequest,
} from '../../functions/mentoring/proposal.rules.ts';
import { RequestId } from '../../functions/mentoring/words.contract.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { AreaId } from '../../regions/schema.ts';
import { mentored, sixteen } from './mentorships.ts';

export const region = mentored;
/** Monday 2 June 2025, 09:00 in the village. */
export const now = Temporal.Instant.from('2025-06-02T00:00:00Z');

const policyOfVillage = mentored.mentoring?.find(({ version }) => version === sixteen.version);
if (policyOfVillage === undefined) throw new Error('the village has a policy of mentoring');
export const policy = policyOfVillage;

/** A mentor who is free on Monday evenings for five learners, unless the test says otherwise. */
export function mentor(
  otherwise: Partial<SelectedMentor['mentor']> = {},
  also: Partial<Omit<SelectedMentor, 'mentor'>> = {},
): SelectedMentor {
  return {
    mentor: {
      mentorId: newId(MentorId, 'mnt'),
      state: 'selected',
      since: '2025-05-01T00:00:00.000Z',
      subjects: [],
      topics: [],
      languages: region.languages.slice(0, 1),
      ways: ['online'],
      areas: [],
      capacity: 5,
      weekly: [{ day: 'monday', from: '16:00', until: '22:00' }],
      mentees: 0,
      nominated: false,
      formerMember: false,
      exceptions: [],
      ...otherwise,
    },
    ...{ marks: [], timeZone: region.timeZone, conflicts: [], ...also },
  };
}

/** A request of a learner in `river` who is free on Monday evenings. */
export function request(otherwise: Partial<WaitingRequest> = {}): WaitingRequest {
  return {
    requestId: newId(RequestId, 'req'),
    learnerId: newId(LearnerId, 'lrn'),
    areaId: AreaId.parse('river'),
    subjects: [],
    topics: [],
    languages: region.languages.slice(0, 1),
    ways: ['online'],
    weekly: [{ day: 'monday', from: '16:00', until: '22:00' }],
    meetIn: undefined,
    since: '2025-06-01T00:00:00.000Z',
    ...{ marks: [], refused: [], vetoed: [], ...otherwise },
  };
}

export const lock = ({ requestId, areaId }: WaitingRequest, { mentor }: SelectedMentor): Lock => ({
  ...{ requestId, areaId },
  mentorId: mentor.mentorId,
});

export const known = (
  requests: readonly WaitingRequest[],
  mentors: readonly SelectedMentor[],
  locks: readonly Lock[] = [],
): Known => ({ requests, mentors, locks });
