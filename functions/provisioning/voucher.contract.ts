import * as z from 'zod';
import { ProviderId } from '../../regions/schema.ts';
import type { AccountId } from '../enrolment/contract.ts';
import type { Route } from '../runtime/route.ts';

/** The codes of one provider, as one learner's account meets them. */
export interface Pool {
  /** Gives the account a code, always the same one; false: none is left. */
  give(accountId: AccountId): Promise<boolean>;
  /** Takes the account's code back: for the next, or out of use for good. That it has none is as good. */
  takeBack(accountId: AccountId, afterUse: 'return' | 'void'): Promise<void>;
}

/**
 * A code as a provider gave it to us, capitals and small letters as they are: of what can be typed, without spaces,
 * quotes and commas. It begins with a letter or a digit, so that no spreadsheet takes it for a formula.
 */
export const VoucherCode = z.string().regex(/^[A-Za-z0-9][!#-&(-+\--~]{3,99}$/);

/** How many codes of a pool there are, by what has become of them. */
const count = (description: string, example: number) =>
  z
    .int()
    .min(0)
    .meta({ description, examples: [example] });

export const PoolView = z.strictObject({
  free: count('Codes that nobody has yet', 180),
  given: count('Codes that learners have', 1_204),
  void: count('Codes that were used and are given to nobody any more', 16),
  lowWater: count('So few free codes raise the alarm', 100),
});
export type PoolView = z.infer<typeof PoolView>;

const params = z.strictObject({
  providerId: ProviderId.meta({ description: 'Whose codes, by the id in the region file' }),
});

export const voucherRoutes = {
  showPool: {
    method: 'GET',
    path: '/provisioning/providers/{providerId}/vouchers',
    access: { pool: 'staff', roles: ['administrator', 'coordinator'] },
    summary: 'How many codes of a provider are left, given and void',
    description:
      'For staff of the whole region. The codes themselves are shown to nobody but the learner.',
    params,
    answers: { status: 200, body: PoolView },
    refusals: {
      403: ['no-staff-record', 'whole-region-only'],
      404: ['no-such-provider'],
      422: ['no-voucher-provider'],
    },
  },
  importVouchers: {
    method: 'POST',
    path: '/provisioning/providers/{providerId}/vouchers',
    access: { pool: 'staff', roles: ['administrator', 'coordinator'] },
    summary: 'Add codes to a provider’s pool, from CSV',
    description:
      'What is wrong with the list is named at once, line by line, and then none of it is added. A code that was ever added before is left as it is: free, given or void. Interrupted, the same list is sent again. Learners who wait for a code are asked for again, as many as there are codes. For staff of the whole region; who did it is in the audit trail.',
    params,
    text: {
      mediaType: 'text/csv',
      // 2,000 codes of 100 characters, quoted.
      largestBytes: 262_144,
      description:
        'One column, one code a line, if you like with `code` as its first line. A code has 4 to 100 letters, digits and signs without spaces, quotes and commas, the first a letter or digit. UTF-8, at most 2,000 codes: send a larger pool as several lists.',
      example: 'code\nK7QM-2XWA-90\nK7QM-55TD-13\n',
    },
    answers: {
      status: 200,
      body: z.strictObject({
        imported: count('Codes that this request added', 500),
        known: count('Codes that had been added before', 3),
        free: count('Codes that are free now', 680),
      }),
    },
    refusals: {
      403: ['no-staff-record', 'whole-region-only'],
      404: ['no-such-provider'],
      422: ['no-voucher-provider', 'vouchers-refused'],
    },
  },
} as const satisfies Readonly<Record<string, Route>>;
