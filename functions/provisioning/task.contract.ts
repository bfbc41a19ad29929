import * as z from 'zod';
import { ProviderId } from '../../regions/schema.ts';
import { AccountId } from '../enrolment/contract.ts';
import { paging } from '../runtime/paging.ts';
import type { Route } from '../runtime/route.ts';
import { AskedStep, CaseReason } from './asked.contract.ts';

/** How something that a provider was asked for ended. */
export type Outcome =
  | { readonly kind: 'done'; readonly remoteId?: string | undefined }
  /** The account will never be. */
  | { readonly kind: 'rejected' }
  /** It has not ended: the provider is to be asked again. */
  | { readonly kind: 'again' };
export type OutcomeKind = Outcome['kind'];

/** Rises with each request: an outcome of an older one changes nothing. */
const Fence = z
  .int()
  .min(1)
  .meta({ examples: [3] });
const RemoteId = z
  .string()
  .min(1)
  .max(500)
  .meta({ examples: ['user-4711'] });

/** An account that somebody has to see to. It names nobody: the account's id is all that a provider is told. */
export const Task = z.strictObject({
  accountId: AccountId,
  asked: AskedStep,
  reason: CaseReason,
  since: z.iso.datetime().meta({ examples: ['2026-03-02T02:01:29.870Z'] }),
  fence: Fence,
  remoteId: RemoteId.optional(),
});
export type Task = z.infer<typeof Task>;

/** Where a page of tasks ended. */
export const TaskBookmark = z.strictObject({ accountId: AccountId, since: z.iso.datetime() });
export type TaskBookmark = z.infer<typeof TaskBookmark>;

export const TaskOutcome = z
  .strictObject({
    fence: Fence,
    outcome: z.enum(['done', 'rejected', 'again']),
    remoteId: RemoteId.optional().meta({
      description:
        'With `done`, for accounts made by hand: by which name the learner signs in there, where that is not the account’s id. For SCIM it is ignored: the account is found by our id in its `externalId`',
      examples: ['user-4711'],
    }),
  })
  .refine(({ outcome, remoteId }) => outcome === 'done' || remoteId === undefined, {
    path: ['remoteId'],
    error: 'only with "done"',
  });
export type TaskOutcome = z.infer<typeof TaskOutcome>;

const providerId = ProviderId.meta({ description: 'Which one, by its id in the region file' });
const staff = { pool: 'staff', roles: ['administrator', 'coordinator'] } as const;

/** The work list: what no program can decide, and what a person does by hand. */
export const taskRoutes = {
  listTasks: {
    method: 'GET',
    path: '/provisioning/providers/{providerId}/tasks',
    access: staff,
    summary: 'Accounts at a provider that somebody has to see to, the longest waiting first',
    description:
      'For staff of the whole region. `asked` says what the account is to become: `create` it, `suspend` it so that nobody can use it, `resume` it, or `delete` it. `by-hand`: do it at the provider, with the account’s id for its name. The other reasons say why the provider’s answer was not enough. An outcome counts only for the request that it names.',
    params: z.strictObject({ providerId }),
    query: z.strictObject(paging),
    answers: {
      status: 200,
      body: z.strictObject({
        tasks: z.array(Task),
        cursor: z.string().optional().meta({ description: 'For the next page; absent: the end' }),
      }),
    },
    refusals: {
      403: ['no-staff-record', 'whole-region-only'],
      404: ['no-such-provider'],
    },
  },
  settleTask: {
    method: 'POST',
    path: '/provisioning/providers/{providerId}/tasks/{accountId}/outcome',
    access: staff,
    summary: 'Tell how it ended: it is done, will never be, or is to be tried again',
    description:
      'For staff of the whole region. `done`: the account is as asked for. `rejected`: there will be no account, and the learner’s place fails. `again`: the provider is asked anew. Of `pool-dry` nobody can tell that it is done: add codes. Send the `fence` of the task that you saw. It is in the audit trail.',
    params: z.strictObject({
      providerId,
      accountId: AccountId.meta({ description: 'Of which account, as the list names it' }),
    }),
    body: TaskOutcome,
    answers: { status: 204 },
    refusals: {
      403: ['no-staff-record', 'whole-region-only'],
      404: ['no-such-provider', 'no-such-account'],
      409: ['outcome-stale'],
      422: ['outcome-impossible'],
    },
  },
  takeEvent: {
    method: 'POST',
    path: '/providers/{providerId}/events',
    access: { pool: 'none' },
    summary: 'For providers: how what we wanted of an account ended, as a signed message',
    description:
      'A message of Standard Webhooks, signed with the key of the provider’s secret and not more than five minutes old; `docs/add-a-provider.md` explains it. `stale`: something newer has been wanted since, so nothing was changed; do not send it again.',
    params: z.strictObject({ providerId }),
    headers: z.strictObject({
      'webhook-id': z
        .string()
        .min(1)
        .max(200)
        .meta({
          description: 'By which you know the message; the same when you send it again',
          examples: ['msg_2KWPBgLlAfxdpx2AI54pPJ85f4W'],
        }),
      'webhook-timestamp': z
        .string()
        .regex(/^\d{1,12}$/, 'seconds since 1970')
        .meta({
          description: 'When it was signed, in seconds since 1970',
          examples: ['1772416889'],
        }),
      'webhook-signature': z
        .string()
        .min(1)
        .max(2_000)
        .meta({
          description:
            '`v1,` and HMAC-SHA-256 over id, timestamp and body, in base 64; several with spaces between',
          examples: ['v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4='],
        }),
    }),
    text: {
      mediaType: 'application/json',
      largestBytes: 4_096,
      description:
        'JSON: `type` (`account.done` or `account.rejected`), `timestamp`, and `data` with `accountId` and `fence` as we sent them and, if you like, your own id of the account, `remoteId`.',
      example:
        '{"type":"account.done","timestamp":"2026-03-02T02:01:29.870Z","data":{"accountId":"acc_3k9d7p2mx5t8w0qz6r4hvc1jbn","fence":3,"remoteId":"user-4711"}}',
    },
    repeats: 'by-itself',
    answers: {
      status: 202,
      body: z.strictObject({
        outcome: z.enum(['taken', 'known', 'stale']).meta({
          description: 'Whether it changed something, had been told before, or came too late',
        }),
      }),
    },
    refusals: {
      403: ['signature-invalid'],
      404: ['no-such-account'],
      422: ['outcome-impossible'],
    },
  },
} as const satisfies Readonly<Record<string, Route>>;
