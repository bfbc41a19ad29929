import * as z from 'zod';
import { AccountId } from '../enrolment/contract.ts';

/** Of two messages about an account the one with the higher fence holds, whichever arrives first. */
const Fence = z.int().min(1);
const RemoteId = z.string().min(1).max(500);

/** What we send: how the account is to be. */
export const AccountWanted = z.strictObject({
  type: z.literal('account.wanted'),
  timestamp: z.iso.datetime(),
  data: z.strictObject({
    accountId: AccountId,
    fence: Fence,
    wanted: z.enum(['active', 'suspended', 'none']),
  }),
});
export type AccountWanted = z.infer<typeof AccountWanted>;

/** The body of a 200: it is so, or the provider tells later. */
export const WantedReply = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('done'), remoteId: RemoteId.optional() }),
  z.strictObject({ state: z.literal('accepted') }),
]);

/** The body of a refusal that is final: why, as a code of the provider's own. */
export const WantedRefusal = z.looseObject({ code: z.string().min(1).max(200) });

/** The body of a 409 that says: somebody else has an account by this name (edge case 18). */
export const NameTaken = z.looseObject({ code: z.literal('account-of-another') });

/** What the provider sends: how what was wanted with this fence ended. */
export const AccountEvent = z.strictObject({
  type: z.enum(['account.done', 'account.rejected']),
  timestamp: z.iso.datetime(),
  data: z.strictObject({ accountId: AccountId, fence: Fence, remoteId: RemoteId.optional() }),
});
export type AccountEvent = z.infer<typeof AccountEvent>;
