import * as z from 'zod';

/** Where a page ended, as text that only we read. */
export const Cursor = z
  .string()
  .max(400)
  .meta({ examples: ['eyJhZnRlciI6ImFwcF8zazlkIn0'] });

/** The part of a list's query that asks for one page of it. */
export const paging = {
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(100)
    .default(25)
    .meta({ description: 'How many to answer at most' }),
  cursor: Cursor.optional().meta({
    description: 'Where to go on: the `cursor` of the page before',
  }),
};
