import * as z from 'zod';
import {
  AreaId,
  Category,
  Day,
  EvidenceId,
  GroupId,
  IncomeBandId,
  PolicyVersion,
  Seats,
  Stage,
  Text,
  Words,
} from './words.schema.ts';

/** Household income in percent of the median, as the registry tells it (domain.md row 34). */
export const IncomeBand = z.strictObject({
  id: IncomeBandId,
  name: Text,
  upTo: z.int().min(1).max(1000).exactOptional().describe('percent of the median; none: no bound'),
});
export type IncomeBand = z.infer<typeof IncomeBand>;

/** A paper that an applicant shows; an officer judges it (domain.md row 6). */
export const Evidence = z.strictObject({
  id: EvidenceId,
  name: Text,
  validMonths: z
    .int()
    .min(1)
    .max(120)
    .exactOptional()
    .describe('the months that it is valid from its day of issue; none: for good'),
});
export type Evidence = z.infer<typeof Evidence>;

const Age = z.int().min(0).max(120);

/** Those whom a policy admits together, who confirms that a learner is one of them, and by what. */
export const Group = z.strictObject({
  id: GroupId,
  name: Text,
  legalBasis: Words.exactOptional().describe('what allows this group; none: as the policy says'),
  confirmedBy: z
    .enum(['registry', 'officer'])
    .describe('who confirms membership: a connected welfare registry, or an officer'),
  stages: z.array(Stage).min(1).describe('the stages of life that the group is open to'),
  ages: z
    .strictObject({
      from: Age.exactOptional().describe('the first age in years; none: the policy’s minimumAge'),
      until: Age.exactOptional().describe('the last age in years; none: no bound'),
    })
    .exactOptional()
    .describe('the ages in years that the group is open to; none: all that the policy admits'),
  areas: z
    .array(AreaId)
    .min(1)
    .exactOptional()
    .describe('the areas whose residents the group is open to; none: all'),
  incomeBands: z
    .array(IncomeBandId)
    .min(1)
    .exactOptional()
    .describe('the income bands that the group is open to; none: any income'),
  evidence: z
    .array(Evidence)
    .min(1)
    .exactOptional()
    .describe(
      'the papers that an officer judges; of a group that the registry confirms, only if it does not',
    ),
});
export type Group = z.infer<typeof Group>;

const Days = z.int().min(1).max(3650);

/** How long people have, in days of the region's calendar; the last day counts. */
export const Deadlines = z.strictObject({
  signUp: Days.describe('the days after which a sign-up that nobody confirmed is deleted'),
  consent: Days.describe(
    'the days that a guardian has to answer, and a learner who is asked for their own consent',
  ),
  evidence: Days.describe('the days that an applicant has to hand in what an officer asks for'),
  appeal: Days.describe('the days in which a rejection can be appealed'),
  offer: Days.describe('the days for which a place is held for someone on a waiting list'),
  renewal: Days.describe(
    'the days before its end from which an approval can be renewed; and before majority, when guardians of a child without a login are told',
  ),
  grace: Days.describe(
    'the days that a learner goes on after a paper has expired, or after the reminder that their own consent is missing',
  ),
  documents: Days.describe('the days that papers are kept after the decision they were for'),
});
export type Deadlines = z.infer<typeof Deadlines>;

/** A dated set of rules. The newest policy whose `from` is not after today applies (rows 1 and 33). */
export const Policy = z.strictObject({
  version: PolicyVersion.describe('the name that decisions made under this policy keep'),
  from: Day.describe('the first day on which this policy applies'),
  legalBasis: Words.describe('the ordinance or decision that allows this policy'),
  /** Edge case 3. */
  consentAge: z
    .int()
    .min(0)
    .max(25)
    .describe("the age in years below which a guardian's consent comes first"),
  majorityAge: z
    .int()
    .min(0)
    .max(25)
    .describe("the age in years at which a guardian's access ends (edge case 4)"),
  minimumAge: z.int().min(0).max(100).describe('the age in years from which a learner may apply'),
  maximumAge: Age.exactOptional().describe('the last age in years; none: no bound'),
  whenTooOld: z
    .enum(['end', 'finish'])
    .exactOptional()
    .describe('what passing an age bound does: "end" the approval, or let it "finish" its months'),
  /** Counted in the region's calendar from the decision. */
  approvalMonths: z.int().min(1).max(120).describe('the months that an approval holds'),
  deadlines: Deadlines.describe('how long people have to answer, in days'),
  switches: z
    .int()
    .min(0)
    .max(100)
    .describe('how often a learner may change to another provider under one approval'),
  quota: Seats.describe('how many learners may hold an approval at a time, in each area'),
  groups: z.array(Group).min(1).describe('the groups that this policy admits'),
  places: z
    .partialRecord(Category, z.int().min(1).max(9))
    .refine((places) => Object.keys(places).length > 0, 'at least one category')
    .describe('how many places a learner may fill in each category, one provider each'),
});
export type Policy = z.infer<typeof Policy>;
