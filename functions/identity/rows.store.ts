import * as z from 'zod';
import { Language } from '../../regions/schema.ts';
import { Sub } from '../runtime/caller.ts';
import type { TransactItem } from '../runtime/dynamodb.ts';
import { Resolution } from './conflict.contract.ts';
import { AskedState, ConsentId, GuardianAnswer } from './consent.contract.ts';
import {
  KeptWords,
  type LearnerConsent,
  LearnerId,
  learnerKeyPrefix,
  Profile,
  StaffId,
} from './contract.ts';
import type { OwnAwaited } from './growing.rules.ts';
import { Address, Relation } from './guardian.contract.ts';

/** A day and one of the partitions of the index of what is due; both present or neither. */
const Due = { dueLot: z.string().optional(), dueOn: z.string().optional() };

/** A learner. */
export const LearnerRow = Profile.extend({
  pk: z.string(),
  sk: z.literal('PROFILE'),
  version: z.int().min(1),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  /** Whether a login is this learner; rows from before there were guardians are of logins. */
  ownLogin: z.boolean().default(true),
  /** How many logins are guardians. */
  guardians: z.int().min(0).default(0),
  /** Until when their own consent is awaited; only with `own-needed`. */
  own: z.strictObject({ by: z.iso.date(), reminded: z.boolean() }).optional(),
  /** Whether the guardians of a child without a login were told that their access ends. */
  endTold: z.boolean().optional(),
  /** By what their guardians of before are known, whose links are forgotten (`loginMark`). */
  formerGuardians: z.array(z.string()).readonly().default([]),
  /** Their account is being deleted: nothing about them begins any more. */
  leaving: z.literal(true).optional(),
  ...Due,
});

export interface Learner {
  readonly profile: Profile;
  readonly version: number;
}

/** All that is kept of a learner. */
export interface LearnerRecord extends Learner {
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly ownLogin: boolean;
  readonly guardians: number;
  readonly own?: OwnAwaited | undefined;
  readonly endTold?: boolean | undefined;
  readonly formerGuardians?: readonly string[] | undefined;
  readonly leaving?: true | undefined;
}

/**
 * What a login is: a learner, or somebody whose guardians were asked. One row for both, so that nobody becomes a
 * learner beside an open request. The address links login and learner again when a pool is lost or left.
 */
export const SelfRow = z.strictObject({
  pk: z.string(),
  sk: z.literal('SELF'),
  learnerId: LearnerId.optional(),
  consentId: ConsentId.optional(),
  email: z.email().optional(),
  /** Seconds since the epoch from which the login may ask again; only of a request that ended without consent. */
  expiresAt: z.int().optional(),
  /** The same of a learner who asked again: such a row never expires. */
  askAgainFrom: z.int().optional(),
  /** What such a learner asked last. */
  askedAgain: ConsentId.optional(),
  /** The login is being deleted: it becomes nothing any more. */
  leaving: z.literal(true).optional(),
});

/** A child that a login is the guardian of. */
export const WardRow = z.strictObject({
  pk: z.string(),
  sk: z.string().startsWith('WARD#'),
  learnerId: LearnerId,
  relation: Relation,
  email: z.email(),
  since: z.iso.datetime(),
  /** Seconds since the epoch at which the child comes of age: from then on the link counts for nothing. */
  until: z.int(),
  /** When DynamoDB may forget the row. */
  expiresAt: z.int().optional(),
});

/** Who may act for a learner: the links the other way round. */
export const LoginRow = z.strictObject({
  pk: z.string(),
  sk: z.string().startsWith('LOGIN#'),
  sub: Sub,
  relation: z.enum(['self', ...Relation.options]),
  email: z.email(),
  until: z.int().optional(),
  expiresAt: z.int().optional(),
});

/** What a login is, and whom it may act for. */
export interface Links {
  readonly self: z.infer<typeof SelfRow> | undefined;
  readonly wards: readonly z.infer<typeof WardRow>[];
  /** Children that came of age, as long as they may have no login but the one that a guardian names. */
  readonly former: readonly z.infer<typeof WardRow>[];
}

