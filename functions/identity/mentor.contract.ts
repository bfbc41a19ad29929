import * as z from 'zod';
import { Language, TimeZone } from '../../regions/schema.ts';
import { MentorId } from '../runtime/ids.ts';
import type { Route } from '../runtime/route.ts';
import { Name } from './learner.contract.ts';

export { MentorId } from '../runtime/ids.ts';

/** Who a mentor is: what learners and coordinators call them, and how they are written to. */
export const MentorInput = z.strictObject({
  name: Name,
  language: Language,
  /** In which their weekly times are meant and moments are told. */
  timeZone: TimeZone,
});
export type MentorInput = z.infer<typeof MentorInput>;

export const MentorPerson = MentorInput.extend({ mentorId: MentorId });
export type MentorPerson = z.infer<typeof MentorPerson>;

/** What whoever wants to be a mentor does first; the same login may be a learner too (row 18). */
export const mentorRoutes = {
  readMentor: {
    method: 'GET',
    path: '/me/mentor',
    access: { pool: 'public' },
    summary: 'Who you are as a mentor',
    answers: { status: 200, body: MentorPerson, etag: true },
    refusals: { 404: ['not-a-mentor'] },
  },
  writeMentor: {
    method: 'PUT',
    path: '/me/mentor',
    access: { pool: 'public' },
    summary: 'Say who you are as a mentor; the first time makes you one who may apply',
    description:
      'A login may be a learner and a mentor. Send `If-Match` with the ETag of what you changed, so that nobody overwrites another.',
    body: MentorInput,
    answers: { status: 200, body: MentorPerson, etag: true },
    refusals: {
      409: ['account-leaving'],
      412: ['stale'],
      422: ['address-unverified', 'unknown-language'],
    },
  },
} as const satisfies Readonly<Record<string, Route>>;
