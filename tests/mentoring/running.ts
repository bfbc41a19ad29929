import { Temporal } from 'temporal-polyfill';
import { Mentorship } from '../../functions/mentoring/mentorship.contract.ts';
import type { SeenSession, Terms } from '../../functions/mentoring/mentorship.rules.ts';
import { termsOf } from '../../functions/mentoring/mentorship.rules.ts';
import { Session } from '../../functions/mentoring/session.contract.ts';
import { mentored, sixteen } from './mentorships.ts';

export const moment = (text: string) => Temporal.Instant.from(text);

const id = (prefix: string, number = 0) => `${prefix}_${String(number).padStart(26, '0')}`;

/** A mentorship of sixteen sessions from 2 June to 27 July 2025, by the clock of Seoul. */
export const running = (otherwise: object = {}) =>
  Mentorship.parse({
    mentorshipId: id('msh'),
    learnerId: id('lrn'),
    mentorId: id('mnt'),
    requestId: id('req'),
    areaId: 'river',
    subjects: [],
    topics: [],
    way: 'online',
    state: 'active',
    budget: { granted: 16, used: 0, left: 16 },
    from: '2025-06-02',
    until: '2025-07-27',
    extensions: 0,
    policyVersion: sixteen.version,
    createdAt: '2025-06-01T00:00:00.000Z',
    ...otherwise,
  });

/** A session of it that is booked. */
export const seenSession = (start: string, otherwise: object = {}, number = 0): SeenSession => ({
  session: Session.parse({
    sessionId: id('ses', number),
    mentorshipId: id('msh'),
    learnerId: id('lrn'),
    mentorId: id('mnt'),
    start,
    minutes: 30,
    way: 'online',
    state: 'booked',
    uid: `${id('ses', number)}@village`,
    sequence: 0,
    ...otherwise,
  }),
  version: 1,
});

/** Under the rules of the village, at a moment. */
export const terms = (at: string): Terms => termsOf(mentored, running(), moment(at));
