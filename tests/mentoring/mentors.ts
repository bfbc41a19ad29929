import type { z } from 'zod';
import { MentorId } from '../../functions/identity/contract.ts';
import { MentorOffer } from '../../functions/mentoring/mentor.contract.ts';
import { newId } from '../../functions/runtime/ids.ts';
import type { MentoringPolicy } from '../../regions/schema.ts';
import { village } from '../runtime/village.ts';

/** What a mentor of the village is asked for. */
export const vetted = {
  version: 'vetted-2025',
  from: '2025-03-01',
  legalBasis: 'Ordinance of the village, article 7',
  sessions: 16,
  sessionMinutes: 30,
  weeks: 8,
  usesUp: ['completed', 'learner-no-show'],
  cancelHours: 24,
  mentees: 3,
  evidence: [
    { id: 'student-card', name: { ko: '학생증', en: 'Student card' } },
    { id: 'background-check', name: { ko: '경력 조회', en: 'Background check' }, validMonths: 12 },
  ],
  stipend: { currency: 'KRW', amount: 12_000, pays: ['completed', 'learner-no-show'] },
  deadlines: { answer: 5, outcome: 7, checkReminder: 30, feedback: 30, notes: 90 },
  weights: {
    pair: 1,
    subject: 2,
    topic: 1,
    language: 1,
    way: 1,
    waitingWeek: 1,
    waitingWeeks: 4,
    start: 1,
    starts: 4,
  },
  points: { nominated: 20, formerMember: 10, subject: 3, topic: 2, weeklyHour: 1 },
} satisfies z.input<typeof MentoringPolicy>;

/** A village whose mentors are vetted. */
export const vettingVillage = village({ mentoring: [vetted] });

/** What someone offers: mathematics and sport, online, for two learners, three hours a week. */
export const offered = {
  subjects: ['mathematics'],
  topics: ['sport'],
  languages: ['ko'],
  ways: ['online'],
  areas: [],
  capacity: 2,
  weekly: [{ day: 'monday', from: '16:00', until: '19:00' }],
} satisfies z.input<typeof MentorOffer>;

/** The same as the platform reads it, with parts of it otherwise. */
export const offer = (otherwise: Partial<z.input<typeof MentorOffer>> = {}) =>
  MentorOffer.parse({ ...offered, ...otherwise });

export const newMentorId = () => newId(MentorId, 'mnt');
