import * as z from 'zod';
import { AreaId, EvidenceId, GroupId, PolicyVersion, Stage } from '../../regions/schema.ts';
import { KeptWords, LearnerId, StaffId, Words } from '../identity/contract.ts';
import { idSchema } from '../runtime/ids.ts';

export const ApplicationId = idSchema<'ApplicationId'>('app');
export type ApplicationId = z.infer<typeof ApplicationId>;

/** One rule of a policy, and whether the learner met it: a decision explains itself by these. */
export const Finding = z.strictObject({
  rule: z.enum([
    'policy-in-force',
    'intake-open',
    'partner-recruiting',
    'minimum-age',
    'maximum-age',
    'group-ages',
    'stage-in-group',
    'residence',
    'income-band',
    'consent',
    'evidence',
    'registry-confirms-group',
    'officer-judged',
  ]),
  met: z.boolean(),
  explanation: z.string().meta({ examples: ['The learner is 14; the programme begins at 6.'] }),
});
export type Finding = z.infer<typeof Finding>;

export const Decision = z.strictObject({
  outcome: z.enum(['approved', 'rejected']),
  /** The version of the rules that it was made under (edge case 9). */
  policyVersion: PolicyVersion,
  legalBasis: z.string().meta({ examples: ['Riverside Ordinance 12, article 3'] }),
  findings: z.array(Finding).min(1),
  decidedBy: z.enum(['rules', 'registry', 'officer']),
  /** Which officer, so that whoever appeals can see that it was another (edge case 11); with `officer`. */
  officer: StaffId.optional(),
  decidedAt: z.iso.datetime().meta({ examples: ['2026-03-02T01:15:30.120Z'] }),
});
export type Decision = z.infer<typeof Decision>;

/**
 * Where an application stands. An approval is an application in `approved` or `suspended`; `rejected`, `lapsed`
 * and `ended` are for good: whoever wants to try again makes a new one (edge case 11).
 */
export const ApplicationState = z.enum([
  /** For an officer, or for what an officer asked for. */
  'waiting',
  /** Entitled, but the quota of the area is used up (edge case 12). */
  'waitlisted',
  /** A place in the quota is held for them until `offerUntil` (edge case 13). */
  'offered',
  'approved',
  /** Approved, but what it rests on is in doubt: no new choice, accounts suspended. */
  'suspended',
  'rejected',
  /** An offer that was declined, or not taken in time. */
  'lapsed',
  'ended',
]);
export type ApplicationState = z.infer<typeof ApplicationState>;

const Moment = z.iso.datetime().meta({ examples: ['2026-03-02T01:15:29.870Z'] });
const LastDay = z.iso.date().meta({ examples: ['2027-03-02'] });

/** What an application, or an approval, waits for; all but `evidence` and `new-paper` is an officer's turn. */
export const WaitingFor = z.enum([
  'officer-group',
  'registry-unknown',
  'registry-unreachable',
  'evidence',
  'resemblance',
  'appeal',
  /** Of an approval: a paper has expired, and its learner has to hand in a new one (edge case 10). */
  'new-paper',
  /** Of an approval: an officer has to look at the paper that takes the place of an expired one. */
  'papers-replaced',
]);
export type WaitingFor = z.infer<typeof WaitingFor>;

/** What an officer asks an applicant for. */
export const RequestInput = z.strictObject({
  evidence: z
    .array(EvidenceId)
    .max(20)
    .meta({ description: 'Papers that the group asks for; none: the words say it all' }),
  message: Words.meta({ examples: ['Please hand in the letter of this school year.'] }),
});

export type RequestInput = z.infer<typeof RequestInput>;

export const EvidenceRequest = RequestInput.extend({
  message: KeptWords,
  askedAt: Moment,
  /** The last day to hand in; until then the case is not rejected, and what was approved goes on. */
  until: LastDay,
  /** What it waited for before, and waits for again once the papers are there. */
  before: WaitingFor.exclude(['evidence', 'new-paper']),
  handedInAt: Moment.optional(),
});
export type EvidenceRequest = z.infer<typeof EvidenceRequest>;

/** Why an applicant wants a rejection looked at again, in their own words. */
export const AppealInput = z.strictObject({
  reason: Words.meta({ examples: ['The letter that was missing came on 5 March.'] }),
});

/** A paper that somebody has looked at, and the last day on which it is valid; none: for good. */
export const SeenPaper = z.strictObject({
  evidenceId: EvidenceId,
  expiresOn: LastDay.exactOptional(),
});

