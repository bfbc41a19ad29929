import type { Message } from '../../regions/notices.ts';
import type { Mentorship } from './mentorship.contract.ts';

const sidesOf = ({ learnerId, mentorId }: Mentorship) => ({
  learner: { kind: 'learner', learnerId } as const,
  mentor: { kind: 'mentor', mentorId } as const,
});

/** What both sides hear of a match: the last day for their answer. */
export function tellOffered(mentorship: Mentorship): readonly Message[] {
  const { learner, mentor } = sidesOf(mentorship);
  const { offer } = mentorship;
  if (offer === undefined) return [];
  const facts = { until: offer.by };
  return [
    { kind: 'match-offered', to: learner, facts },
    { kind: 'mentee-offered', to: mentor, facts },
  ];
}

/** What both sides hear of a mentorship that begins: its last day. */
export function tellBegun(mentorship: Mentorship): readonly Message[] {
  const { learner, mentor } = sidesOf(mentorship);
  const { until } = mentorship;
  if (until === undefined) return [];
  return [
    { kind: 'mentorship-begun', to: learner, facts: { until } },
    { kind: 'mentorship-begun', to: mentor, facts: { until } },
  ];
}

/** What both sides hear of a match that came to nothing: neither who declined nor why. */
export function tellNoMatch(mentorship: Mentorship): readonly Message[] {
  const { learner, mentor } = sidesOf(mentorship);
  return [
    { kind: 'match-ended', to: learner, facts: {} },
    { kind: 'mentee-ended', to: mentor, facts: {} },
  ];
}
