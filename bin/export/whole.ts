import type { Manifest } from './manifest.ts';
import { addressOf, type Place } from './place.ts';
import { TransferRefused } from './refusals.ts';

/** What a partner's part has to be taken out of. */
export interface Wanted {
  readonly regionId: string;
  readonly via: Place;
  /** The moment that was asked for. */
  readonly at: Date | undefined;
}

/**
 * Sees to it that a whole export that is there already is what a partner's part is to be taken out of.
 *
 * @returns whether its moment was named; if not, somebody has to say that it is the right one
 * @throws {TransferRefused} `via-unusable`
 */
export function requireOwn(
  { regionId: own, scope, moment }: Manifest,
  { regionId, via, at }: Wanted,
): 'named' | 'unnamed' {
  const refuse = (what: string) =>
    new TransferRefused(
      'via-unusable',
      `${addressOf(via)} holds ${what}. Name another place of your own with --via, where a new export is made.`,
    );
  if (own !== regionId) throw refuse(`an export of the region "${own}" and not of "${regionId}"`);
  if (scope.kind !== 'region')
    throw refuse(`only what is of the partner "${scope.partner}", and no whole export`);
  if (at === undefined) return 'unnamed';
  if (isSameSecond(at, moment)) return 'named';
  throw refuse(`an export as of ${moment}, and not as of ${at.toISOString()}`);
}

/** Exports are of whole seconds. */
export function isSameSecond(at: Date, moment: string): boolean {
  const [one, other] = [at, new Date(moment)].map((each) => Math.floor(each.getTime() / 1000));
  return one === other;
}
