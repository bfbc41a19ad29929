import * as z from 'zod';
import { ProviderId } from '../../regions/schema.ts';
import { StaffId } from '../identity/contract.ts';
import { derivedId, idSchema } from '../runtime/ids.ts';
import { Cursor } from '../runtime/paging.ts';
import type { Route } from '../runtime/route.ts';
import { ContentId, contentPaging } from './way.contract.ts';

/** An address of a tool's; plain HTTP is for regions on one machine. */
const Address = z.url({ protocol: /^https?$/ }).max(2_000);

/** One thing that a tool offers: an `ltiResourceLink` of LTI Deep Linking 2.0, section 3.2. */
export const Content = z.strictObject({
  contentId: ContentId,
  providerId: ProviderId,
  title: z
    .string()
    .min(1)
    .max(200)
    .meta({ examples: ['분수'] }),
  /** Where it is; none: where all launches of the tool go. */
  url: Address.optional().meta({ examples: ['https://tool.example/courses/fractions'] }),
  /** What the tool wants to be told when it is opened. */
  custom: z
    .record(z.string().min(1).max(100), z.string().max(500))
    .optional()
    .meta({ examples: [{ course: 'fractions' }] }),
  chosenBy: StaffId,
  chosenAt: z.iso.datetime().meta({ examples: ['2026-03-02T01:20:04.310Z'] }),
});
export type Content = z.infer<typeof Content>;

/** Always the same for what was chosen once. */
export function contentIdOf(choiceId: ChoiceId, position: number): ContentId {
  return derivedId(ContentId, 'cnt', choiceId, String(position));
}

/** Values that a content may come with: each launch into it carries all of them. */
const mostCustom = 50;

/** What a tool says of a thing that was chosen; of other types than a resource link nothing is read. */
export const ChosenItem = z.object({
  type: z.literal('ltiResourceLink'),
  title: z.string().trim().min(1).max(200),
  url: Address.optional(),
  custom: z
    .record(z.string().min(1).max(100), z.coerce.string().max(500))
    .refine((values) => Object.keys(values).length <= mostCustom)
    .optional(),
});
export type ChosenItem = z.infer<typeof ChosenItem>;

/** That somebody is choosing: goes to the tool, and comes back with what was chosen. */
export const ChoiceId = idSchema<'ChoiceId'>('cho');
export type ChoiceId = z.infer<typeof ChoiceId>;

const params = z.strictObject({
  providerId: ProviderId.meta({ description: 'A provider whose `kind` is `lti`' }),
});
const access = { pool: 'staff', roles: ['administrator', 'coordinator'] } as const;
const refused = ['no-staff-record', 'whole-region-only'] as const;

/** What staff of the whole region do about a tool's contents. */
export const contentRoutes = {
  chooseContents: {
    method: 'POST',
    path: '/provisioning/providers/{providerId}/contents',
    access,
    summary:
      'Choose contents of an LTI tool: an address to open, at which the tool shows what it has',
    description:
      'The tool sends what was chosen back to this API (LTI Deep Linking 2.0). The address is good once and for five minutes, the choice for an hour.',
    params,
    repeats: 'by-itself',
    answers: {
      status: 200,
      body: z.strictObject({
        url: z.url().meta({ examples: ['https://tool.example/login?login_hint=Zk3…'] }),
        until: z.iso.datetime().meta({ examples: ['2026-03-02T01:25:04Z'] }),
      }),
    },
    refusals: { 403: refused, 404: ['no-such-provider'], 422: ['no-contents-to-choose'] },
  },
  listContents: {
    method: 'GET',
    path: '/provisioning/providers/{providerId}/contents',
    access,
    summary: 'The contents of a tool that learners can open by themselves',
    params,
    query: z.strictObject(contentPaging),
    answers: {
      status: 200,
      body: z.strictObject({ contents: z.array(Content), cursor: Cursor.optional() }),
    },
    refusals: { 403: refused, 404: ['no-such-provider'] },
  },
  removeContent: {
    method: 'DELETE',
    path: '/provisioning/providers/{providerId}/contents/{contentId}',
    access,
    summary: 'Offer a content no longer; removing what is not there is fine',
    params: params.extend({
      contentId: ContentId.meta({ description: 'One of those that GET …/contents lists' }),
    }),
    answers: { status: 204 },
    refusals: { 403: refused, 404: ['no-such-provider'] },
  },
} as const satisfies Readonly<Record<string, Route>>;
