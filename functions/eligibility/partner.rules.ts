import type { Temporal } from 'temporal-polyfill';
import { partnerOf, partnerStateOn } from '../../regions/calendar.ts';
import type { AreaId, GroupId, Region } from '../../regions/schema.ts';
import type { Finding } from './contract.ts';

type Found = Omit<Finding, 'rule'>;

/** Row 28: of a partner's area applications are decided from its first day of recruiting on, until it has ended. */
export function partnerRecruiting({
  region,
  areaId,
  day,
}: Readonly<{ region: Region; areaId: AreaId; day: Temporal.PlainDate }>): Found | undefined {
  const partner = partnerOf(region, areaId);
  if (partner === undefined) return undefined;
  const { recruiting, ended } = partner.from;
  const end = ended === undefined ? '' : ` and before ${ended}`;
  const explanation = `The area "${areaId}" belongs to the partner "${partner.id}", which takes learners from ${recruiting} on${end}.`;
  const state = partnerStateOn(partner, day);
  return { met: state === 'recruiting' || state === 'live', explanation };
}

/** The finding where the partner that an area belongs to does not take a group; undefined where it does. */
export function groupNotTaken(region: Region, areaId: AreaId, groupId: GroupId): Found | undefined {
  const partner = partnerOf(region, areaId);
  if (partner?.groups?.includes(groupId) !== false) return undefined;
  const explanation = `The learner lives in ${areaId}; the partner "${partner.id}" takes the groups ${partner.groups.join(', ')}.`;
  return { met: false, explanation };
}
