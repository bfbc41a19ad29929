import type { Category } from '../../regions/schema.ts';

/** Two or three for each category, so that there is somewhere to go; each is asked in another way. */
export const kindsOf = {
  subject: { highland: 'scim', ridge: 'scim', summit: 'webhook' },
  language: { wayfarer: 'scim', passport: 'voucher' },
  reading: { firefly: 'scim', lantern: 'lti' },
} as const satisfies Partial<Record<Category, Readonly<Record<string, string>>>>;

export const chosenCategories = ['subject', 'language', 'reading'] as const;
export type ChosenCategory = (typeof chosenCategories)[number];

/** The ids of the providers that learners choose for a place. */
export function providersFor(category: ChosenCategory): readonly string[] {
  return Object.keys(kindsOf[category]);
}

/** Those that keep accounts of their own. */
export const withAccounts = ['highland', 'ridge', 'summit', 'wayfarer', 'firefly'] as const;
/** Those that answer to a request, and so can fail at it. */
export const disturbed = withAccounts;
export const voucherProvider = 'passport';
export const launchedProvider = 'lantern';
export const webhookProvider = 'summit';
