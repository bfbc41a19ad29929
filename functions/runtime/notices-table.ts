import * as z from 'zod';

/** Environment of every function that sends notices. */
export const NoticesTable = z.object({ NOTICES_TABLE: z.string().min(1) });

/** How keys of notices begin: the stream of their table hands only these to what mails them. */
export const noticeKeyPrefix = 'NOTICE#';
