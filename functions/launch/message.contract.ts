import * as z from 'zod';
import { Language, type ProviderId } from '../../regions/schema.ts';
import { AccountId } from '../enrolment/contract.ts';
import type { StaffId } from '../identity/contract.ts';
import { derivedId, idSchema } from '../runtime/ids.ts';
import { ChoiceId } from './content.contract.ts';

/** The course that all learners of a provider are in, as its tool knows it. */
export const ContextId = idSchema<'ContextId'>('ctx');
export type ContextId = z.infer<typeof ContextId>;

/** Always the same, so that no row is needed. */
export function contextIdOf(regionId: string, providerId: ProviderId): ContextId {
  return derivedId(ContextId, 'ctx', regionId, providerId);
}

/** What a tool knows a member of staff by who chooses contents: another name at each tool, and not their id. */
export function chooserOf(staffId: StaffId, providerId: ProviderId): string {
  return derivedId(ChooserId, 'chr', staffId, providerId);
}
const ChooserId = idSchema<'ChooserId'>('chr');

const lti = 'https://purl.imsglobal.org/spec/lti/claim';
const deepLinking = 'https://purl.imsglobal.org/spec/lti-dl/claim';

/** Names of claims (LTI core 1.3 section 5.3, Deep Linking 2.0, Names and Role Provisioning Services 2.0). */
export const claim = {
  messageType: `${lti}/message_type`,
  version: `${lti}/version`,
  deployment: `${lti}/deployment_id`,
  target: `${lti}/target_link_uri`,
  resource: `${lti}/resource_link`,
  roles: `${lti}/roles`,
  context: `${lti}/context`,
  presentation: `${lti}/launch_presentation`,
  platform: `${lti}/tool_platform`,
  custom: `${lti}/custom`,
  settings: `${deepLinking}/deep_linking_settings`,
  contentItems: `${deepLinking}/content_items`,
  data: `${deepLinking}/data`,
  namesAndRoles: 'https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice',
} as const;

const roles = 'http://purl.imsglobal.org/vocab/lis/v2';
export const learnerRole = `${roles}/membership#Learner`;
export const chooserRoles = [
  `${roles}/institution/person#Administrator`,
  `${roles}/membership#ContentDeveloper`,
] as const;
export const courseType = `${roles}/course#CourseOffering`;

/** The only scope that a tool can have: to read who is in its course. */
export const membershipScope =
  'https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly';
export const membershipType = 'application/vnd.ims.lti-nrps.v2.membershipcontainer+json';
export const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

const custom = z.record(z.string(), z.string()).optional();

/** What a login hint stands for: all that the launch will say. */
export const Hint = z.discriminatedUnion('kind', [
  z.strictObject({
    /** A learner opens something. */
    kind: z.literal('resource'),
    accountId: AccountId,
    locale: Language,
    target: z.url(),
    resource: z.strictObject({ id: z.string(), title: z.string() }),
    custom,
  }),
  z.strictObject({
    /** Somebody of the staff chooses contents. */
    kind: z.literal('choice'),
    chooser: z.string(),
    choiceId: ChoiceId,
    locale: Language,
    target: z.url(),
  }),
]);
export type Hint = z.infer<typeof Hint>;

/** A parameter that may be missing, or of any length that comes here: what is wrong with it is told to the tool, not to the browser. */
const sent = (description: string) => z.string().optional().meta({ description });

/**
 * An authentication request (OpenID Connect core, section 3.1.2.1; 1EdTech Security Framework, section 5.1.1.2). Whatever
 * else is in it is not ours to refuse: "unrecognized parameters" are to be ignored (RFC 6749, section 3.1).
 */
export const AuthenticationRequest = z.object({
  client_id: z
    .string()
    .min(1)
    .max(200)
    .meta({
      description: 'The name that the platform gave the tool: its region and its provider',
      examples: ['riverside.open-shelf'],
    }),
  redirect_uri: z
    .string()
    .min(1)
    .max(2_000)
    .meta({
      description: 'Where the tool takes the answer: one of the addresses that it registered',
      examples: ['https://tool.example/launch'],
    }),
  scope: sent('`openid`, among others'),
  response_type: sent('`id_token`, and no other'),
  response_mode: sent('`form_post`, and no other'),
  prompt: sent('`none`, and no other'),
  login_hint: sent('As the launch gave it; good once'),
  lti_message_hint: sent('As the launch gave it'),
  state: sent('Goes back to the tool unchanged'),
  nonce: sent('Goes into the launch unchanged, so that the tool takes it once'),
});
export type AuthenticationRequest = z.infer<typeof AuthenticationRequest>;

/** A request for an access token (RFC 6749 section 4.4, RFC 7523 section 2.2). */
export const TokenRequest = z.object({
  // What is missing is refused as OAuth says, not as another field is.
  grant_type: z.string().default(''),
  client_assertion_type: z.string().default(''),
  client_assertion: z.string().max(8_000).default(''),
  scope: z.string().max(2_000).default(''),
});

export const AccessToken = z.strictObject({
  access_token: z
    .string()
    .meta({ examples: ['eyJhbGciOiJSUzI1NiIsInR5cCI6ImF0K2p3dCJ9.e30.c2ln'] }),
  token_type: z.literal('Bearer'),
  expires_in: z.int().meta({ description: 'Seconds', examples: [3600] }),
  scope: z.string().meta({ examples: [membershipScope] }),
});

/** What we say in an access token. */
export const AccessClaims = z.object({ sub: z.string(), scope: z.literal(membershipScope) });

/** Where a page of members goes on: in which lot of the provider's accounts, and after which of them. */
export const MembersCursor = z.strictObject({
  lot: z.int().min(0).max(99),
  after: AccountId.optional(),
});
export type MembersCursor = z.infer<typeof MembersCursor>;

/** What a tool says of itself with its own key: its name as `iss`, and as `sub` where it asks for a token. */
export const ToolAssertion = z.object({
  sub: z.string(),
  jti: z.string().min(1).max(255),
  exp: z.number(),
});

/** What a tool sends when somebody has chosen (Deep Linking 2.0, section 3.4). */
export const DeepLinkingResponse = z.object({
  [claim.messageType]: z.literal('LtiDeepLinkingResponse'),
  [claim.version]: z.literal('1.3.0'),
  [claim.deployment]: z.string(),
  [claim.data]: ChoiceId,
  [claim.contentItems]: z
    .array(z.looseObject({ type: z.string() }))
    .max(200)
    .default([]),
  nonce: z.string().min(1).max(255),
});
export type DeepLinkingResponse = z.infer<typeof DeepLinkingResponse>;

/** What the form of a choice has. */
export const DeepLinkingForm = z.object({ JWT: z.string().min(1) });