/** The officer who has a case on their desk, and until when; nobody else decides it meanwhile. */
export const CaseClaim = z.strictObject({ by: StaffId, until: Moment });
export type CaseClaim = z.infer<typeof CaseClaim>;

/** Another learner's application, of what may be the same person (edge case 5). */
export const Resemblance = z.strictObject({
  applicationId: ApplicationId,
  learnerId: LearnerId,
  areaId: AreaId,
  area: z.enum(['same', 'other']),
  guardian: z.enum(['same', 'other', 'none']),
});
export type Resemblance = z.infer<typeof Resemblance>;

export const Application = z.strictObject({
  applicationId: ApplicationId,
  learnerId: LearnerId,
  groupId: GroupId,
  areaId: AreaId,
  stage: Stage,
  state: ApplicationState,
  /** Why it waits; of an approval, what it needs in order to go on. */
  waitingFor: WaitingFor.optional(),
  submittedAt: Moment,
  /** The version of the profile that it was made on, judged on or followed last: an older one says nothing (edge case 23). */
  profileVersion: z.int().min(1).optional(),
  /** When `state` or what it rests on last changed: the newest counts wherever it is projected. */
  changedAt: Moment,
  /** The last day on which an approval holds; with `approved` and `suspended`. */
  validUntil: LastDay.optional(),
  /** The first day of its months, where it follows an approval that holds up to the day before. */
  countsFrom: LastDay.optional(),
  /** The last day on which it goes on although a paper expired (edge case 10), unless a new one waits for an officer. */
  graceUntil: LastDay.optional(),
  /** The last day on which an offer can be taken; only with `offered`. */
  offerUntil: LastDay.optional(),
  /** The papers that it rests on, as far as somebody has seen them. */
  papers: z.array(SeenPaper).min(1).optional(),
  /** The last day on which all papers that it rests on are valid (edge case 10); none: for good. */
  papersUntil: LastDay.optional(),
  /** The last day before an age bound that ends it; none: no bound ends it. */
  ageUntil: LastDay.optional(),
  /** The last day of its months, where an age bound ends it before: for when the birth date was wrong. */
  monthsUntil: LastDay.optional(),
  /** The first day on which the learner may apply for what follows `validUntil`; with `approved`, `suspended`. */
  renewFrom: LastDay.optional(),
  /** The approval that it follows: that one ends when this one is approved, and hands its quota place over. */
  renews: ApplicationId.optional(),
  /** Whether the learner was told that `validUntil` comes near. */
  reminded: z.literal(true).optional(),
  /** The lot of the area's quota that counts its place; none: it holds no place, or is of a release that counted none where no quota bounds them. */
  lot: z.int().min(0).optional(),
  /** Why it is suspended or ended. */
  because: z
    .enum([
      'expired',
      'paper-expired',
      'consent-withdrawn',
      'too-old',
      'moved',
      'renewed',
      'withdrawn',
      'profile-changed',
    ])
    .optional(),
  /** The decision in force. */
  decision: Decision.optional(),
  /** Decisions that an appeal replaced, the oldest first; they stay as they were (edge case 11). */
  earlier: z.array(Decision).optional(),
  /** The latest that was asked for, by an officer or because a paper expired. */
  request: EvidenceRequest.optional(),
  /** The one appeal that was made. */
  appeal: AppealInput.extend({ reason: KeptWords, madeAt: Moment }).optional(),
  /** For staff: the officer at work on it. */
  claim: CaseClaim.optional(),
  /** For staff: others' applications that may be the same person's; absent once an officer told them apart. */
  resembles: z.array(Resemblance).min(1).optional(),
});
export type Application = z.infer<typeof Application>;

/** An application as its learner sees it. */
export const OwnApplication = Application.omit({
  claim: true,
  resembles: true,
  lot: true,
  profileVersion: true,
  reminded: true,
  monthsUntil: true,
})
  .extend({ request: EvidenceRequest.omit({ before: true }).optional() })
  .extend({
    /** Which in its area's waiting list it is, from 1; only in the list of your applications, with `waitlisted`. */
    position: z
      .int()
      .min(1)
      .optional()
      .meta({ examples: [12] }),
    /** In the place of `position` where a hundred or more are before it, who are not all counted: this one or later. */
    positionAtLeast: z.int().min(1).optional(),
  });
export type OwnApplication = z.infer<typeof OwnApplication>;
