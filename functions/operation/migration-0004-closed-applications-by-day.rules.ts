import { Application } from '../eligibility/contract.ts';
import type { Migration } from './migration.rules.ts';

const Kept = Application.pick({ applicationId: true, state: true, changedAt: true });

/**
 * Applications that are closed stand in the index of what is due by the day since when, so that time forgets them
 * (`retention.applications`). Those that release 0.1.0 closed stand nowhere, and would be kept for good.
 */
export const closedApplicationsByDay: Migration = {
  id: '0004-closed-applications-by-day',
  table: 'eligibility',
  keyPrefix: 'APPLICATION#',
  sortKey: 'APPLICATION',
  attributes: ['applicationId', 'state', 'changedAt', 'dueLot', 'dueOn'],
  correct: ({ dueLot: lotBefore, dueOn: dayBefore, ...fields }) => {
    const { applicationId, state, changedAt } = Kept.parse(fields);
    if (state !== 'rejected' && state !== 'lapsed' && state !== 'ended') return undefined;
    const lot = (applicationId.codePointAt(applicationId.length - 1) ?? 0) % 8;
    const [dueLot, dueOn] = [`closed-${lot}`, changedAt.slice(0, 'YYYY-MM-DD'.length)];
    if (lotBefore === dueLot && dayBefore === dueOn) return undefined;
    return { set: { dueLot, dueOn } };
  },
};
