import * as z from 'zod';

/** What a provider can be asked to do about an account. */
export const AskedStep = z.enum(['create', 'suspend', 'resume', 'delete']);
export type AskedStep = z.infer<typeof AskedStep>;

/** Why somebody has to look at an account, as a stable code. */
export const CaseReason = z.enum([
  /** The provider has an account by our name that does not carry our id (edge case 18). */
  'account-of-another',
  /** Several accounts carry our id. */
  'several-accounts',
  /** The provider's accounts are made, changed and ended by a person. */
  'by-hand',
  /** No voucher is left (edge case 26). */
  'pool-dry',
]);
export type CaseReason = z.infer<typeof CaseReason>;
