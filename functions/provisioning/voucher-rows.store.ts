import { createHash } from 'node:crypto';
import * as z from 'zod';
import { ProviderId } from '../../regions/schema.ts';
import { AccountId } from '../enrolment/contract.ts';
import { LearnerId } from '../identity/contract.ts';

/** A code that nobody has. */
export const FreeRow = z.strictObject({
  pk: z.string(),
  sk: z.string(),
  code: z.string(),
  since: z.iso.datetime(),
});
export type Free = Pick<z.infer<typeof FreeRow>, 'sk' | 'code'>;

/** A code that is no longer free, without the code: what keeps it from being added again. */
export const UsedRow = z.strictObject({
  pk: z.string(),
  sk: z.string(),
  state: z.enum(['given', 'void']),
  since: z.iso.datetime(),
  providerId: ProviderId,
  /** Only while it is theirs. */
  learnerId: LearnerId.optional(),
});

/** The code of an account. */
export const VoucherRow = z.strictObject({
  pk: z.string(),
  sk: z.literal('VOUCHER'),
  accountId: AccountId,
  learnerId: LearnerId,
  providerId: ProviderId,
  code: z.string(),
  givenAt: z.iso.datetime(),
});

export const voucherKey = (accountId: AccountId) => ({
  pk: `VOUCHER#${accountId}`,
  sk: 'VOUCHER' as const,
});
export const poolKey = (providerId: ProviderId) => `POOL#${providerId}`;
export const freeName = (code: string) => `FREE#${hashOf(code)}`;
export const usedName = (code: string) => `USED#${hashOf(code)}`;

/** Behind all names that begin so. */
export const endOf = (prefix: string) => `${prefix}~`;

/** 132 bits of SHA-256: enough for no two codes to meet, and services that log requests log no code. */
function hashOf(code: string): string {
  return createHash('sha256').update(code).digest('base64url').slice(0, 22);
}
