import * as z from 'zod';
import { Category, Day, ProviderId, Seats, Stage, Text } from './words.schema.ts';

/** What a provider has for one stage of life, and which of the learner's places it fills. */
export const Offer = z.strictObject({ stage: Stage, category: Category });
export type Offer = z.infer<typeof Offer>;

/** An amount of money: sums of it over all seats, providers and months are exact. */
const Amount = z.int().min(0).max(10_000_000);

/** What a seat costs from a day on, and what it would cost on the market (domain.md rows 9 and 35). */
export const Price = z.strictObject({
  from: Day.describe('the first day on which this is the price'),
  seatMonth: Amount.describe(
    'what the contract asks for one seat in one month, in the smallest unit of the currency',
  ),
  marketSeatMonth: Amount.describe(
    'what everyone else pays for one seat in one month, in the smallest unit of the currency',
  ),
});
export type Price = z.infer<typeof Price>;

export const Contract = z.strictObject({
  type: z.enum(['donated', 'purchased']),
  from: Day.describe('the first day on which a place can be chosen'),
  until: Day.optional().describe('the last day on which a place can be chosen; none: no end'),
  prices: z
    .array(Price)
    .min(1)
    .exactOptional()
    .describe(
      'what a seat costs, each price from its day on; none: the savings report counts its seats only',
    ),
});
export type Contract = z.infer<typeof Contract>;

/** How hard a provider may be pressed; what it says itself, by 429 and Retry-After, counts besides. */
export const Pressure = z
  .strictObject({
    requests: z.int().min(1).max(1_000).exactOptional().describe('how many requests it takes …'),
    seconds: z
      .int()
      .min(1)
      .max(3_600)
      .exactOptional()
      .describe('… in so many seconds, whichever you look at; neither: any number'),
    concurrency: z
      .int()
      .min(2)
      .max(20)
      .exactOptional()
      .describe('how many requests may be under way at once; none: 20'),
  })
  .refine(({ requests, seconds }) => (requests === undefined) === (seconds === undefined), {
    error: 'say both "requests" and "seconds", or, where only so many at once matter, neither',
  })
  // A step of three requests has to get its turns while a function runs (ADR 36).
  .refine(({ requests = 1, seconds = 1 }) => seconds <= 4 * requests, {
    path: ['seconds'],
    error:
      'a provider takes 15 requests in a minute at least; one that takes fewer is for a person (kind: manual)',
  });
export type Pressure = z.infer<typeof Pressure>;

const common = {
  id: ProviderId,
  name: Text,
  description: Text,
  offers: z.array(Offer).min(1).describe('the pairs of stage and category that it has content for'),
  contract: Contract,
  seats: Seats.describe('how many learners may hold a place: no limit, or a number in each area'),
  pressure: Pressure.exactOptional().describe('how hard it may be pressed; none: 20 at once'),
};

/** An attribute of a SCIM User: its name, or the path of a sub-attribute (RFC 7644, 3.10). */
const Attribute = z
  .string()
  .regex(
    /^(urn:[A-Za-z0-9:._-]+:)?[A-Za-z][\w$-]*(\.[A-Za-z][\w$-]*)?$/,
    'the name of a SCIM attribute, such as "active" or "name.familyName"',
  );

/** What servers do otherwise than the standard's plainest reading; each is optional, and the default is that reading. */
export const ScimQuirks = z.strictObject({
  removal: z
    .enum(['delete', 'deactivate'])
    .exactOptional()
    .describe(
      'how an account ends: it is deleted (the default), or stays there, inactive, unless its learner comes back',
    ),
  patch: z
    .enum(['path', 'object'])
    .exactOptional()
    .describe('how PATCH names an attribute: as its path (the default), or as a key of the value'),
  names: z
    .strictObject({ active: Attribute.exactOptional(), externalId: Attribute.exactOptional() })
    .exactOptional()
    .describe('the attributes that it uses in the place of "active" and "externalId"'),
  constants: z
    .record(Attribute, z.string().min(1).max(200))
    .exactOptional()
    .describe('attributes that it demands of each account, with one value for all'),
  pageSize: z
    .int()
    .min(1)
    .max(1_000)
    .exactOptional()
    .describe('how many accounts it lists at once; none: 100'),
  list: z
    .enum(['pages', 'no'])
    .exactOptional()
    .describe(
      'whether it lists all accounts that our token opens: in pages (the default), or not; then only what we know of them is compared',
    ),
});
export type ScimQuirks = z.infer<typeof ScimQuirks>;