/** Who hears of what concerns a learner: the learner, and the guardians who may act for them. */
export interface Logins {
  readonly language: Profile['language'];
  readonly name: Profile['name'];
  readonly logins: readonly Pick<z.infer<typeof LoginRow>, 'sub' | 'relation' | 'email'>[];
}

/** What goes along with becoming a learner. */
export interface Arrival {
  readonly consent?: LearnerConsent;
  readonly own?: LearnerRecord['own'];
  /** The request for consent that the login made, whatever became of it. */
  readonly asked?: ConsentId | undefined;
  readonly dueOn?: string | undefined;
  readonly items?: readonly TransactItem[];
}

const Moment = z.iso.datetime();

export const AskedRow = z.strictObject({
  pk: z.string(),
  sk: z.literal('CONSENT'),
  consentId: ConsentId,
  version: z.int().min(1),
  state: AskedState,
  askedAt: Moment,
  changedAt: Moment,
  answerBy: z.iso.date(),
  policyVersion: z.string(),
  textVersion: z.string(),
  guardians: z.array(
    z.strictObject({
      tokenHash: z.string(),
      email: Address.optional(),
      answer: GuardianAnswer.optional(),
      name: Profile.shape.name.optional(),
      relation: Relation.optional(),
      answeredAt: Moment.optional(),
    }),
  ),
  login: z.strictObject({ sub: Sub, email: Address }).optional(),
  birthDate: Profile.shape.birthDate.optional(),
  language: Language.optional(),
  learnerId: LearnerId.optional(),
  after: Moment.optional(),
  resolution: Resolution.extend({ reason: KeptWords, by: StaffId, at: Moment }).optional(),
  ...Due,
});

/** What a mailed link is good for; found by the hash of its secret. */
export const LinkRow = z.discriminatedUnion('kind', [
  link({ kind: z.literal('answer'), consentId: ConsentId, guardian: z.int().min(0) }),
  link({
    kind: z.literal('withdrawal'),
    consentId: ConsentId,
    /** Whose it is of those asked; links from before nobody can join by. */
    guardian: z.int().min(0).optional(),
  }),
  link({ kind: z.literal('self'), learnerId: LearnerId }),
  link({ kind: z.literal('guardian'), learnerId: LearnerId, relation: Relation }),
]);
export type LinkRow = z.infer<typeof LinkRow>;

function link<Shape extends z.core.$ZodShape>(shape: Shape) {
  return z.strictObject({
    pk: z.string(),
    sk: z.literal('LINK'),
    /** Seconds since the epoch at which it ends. */
    expiresAt: z.int(),
    usedBy: Sub.optional(),
    ...shape,
  });
}

export const learnerKey = (learnerId: LearnerId) => learnerKeyPrefix + learnerId;
export const loginKey = (sub: Sub) => `LOGIN#${sub}`;
export const consentKey = (consentId: ConsentId) => ({
  pk: `CONSENT#${consentId}`,
  sk: 'CONSENT' as const,
});

/** Partitions of the index of what is due, so that no one of them takes every write of an opening day. */
export const dueLots = 4;

/** Where a row stands in the index of what is due; nowhere without a day. Ids are random, so they spread evenly. */
export function dueAt(id: string, day: string | undefined) {
  if (day === undefined) return {};
  return { dueLot: String((id.codePointAt(id.length - 1) ?? 0) % dueLots), dueOn: day };
}

/** A learner, from the table or its index. */
export function toRecord(item: Record<string, unknown>): LearnerRecord {
  const { pk, sk, dueLot, dueOn, version, createdAt, updatedAt, ...row } = LearnerRow.parse(item);
  const { ownLogin, guardians, own, endTold, formerGuardians, leaving, ...profile } = row;
  const times = { version, createdAt, updatedAt };
  return { profile, ...times, ownLogin, guardians, own, endTold, formerGuardians, leaving };
}

export function toRow({ profile, ...rest }: LearnerRecord, dueOn: string | undefined) {
  const row = { pk: learnerKey(profile.learnerId), sk: 'PROFILE' as const, ...profile, ...rest };
  return { ...row, ...dueAt(profile.learnerId, dueOn) } satisfies z.input<typeof LearnerRow>;
}
