import * as z from 'zod';
import type { Route } from '../runtime/route.ts';
import { LearnerId, Profile, ProfileInput } from './learner.contract.ts';

/** Who someone is to a child. */
export const Relation = z.enum(['mother', 'father', 'grandparent', 'guardian', 'other']);
export type Relation = z.infer<typeof Relation>;

/** The most guardians that a child has, and that are asked for consent: as many as parents. */
export const mostGuardians = 2;

/** Mails to addresses of its choice that a login causes in a day at most, so that nobody is pestered through us. */
export const invitationsPerDay = 5;

/** The secret of a link, 256 random bits. Only its hash is stored, so nobody who reads the table can use it. */
export const Token = z
  .string()
  .regex(/^[A-Za-z0-9_-]{43}$/, 'the part of the link behind "#"')
  .meta({ examples: ['mZ0c3n2nq1kqk0Zb8o0P1nqj9uT6r5sW4x3y2z1a0B0'] })
  .brand<'Token'>();
export type Token = z.infer<typeof Token>;

export const Address = z
  .email()
  .max(254)
  .meta({ examples: ['guardian@riverside.example'] });

export const ChildInput = ProfileInput.extend({ relation: Relation });
export type ChildInput = z.infer<typeof ChildInput>;

/** Someone whom a login may act for. */
export const ActedFor = z.strictObject({
  learnerId: LearnerId,
  name: ProfileInput.shape.name,
  stage: ProfileInput.shape.stage,
  relation: z.enum(['self', ...Relation.options]),
});
export type ActedFor = z.infer<typeof ActedFor>;

const childParams = z.strictObject({
  learnerId: LearnerId.meta({ description: 'A child that you are the guardian of' }),
});

/** Sent; the answer says no more than what was asked. */
const Invited = z.strictObject({ learnerId: LearnerId });

export const guardianRoutes = {
  listLearners: {
    method: 'GET',
    path: '/me/learners',
    access: { pool: 'public' },
    summary: 'Whom you may act for: yourself, and the children that you are the guardian of',
    answers: {
      status: 200,
      body: z.strictObject({
        learners: z.array(ActedFor),
        /** Children that came of age without a login: `POST /me/children/{learnerId}/login` is all that is left to you. */
        withoutLogin: z.array(LearnerId).optional(),
      }),
    },
  },
  addChild: {
    method: 'POST',
    path: '/me/children',
    access: { pool: 'public' },
    summary: 'Register a child that you are the guardian of',
    description:
      'By this you consent, as `GET /consents/text` tells, that the programme keeps what you send. The child needs no login of its own.',
    body: ChildInput,
    answers: { status: 201, body: Profile, etag: true },
    refusals: {
      409: ['account-leaving'],
      422: [
        'address-unverified',
        'below-minimum-age',
        'birth-date-in-future',
        'birth-date-too-early',
        'child-of-age',
        'guardian-under-age',
        'unknown-area',
        'unknown-language',
        'idempotency-key-reused',
      ],
    },
  },
  offerLogin: {
    method: 'POST',
    path: '/me/children/{learnerId}/login',
    access: { pool: 'public' },
    summary: 'Offer a child a login of its own',
    description:
      'A mail with a link goes to the address; whoever signs up and sends its token to `PUT /me/link` is the child from then on. You stay the guardian until the child comes of age. If it has no login then, this is the one thing that you can still do for it.',
    params: childParams,
    body: z.strictObject({ email: Address }),
    answers: { status: 202, body: Invited },
    refusals: {
      404: ['no-such-child'],
      409: ['has-login'],
      422: ['address-is-yours', 'too-many-invitations', 'idempotency-key-reused'],
    },
  },
  inviteGuardian: {
    method: 'POST',
    path: '/me/children/{learnerId}/guardians',
    access: { pool: 'public' },
    summary: 'Invite a second guardian of a child',
    description:
      'A mail with a link goes to the address; whoever signs in and sends its token to `PUT /me/link` may act for the child as you do.',
    params: childParams,
    body: z.strictObject({ email: Address, relation: Relation }),
    answers: { status: 202, body: Invited },
    refusals: {
      404: ['no-such-child'],
      409: ['guardians-complete'],
      422: ['too-many-invitations', 'idempotency-key-reused'],
    },
  },
  acceptLink: {
    method: 'PUT',
    path: '/me/link',
    access: { pool: 'public' },
    summary: 'Take up a link that was mailed to you: become the child, or its guardian',
    description:
      'The link may also be the one in the mail that confirmed your consent: who signs in with the address that was asked becomes a guardian with a login.',
    body: z.strictObject({ token: Token }),
    answers: { status: 200, body: ActedFor },
    refusals: {
      404: ['no-such-link'],
      409: [
        'account-leaving',
        'link-used',
        'already-learner',
        'already-linked',
        'has-login',
        'guardians-complete',
        'no-profile-yet',
        'consent-is-own',
      ],
      422: ['address-unverified', 'address-differs', 'guardian-under-age'],
    },
  },
  withdrawConsent: {
    method: 'DELETE',
    path: '/me/children/{learnerId}/consent',
    access: { pool: 'public' },
    summary: 'Withdraw your consent for a child',
    description:
      'The programme stops for the child; what was recorded is kept. Once the child has consented itself, only the child withdraws.',
    params: childParams,
    answers: { status: 200, body: Profile.shape.consent.unwrap() },
    refusals: { 404: ['no-such-child'], 409: ['consent-is-own'] },
  },
  consentAgain: {
    method: 'PUT',
    path: '/me/children/{learnerId}/consent',
    access: { pool: 'public' },
    summary: 'Consent again for a child whose consent you withdrew',
    description:
      'Below the consent age. What ended stays ended; a new application can be made. Where it stands already, nothing changes.',
    params: childParams,
    answers: { status: 200, body: Profile.shape.consent.unwrap() },
    refusals: { 404: ['no-such-child'], 409: ['consent-is-own', 'consent-disputed'] },
  },
} as const satisfies Readonly<Record<string, Route>>;
