import type { Finding } from '../fault.ts';
import type { Sections } from '../sections.ts';

/** Feedback is deleted with the notes: what is taken later would be kept for good. */
export function feedbackDays({ mentoring = [] }: Sections): Finding[] {
  return mentoring.flatMap(({ deadlines: { feedback, notes } }, i) =>
    feedback <= notes
      ? []
      : [
          {
            path: ['mentoring', i, 'deadlines', 'feedback'],
            problem: `is more than "notes" (${notes}), after which feedback is deleted`,
            remedy: 'write that number or a lower one, or keep notes longer',
          },
        ],
  );
}

/** No area is promised consulting that the region has no rules for (domain.md row 31). */
export function consultingRules({ areas = [], mentoring }: Sections): Finding[] {
  if (mentoring === undefined || mentoring.some(({ consulting }) => consulting !== undefined)) {
    return [];
  }
  return areas.flatMap(({ services = [] }, i) =>
    services.flatMap((service, j) =>
      service === 'consulting'
        ? [
            {
              path: ['areas', i, 'services', j],
              problem: 'is a service that no policy under "mentoring" has rules for',
              remedy: 'write "consulting" into a policy, or take it out here',
            },
          ]
        : [],
    ),
  );
}
