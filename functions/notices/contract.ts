import * as z from 'zod';
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
  readonly why: 'self' | 'guardian' | 'address';
  /** About whom it is, where the reader would not know otherwise: a guardian of several children. */
  readonly child?: string | undefined;
}

/** A mail as it goes out. */
export interface Letter {
  readonly language: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}
