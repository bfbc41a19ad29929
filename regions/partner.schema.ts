import * as z from 'zod';
import { AreaId, Day, GroupId, PartnerId, SeatCount, Text, Words } from './words.schema.ts';

/** What an area's people get beside content (domain.md rows 30 and 31). */
export const services = ['mentoring', 'consulting'] as const;
export const Service = z.enum(services);
export type Service = z.infer<typeof Service>;

/** Where a partner stands, in the order in which it passes through them (domain.md row 28). */
export const partnerStates = ['agreed', 'recruiting', 'live', 'ended'] as const;
export const PartnerState = z.enum(partnerStates);
export type PartnerState = z.infer<typeof PartnerState>;

/** How many of a partner's learners may hold an approval at a time (domain.md rows 29 and 30); dated as policies are. */
export const PartnerQuota = z.strictObject({
  from: Day.describe('the first day on which these numbers apply'),
  perArea: SeatCount.describe('the places in each area that "areas" does not name'),
  areas: z.record(AreaId, SeatCount).exactOptional().describe('other numbers of places, by area'),
});
export type PartnerQuota = z.infer<typeof PartnerQuota>;

/** Another government, hosted by this region with areas of its own (domain.md rows 28 to 33). */
export const Partner = z.strictObject({
  id: PartnerId,
  name: Text,
  areas: z
    .array(AreaId)
    .min(1)
    .max(50)
    .describe('the areas that are the partner’s; each belongs to one'),
  agreement: z.strictObject({
    signed: Day.describe('the day on which the two governments signed'),
    legalBasis: Words.describe('the agreement, and the ordinance that allows it'),
  }),
  from: z.strictObject({
    recruiting: Day.describe('the first day on which applications are taken and decided'),
    live: Day.describe('the first day on which places can be chosen and mentors be asked for'),
    ended: Day.exactOptional().describe(
      'the first day on which nothing new begins; what runs goes on to its end; none: no end',
    ),
  }),
  services: z
    .array(Service)
    .describe('what its areas have beside content, in the place of "services" of each area'),
  groups: z
    .array(GroupId)
    .min(1)
    .exactOptional()
    .describe('the groups of the policies that its residents may apply in; none: all'),
  quotas: z
    .array(PartnerQuota)
    .min(1)
    .exactOptional()
    .describe('its own quotas, each from its day on; none: as the policy says'),
});
export type Partner = z.infer<typeof Partner>;
