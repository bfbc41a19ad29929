import type { Temporal } from 'temporal-polyfill';
import { dayIn, partnerOf, partnerStateOn } from '../../regions/calendar.ts';
import type { AreaId, Region } from '../../regions/schema.ts';

/** Why the partner that an area belongs to does not let something begin now. */
export interface PartnerRefusal {
  readonly code: 'partner-not-recruiting' | 'partner-not-live' | 'partner-ended';
  readonly detail: string;
}

/**
 * Whether something new may begin in an area by the life cycle of the partner that it belongs to (domain.md row 28):
 * applications and approvals while it recruits or is live, choices and mentorships while it is live, nothing once it has
 * ended. What runs goes on to its own end. An area of the region itself asks nobody.
 *
 * @param needs - the state that has to be reached
 * @returns undefined where it may
 */
export function partnerRefuses(
  region: Pick<Region, 'partners' | 'timeZone'>,
  areaId: AreaId,
  now: Temporal.Instant,
  needs: 'recruiting' | 'live',
): PartnerRefusal | undefined {
  const partner = partnerOf(region, areaId);
  if (partner === undefined) return undefined;
  const { from } = partner;
  switch (partnerStateOn(partner, dayIn(region, now))) {
    case 'agreed':
      return needs === 'recruiting' ? notRecruiting(from.recruiting) : notLive(from.live);
    case 'recruiting':
      return needs === 'recruiting' ? undefined : notLive(from.live);
    case 'live':
      return undefined;
    case 'ended':
      return ended(from.ended);
  }
}

function notRecruiting(day: string): PartnerRefusal {
  const detail = `Your area takes applications from ${day} on. Apply then.`;
  return { code: 'partner-not-recruiting', detail };
}

function notLive(day: string): PartnerRefusal {
  const detail = `Places and mentors can be had in your area from ${day} on. Come back then.`;
  return { code: 'partner-not-live', detail };
}

function ended(day: string | undefined): PartnerRefusal {
  const since = day === undefined ? '' : ` on ${day}`;
  const detail = `The programme of your area ended${since}: what you have goes on, nothing new begins. Ask the office of your area.`;
  return { code: 'partner-ended', detail };
}
