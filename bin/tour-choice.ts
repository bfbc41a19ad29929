import type { ProviderView } from '../functions/catalogue/contract.ts';
import type { ProviderId } from '../regions/schema.ts';

/** Why the tour leaves a place empty. */
export const leftEmpty =
  'left empty: the tour asks providers for their accounts, and only SCIM servers among them can be asked';

/**
 * Whom the tour chooses for a place: a provider that can be asked for the account, and one that has no other place yet
 * where there is such a one; undefined where none can be asked.
 *
 * @param offered - in the order in which they are shown
 * @param canBeAsked - of a provider's id
 */
export async function tourChoice(
  offered: readonly ProviderView[],
  chosen: ReadonlySet<ProviderId>,
  canBeAsked: (providerId: ProviderId) => Promise<boolean>,
): Promise<ProviderView | undefined> {
  const isNew = ({ providerId }: ProviderView) => !chosen.has(providerId);
  for (const provider of [...offered.filter(isNew), ...offered.filter((one) => !isNew(one))]) {
    if (await canBeAsked(provider.providerId)) return provider;
  }
  return undefined;
}
