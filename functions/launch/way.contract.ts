import * as z from 'zod';
import { PlaceId } from '../enrolment/contract.ts';
import { ActingFor } from '../identity/contract.ts';
import { idSchema } from '../runtime/ids.ts';
import { Cursor } from '../runtime/paging.ts';
import type { Route } from '../runtime/route.ts';

/** Something that a tool offers, chosen by staff. */
export const ContentId = idSchema<'ContentId'>('cnt');
export type ContentId = z.infer<typeof ContentId>;

/** One page of a tool's contents; learners look through them by eye, so it is a long one. */
export const contentPaging = {
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(100)
    .default(100)
    .meta({ description: 'How many to answer at most' }),
  cursor: Cursor.optional().meta({
    description: 'Where to go on: the `cursor` of the page before',
  }),
};

/** After which content a page of them begins. */
export const ContentsCursor = z.strictObject({ after: ContentId });

/** The name of a ticket, by which a provider lets it in once. */
export const TicketId = idSchema<'TicketId'>('tkt');

const provided = 'https://open-shelf.example';

/** How a learner gets in, by what the provider takes. */
export const WayIn = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('open'),
    url: z.url().meta({
      description: 'To be opened in a window of its own; good once, and for this learner',
      examples: [`${provided}/enter?ticket=eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhY2NfIn0.c2ln`],
    }),
    until: z.iso
      .datetime()
      .meta({ description: 'When it ends', examples: ['2026-03-02T01:21:04Z'] }),
  }),
  z.strictObject({
    kind: z.literal('redeem'),
    url: z.url().meta({ examples: [`${provided}/redeem`] }),
    code: z
      .string()
      .min(1)
      .meta({ examples: ['OPEN-7Q2K-44XD'] }),
  }),
  z.strictObject({
    kind: z.literal('sign-in'),
    account: z.string().min(1).meta({ description: 'The name of the account there' }),
    url: z
      .url()
      .optional()
      .meta({ examples: [`${provided}/sign-in`] }),
  }),
]);
export type WayIn = z.infer<typeof WayIn>;

const params = z.strictObject({
  place: PlaceId.meta({ description: 'Which of your places' }),
});

const closed = ['place-empty', 'place-pending', 'place-suspended', 'place-failed'] as const;

/** What learners ask. */
export const wayRoutes = {
  open: {
    method: 'POST',
    path: '/me/enrolments/{place}/launch',
    access: { pool: 'public' },
    summary: 'Get in: an address to open, a code to redeem, or the account to sign in with',
    description:
      'Ask each time: an address is good once, and for minutes. Open it in a window of its own, at the top; no cookie of another site is needed.',
    params,
    query: ActingFor.extend({
      contentId: ContentId.optional().meta({
        description: 'What to open, of those that `GET …/contents` lists; otherwise the beginning',
      }),
    }),
    // Nothing is changed, and an answer that is remembered would be a ticket which has ended: each request gets its own.
    repeats: 'by-itself',
    answers: { status: 200, body: WayIn },
    refusals: {
      404: ['no-profile', 'no-such-content'],
      409: [...closed, 'no-way-in'],
    },
  },
  listMyContents: {
    method: 'GET',
    path: '/me/enrolments/{place}/contents',
    access: { pool: 'public' },
    summary: 'What of the provider in this place can be opened by itself',
    params,
    query: ActingFor.extend(contentPaging),
    answers: {
      status: 200,
      body: z.strictObject({
        contents: z.array(
          z.strictObject({ contentId: ContentId, title: z.string().meta({ examples: ['분수'] }) }),
        ),
        cursor: Cursor.optional(),
      }),
    },
    refusals: { 404: ['no-profile'], 409: ['place-empty'] },
  },
} as const satisfies Readonly<Record<string, Route>>;
