import * as z from 'zod';
import type { CalendarEvent } from '../../regions/notices.ts';
import { NoticesTable } from '../runtime/notices-table.ts';

export { type FactForm, factsByKind, type Message } from '../../regions/notices.ts';
export { noticeKeyPrefix } from '../runtime/notices-table.ts';

/** What both functions of this capability are deployed with. */
const Sending = NoticesTable.extend({
  IDENTITY_TABLE: z.string().min(1),
  /** Where the logins of learners and guardians are, with their addresses. */
  PUBLIC_POOL_ID: z.string().min(1),
  /** The address that mails come from. */
  MAIL_FROM: z.email(),
  /** Amazon SES's name for how mails are sent and what is counted. */
  CONFIGURATION_SET: z.string().min(1),
});
export type Sending = z.output<typeof Sending>;

export const noticesEnvironments = { mail: Sending, resend: Sending };

/** The sparse index of deliveries that are not done, by when they are due. */
export const dueIndex = 'due';

/** Who reads a mail, and why they get it. */
export interface Reader {
  /** What the reader is called in the table: the login's subject, or `address`. */
  readonly key: string;
  readonly language: string;
  readonly why: 'self' | 'guardian' | 'mentor' | 'address';
  /** In which moments are told; absent: the region's. */
  readonly timeZone?: string | undefined;
  /** About whom it is, where the reader would not know otherwise: a guardian of several children. */
  readonly child?: string | undefined;
}

/** A mail as it goes out. */
export interface Letter {
  readonly language: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** What goes into the reader's calendar. */
  readonly events: readonly WrittenEvent[];
}

/** A session as one reader's calendar shows it. */
export interface WrittenEvent
  extends Pick<CalendarEvent, 'uid' | 'sequence' | 'start' | 'minutes'> {
  readonly summary: string;
  readonly description: string;
  /** Where both meet; absent: online, where whoever signs in gets the way in. */
  readonly location?: string;
  /** Who asks for it: the region, by its name. */
  readonly organizer: string;
  /** What the reader is to it. */
  readonly role: 'learner' | 'guardian' | 'mentor';
  readonly status: 'confirmed' | 'cancelled';
}
