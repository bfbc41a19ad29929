/**
 * The one schema of region files. Its texts are read by people: a custom error says what to write
 * ("write …"), a description says what the value means, in the editor and beside a missing key.
 */
import * as z from 'zod';
import { Deployment } from './deployment.schema.ts';
import { MentoringPolicy } from './mentoring.schema.ts';
import { Partner, Service } from './partner.schema.ts';
import { IncomeBand, Policy } from './policy.schema.ts';
import { Provider } from './provider.schema.ts';
import {
  AreaId,
  Currency,
  GroupId,
  Language,
  LocalTime,
  Slug,
  Text,
  TimeZone,
} from './words.schema.ts';

export * from './deployment.schema.ts';
export * from './edge.schema.ts';
export * from './mentoring.schema.ts';
export * from './partner.schema.ts';
export * from './policy.schema.ts';
export * from './provider.schema.ts';
export * from './words.schema.ts';

export const Area = z.strictObject({
  id: AreaId,
  name: Text,
  services: z
    .array(Service)
    .exactOptional()
    .describe(
      'what the area has beside content; none: all that the region has; of a partner’s area the partner says it',
    ),
});
export type Area = z.infer<typeof Area>;

/** When applications are taken; `closes` is the first moment that is too late (edge case 15). */
export const Intake = z.strictObject({
  opens: LocalTime.describe('the first minute in which applications are taken'),
  closes: LocalTime.optional().describe('the first minute that is too late; none: open-ended'),
  areas: z
    .array(AreaId)
    .min(1)
    .exactOptional()
    .describe('the areas whose residents it is for; none: all'),
  groups: z.array(GroupId).min(1).exactOptional().describe('the groups that it is for; none: all'),
});
export type Intake = z.infer<typeof Intake>;

/** A region file: everything that one government decides, and nothing that is code. */
export const Region = z.strictObject({
  id: Slug.brand<'RegionId'>().describe('the short name of the region, part of resource names'),
  name: Text.describe('the name of the region'),
  timeZone: TimeZone.describe(
    'the time zone in which this file states times and birthdays are counted',
  ),
  languages: z.array(Language).min(1).describe('the languages of all texts, the default first'),
  deployment: Deployment.describe('where and how the platform runs'),
  incomeBands: z
    .array(IncomeBand)
    .exactOptional()
    .describe('the income bands that groups and reports use, the lowest first'),
  areas: z.array(Area).min(1).describe('the areas that learners and officers belong to'),
  partners: z
    .array(Partner)
    .exactOptional()
    .describe('the governments that the region hosts, each with areas of its own'),
  policies: z.array(Policy).min(1).describe('the rules of who may learn, each from its day on'),
  intakes: z.array(Intake).min(1).describe('when applications are taken'),
  currency: Currency.exactOptional().describe(
    'the currency of the prices of contracts, by its ISO 4217 code; none: no contract has a price',
  ),
  providers: z.array(Provider).min(1).describe('the providers of content'),
  mentoring: z
    .array(MentoringPolicy)
    .min(1)
    .exactOptional()
    .describe('the rules of mentoring, each from its day on; none: no mentoring'),
});
export type Region = z.infer<typeof Region>;
