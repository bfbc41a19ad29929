import type { Temporal } from 'temporal-polyfill';
import { timestamp } from '../../regions/calendar.ts';
import type { ProviderId } from '../../regions/schema.ts';
import type { StaffId } from '../identity/contract.ts';
import {
  ChosenItem,
  type Content,
  claim,
  contentIdOf,
  type DeepLinkingResponse,
} from './contract.ts';

/** Contents that one choice may bring: what fits into one transaction, and what somebody picks by hand. */
const most = 50;

/**
 * What was chosen, as contents. Items of other types than were asked for are left out, as Deep Linking 2.0 has it
 * (section 3.4.2); undefined where one that was asked for cannot be read, or there are too many.
 */
export function contentsOf(
  response: DeepLinkingResponse,
  who: { readonly providerId: ProviderId; readonly staffId: StaffId },
  now: Temporal.Instant,
): readonly Content[] | undefined {
  const links = response[claim.contentItems].filter(({ type }) => type === 'ltiResourceLink');
  if (links.length > most) return undefined;
  const read = links.map((link) => ChosenItem.safeParse(link).data);
  const contents = read.flatMap((item, position): Content[] => {
    if (item === undefined) return [];
    const { title, url, custom } = item;
    const contentId = contentIdOf(response[claim.data], position);
    const chosen = { chosenBy: who.staffId, chosenAt: timestamp(now) };
    return [{ contentId, providerId: who.providerId, title, url, custom, ...chosen }];
  });
  return contents.length === links.length ? contents : undefined;
}
