import { z } from 'zod';
import { claimsAs, refused } from './platform.ts';

const lti = 'https://purl.imsglobal.org/spec/lti/claim';
const deepLinking = 'https://purl.imsglobal.org/spec/lti-dl/claim';

/** Names of the claims of LTI (core 1.3 section 5.3, deep linking 2.0, names and role provisioning 2.0). */
export const claim = {
  messageType: `${lti}/message_type`,
  version: `${lti}/version`,
  deployment: `${lti}/deployment_id`,
  target: `${lti}/target_link_uri`,
  resource: `${lti}/resource_link`,
  roles: `${lti}/roles`,
  settings: `${deepLinking}/deep_linking_settings`,
  contentItems: `${deepLinking}/content_items`,
  data: `${deepLinking}/data`,
  namesAndRoles: 'https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice',
} as const;

const Id = z.string().min(1).max(255);
const vocabulary = 'http://purl.imsglobal.org/vocab/lis/v2/';

const Common = z.looseObject({
  [claim.messageType]: z.enum(['LtiResourceLinkRequest', 'LtiDeepLinkingRequest']),
  /** Seconds since 1970. */
  iat: z.number(),
  exp: z.number(),
  nonce: z.string().min(1),
  aud: z.union([z.string(), z.array(z.string()).min(1)]),
  azp: z.string().optional(),
  /** Printable ASCII, so that it can be a key (core 1.3 section 5.3.6). */
  sub: Id.regex(/^[\x20-\x7e]+$/),
  [claim.version]: z.literal('1.3.0'),
  [claim.deployment]: Id,
  [claim.target]: z.url(),
  // Section 5.3.7: none, or at least one of the vocabulary.
  [claim.roles]: z
    .array(z.string().min(1))
    .refine((roles) => roles.length === 0 || roles.some((role) => role.startsWith(vocabulary)), {
      error: `none, or at least one that begins with ${vocabulary}`,
    }),
  [claim.namesAndRoles]: z
    .looseObject({
      context_memberships_url: z.url(),
      service_versions: z.array(z.string()).refine((all) => all.includes('2.0'), { error: '2.0' }),
    })
    .optional(),
});

const ResourceLink = z.looseObject({ [claim.resource]: z.looseObject({ id: Id }) });

const DeepLinking = z.looseObject({
  [claim.settings]: z.looseObject({
    deep_link_return_url: z.url(),
    accept_types: z.array(z.string()).refine((types) => types.includes('ltiResourceLink'), {
      error: 'this tool offers ltiResourceLink only',
    }),
    accept_presentation_document_targets: z.array(z.string()).min(1),
    data: z.string().optional(),
  }),
});

/** A launch that was good. */
export interface LtiMessage {
  readonly messageType: 'LtiResourceLinkRequest' | 'LtiDeepLinkingRequest';
  readonly sub: string;
  readonly roles: readonly string[];
  readonly deployment: string;
  /** What is opened: `target_link_uri`. */
  readonly target: string;
  /** Where the members of the course are, if the platform says so. */
  readonly memberships: string | undefined;
  /** Where what was chosen goes, with what it wants back; only of deep linking. */
  readonly choosing: { readonly returnUrl: string; readonly data: string | undefined } | undefined;
}

/** What a launch must be, beside being signed: told when its login began, and at registration. */
export interface Expected {
  readonly clientId: string;
  readonly nonce: string;
  readonly target: string;
  /** The deployments that are registered; any when absent. */
  readonly deployments: readonly string[] | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Seconds since which a launch may have been signed, and by which clocks may differ. */
const [oldest, tolerance] = [300, 30];

/**
 * The message in a token that the platform signed for us (LTI security framework, section 5.1.3).
 *
 * @throws Refusal 401 that names what is not as it must be
 */
export function messageOf(claims: unknown, expected: Expected): LtiMessage {
  const message = claimsAs(Common, claims);
  const { clientId, nonce, target, deployments, now } = expected;
  const age = now / 1000 - message.iat;
  if (age > oldest || age < -tolerance) throw refused('"iat" is not of these five minutes');
  const several = Array.isArray(message.aud) && message.aud.length > 1;
  if ((several || message.azp !== undefined) && message.azp !== clientId)
    throw refused('"azp" is not this tool');
  if (message.nonce !== nonce) throw refused('"nonce" is not that of the login');
  if (message[claim.target] !== target) throw refused('"target_link_uri" is not that of the login');
  if (deployments !== undefined && !deployments.includes(message[claim.deployment]))
    throw refused(`the deployment "${message[claim.deployment]}" is not registered`);
  return {
    messageType: message[claim.messageType],
    sub: message.sub,
    roles: message[claim.roles],
    deployment: message[claim.deployment],
    target: message[claim.target],
    memberships: message[claim.namesAndRoles]?.context_memberships_url,
    choosing: choosingOf(message[claim.messageType], claims),
  };
}

function choosingOf(type: LtiMessage['messageType'], claims: unknown): LtiMessage['choosing'] {
  switch (type) {
    case 'LtiResourceLinkRequest':
      claimsAs(ResourceLink, claims);
      return undefined;
    case 'LtiDeepLinkingRequest': {
      const settings = claimsAs(DeepLinking, claims)[claim.settings];
      return { returnUrl: settings.deep_link_return_url, data: settings.data };
    }
  }
}
