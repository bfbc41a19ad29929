import * as z from 'zod';
import { AuditTable } from '../audit/contract.ts';
import { IdentityTable } from '../identity/contract.ts';
import { NoticesTable } from '../runtime/notices-table.ts';
import { divided } from '../runtime/route.ts';
import { calendarRoutes } from './calendar.contract.ts';
import { certificateRoutes } from './certificate.contract.ts';
import { consultingRoutes } from './consulting.contract.ts';
import { mentorRoutes } from './mentor.contract.ts';
import { mentorshipRoutes } from './mentorship.contract.ts';
import { nominationRoutes } from './nomination.contract.ts';
import { noteRoutes } from './note.contract.ts';
import { mentorshipCaseRoutes, offerRoutes, ownMentorshipRoutes } from './offer.contract.ts';
import { outcomeRoutes } from './outcome.contract.ts';
import { pairingRoutes } from './pairing.contract.ts';
import { reportRoutes } from './report.contract.ts';
import { requestRoutes } from './request.contract.ts';
import { roundRoutes } from './round.contract.ts';
import { sessionRoutes } from './session.contract.ts';
import { stipendRoutes } from './stipend.contract.ts';
import { vettingRoutes } from './vetting.contract.ts';

export const MentoringTable = z.object({ MENTORING_TABLE: z.string().min(1) });

/** Environment of what changes mentoring: it rests on approvals, is recorded, and people hear of it. */
const Changing = MentoringTable.extend({
  ...IdentityTable.shape,
  ...AuditTable.shape,
  ...NoticesTable.shape,
  ELIGIBILITY_TABLE: z.string().min(1),
});

/** What each function of this capability is deployed with. */
export const mentoringEnvironments = {
  api: Changing,
  /** Of the function of appointments, beside that. */
  rooms: z.object({
    /** The name of the secret that holds the key by which rooms are named, and tokens for them signed. */
    MEETINGS_SECRET: z.string().min(1),
  }),
  /** Of the function of mentors, beside that. */
  papers: z.object({ DOCUMENTS_TABLE: z.string().min(1) }),
  due: Changing,
  round: Changing,
};

/** How keys of rounds begin: the stream hands only these to the trigger that proposes matches. */
export const roundKeyPrefix = 'ROUND#';

/**
 * The sparse index of lists that people page through: requests that wait in an area, mentors in a state,
 * mentorships of an area, reports that are open.
 */
export const listIndex = { name: 'list', partition: 'list', sort: 'listedAt' } as const;

/** The sparse index of what a moment brings: reminders, last days, sessions without an outcome. */
export const dueIndex = { name: 'due', partition: 'dueLot', sort: 'dueAt' } as const;

/** What most requests ask for: one's mentorships, and their sessions. */
export const servedBySessions = {
  routes: { ...ownMentorshipRoutes, ...sessionRoutes, ...outcomeRoutes },
};

/** From a learner's request to the answers to a match. */
export const servedByMatching = {
  routes: { ...requestRoutes, ...roundRoutes, ...pairingRoutes, ...offerRoutes },
};

/** What a mentorship comes to: its plan and its notes, more sessions, pauses and its end. */
export const servedByMentorships = {
  routes: { ...mentorshipRoutes, ...mentorshipCaseRoutes, ...noteRoutes },
};

/** Mentors as such: how one becomes one, what one gets for it, and what is reported. */
export const servedByMentors = {
  routes: {
    ...mentorRoutes,
    ...vettingRoutes,
    ...nominationRoutes,
    ...certificateRoutes,
    ...stipendRoutes,
    ...reportRoutes,
  },
};

/** Consultants and the appointments with them, rooms to meet in, and calendars. */
export const servedByAppointments = { routes: { ...consultingRoutes, ...calendarRoutes } };

/** A part's name is its function's: ADR 48 says why these go together. */
export const mentoring = divided({
  name: 'mentoring',
  summary: 'Mentors, matching, mentorships and their sessions',
  parts: {
    sessions: servedBySessions.routes,
    matching: servedByMatching.routes,
    mentorships: servedByMentorships.routes,
    mentors: servedByMentors.routes,
    appointments: servedByAppointments.routes,
  },
});