/** The page of a provider on which learners sign in by themselves. */
const SignInPage = z.url({ protocol: /^https$/ }).exactOptional();

/** Accounts that we make at the provider (RFC 7643, RFC 7644). */
const ScimProvider = z.strictObject({
  ...common,
  kind: z.literal('scim').describe('the way accounts are made: SCIM 2.0'),
  scim: ScimQuirks.exactOptional().describe('what it does otherwise than most'),
  launch: SignInPage.describe(
    'where learners sign in there, by the name that we gave their account; none: they are told that name only, unless the secret says where they come in with a ticket',
  ),
});

/** Codes that the provider gave us, one for each learner. */
const VoucherProvider = z.strictObject({
  ...common,
  kind: z.literal('voucher').describe('the way accounts are made: codes from a pool'),
  voucher: z.strictObject({
    redeem: z.url({ protocol: /^https$/ }).describe('where learners redeem their code'),
    lowWater: z.int().min(0).max(1_000_000).describe('how many codes left raise the alarm'),
    afterUse: z
      .enum(['return', 'void'])
      .describe('what becomes of a code whose place ended: it is given to the next, or to nobody'),
  }),
});

/** Courses that learners are launched into, signed (LTI 1.3); there is no account before the first launch. */
const LtiProvider = z.strictObject({
  ...common,
  kind: z.literal('lti').describe('the way accounts are made: LTI 1.3, by the first launch'),
});

/** Wishes that we send, signed (Standard Webhooks), and that the provider answers when it has seen to them. */
const WebhookProvider = z.strictObject({
  ...common,
  kind: z.literal('webhook').describe('the way accounts are made: signed messages to the provider'),
  launch: SignInPage.describe(
    'where learners sign in there, by the name that it gave their account, or else our id; none: they are told that name only, unless the secret says where they come in with a ticket',
  ),
});

/** A person makes the accounts, by a work list. */
const ManualProvider = z.strictObject({
  ...common,
  kind: z.literal('manual').describe('the way accounts are made: by a person, from a work list'),
  launch: SignInPage.describe('where learners sign in there'),
});

export const Provider = z.discriminatedUnion('kind', [
  ScimProvider,
  VoucherProvider,
  LtiProvider,
  WebhookProvider,
  ManualProvider,
]);
export type Provider = z.infer<typeof Provider>;
/** The ways in which accounts are made. */
export type ProviderKind = Provider['kind'];
export const providerKinds = Provider.options.map(({ shape }) => shape.kind.value);

interface KindTraits {
  /** Whether requests make the accounts there, so that it has some of its own to list. */
  readonly lists: boolean;
  /** Whether it tells us, signed, how what it accepted ended. */
  readonly tellsEvents: boolean;
  /** Whether we ask it for anything, and so may press it too hard. */
  readonly pressed: boolean;
  /** Whether a person, or the provider, may tell that an account is made: a code only the pool can give (edge case 26). */
  readonly toldDone: boolean;
  /** What its own id of an account is: the name by which learners sign in, or of a resource, which only it can tell. */
  readonly remoteId: 'name' | 'resource';
}

const quiet = { lists: false, tellsEvents: false, pressed: false } as const;

/** In what kinds differ, beyond their adapters; a kind that is new answers all of it. */
export const kindTraits = {
  scim: { lists: true, tellsEvents: false, pressed: true, toldDone: true, remoteId: 'resource' },
  voucher: { ...quiet, toldDone: false, remoteId: 'name' },
  lti: { ...quiet, toldDone: true, remoteId: 'name' },
  webhook: { lists: false, tellsEvents: true, pressed: true, toldDone: true, remoteId: 'name' },
  manual: { ...quiet, toldDone: true, remoteId: 'name' },
} as const satisfies Readonly<Record<ProviderKind, KindTraits>>;

/** The kinds of which something is so. */
export type KindThat<Trait extends keyof KindTraits> = {
  [Kind in ProviderKind]: (typeof kindTraits)[Kind][Trait] extends true ? Kind : never;
}[ProviderKind];

/** Whether a provider is of such a kind, and then by the compiler too. */
export function isOneThat<Trait extends 'lists' | 'tellsEvents'>(
  provider: Provider,
  trait: Trait,
): provider is Extract<Provider, { kind: KindThat<Trait> }> {
  return kindTraits[provider.kind][trait];
}
