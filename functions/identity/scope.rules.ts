import type { AreaId, PartnerId, Region } from '../../regions/schema.ts';
import type { Staff } from './contract.ts';

/** Whose learners a member of staff may see: all of the region's, those of a partner's areas, or those of one area. */
export type Scope =
  | { readonly kind: 'region' }
  | { readonly kind: 'partner'; readonly partnerId: PartnerId; readonly areas: readonly AreaId[] }
  | { readonly kind: 'area'; readonly areaId: AreaId };

/**
 * What a row of staff comes to. The areas of a partner are those of the region file of today; whoever belongs to a partner
 * that it does not have any more sees nobody.
 */
export function scopeBy(
  { partners = [] }: Pick<Region, 'partners'>,
  { areaId, partnerId }: Pick<Staff, 'areaId' | 'partnerId'>,
): Scope {
  if (areaId !== undefined) return { kind: 'area', areaId };
  if (partnerId === undefined) return { kind: 'region' };
  const areas = partners.find(({ id }) => id === partnerId)?.areas ?? [];
  return { kind: 'partner', partnerId, areas };
}

/** Whether somebody who lives in an area is in a scope: everybody else is as if they were not there (edge case 50). */
export function sees(scope: Scope, areaId: AreaId): boolean {
  return areasOf(scope)?.includes(areaId) ?? true;
}

/** The areas of a scope; undefined: all of the region. */
export function areasOf(scope: Scope): readonly AreaId[] | undefined {
  switch (scope.kind) {
    case 'region':
      return undefined;
    case 'partner':
      return scope.areas;
    case 'area':
      return [scope.areaId];
  }
}

/** The area that a list is of where nobody names one; undefined where a scope has several. */
export function onlyAreaOf(scope: Scope): AreaId | undefined {
  const [first, ...others] = areasOf(scope) ?? [];
  return others.length === 0 ? first : undefined;
}

/** What somebody is told who serves several areas and named none. */
export function nameAnArea(scope: Scope): {
  readonly code: 'area-required';
  readonly detail: string;
} {
  const areas = areasOf(scope);
  const which =
    areas === undefined
      ? 'the whole region: say which area'
      : `several areas (${areas.join(', ')}): say which`;
  return { code: 'area-required', detail: `You serve ${which} with "?areaId=".` };
}
