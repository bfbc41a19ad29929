import type { Temporal } from 'temporal-polyfill';
import type { Language, ProviderId, Region, Text } from '../../regions/schema.ts';
import {
  chooserRoles,
  claim,
  contextIdOf,
  courseType,
  type Hint,
  learnerRole,
} from './contract.ts';

/** Seconds for which a launch is good: the longest that a tool takes one for new, so that a clock may be four minutes off. */
const launchSeconds = 300;

/** Who says something to which tool. */
export interface Between {
  /** The address of the API, without a slash at its end. */
  readonly issuer: string;
  readonly region: Pick<Region, 'id' | 'name'>;
  readonly provider: { readonly id: ProviderId; readonly name: Text };
}

/** The name by which the platform knows the tool of a provider (`client_id`). */
export function clientIdOf(region: Pick<Region, 'id'>, providerId: ProviderId): string {
  return `${region.id}.${providerId}`;
}

/** A region is one deployment: whoever hosts several tells them apart by it. */
export function deploymentIdOf({ id }: Pick<Region, 'id'>): string {
  return id;
}

/** A text in a language, or else in whatever language it has. */
export function inLanguage(text: Text, language: Language): string {
  return text[language] ?? Object.values(text)[0] ?? '';
}

/**
 * What a launch says (LTI core 1.3, section 5.3): who comes is an account id. No name, no address, no age: a tool needs
 * none of them to teach (docs/adr/0039-lti-platform.md).
 */
export function launchClaims(
  between: Between,
  hint: Hint,
  nonce: string,
  now: Temporal.Instant,
): Readonly<Record<string, unknown>> {
  const { issuer, region, provider } = between;
  const issuedAt = Math.floor(now.epochMilliseconds / 1000);
  return {
    iss: issuer,
    aud: clientIdOf(region, provider.id),
    iat: issuedAt,
    exp: issuedAt + launchSeconds,
    nonce,
    [claim.version]: '1.3.0',
    [claim.deployment]: deploymentIdOf(region),
    [claim.target]: hint.target,
    [claim.context]: contextOf(between, hint.locale),
    [claim.presentation]: { document_target: 'window', locale: hint.locale },
    [claim.platform]: {
      guid: region.id,
      name: inLanguage(region.name, hint.locale),
      product_family_code: 'ladder',
    },
    ...(hint.kind === 'resource' ? resourceClaims(between, hint) : choiceClaims(between, hint)),
  };
}

export function contextOf({ region, provider }: Omit<Between, 'issuer'>, locale: Language) {
  return {
    id: contextIdOf(region.id, provider.id),
    title: inLanguage(provider.name, locale),
    type: [courseType],
  };
}

function resourceClaims(
  { issuer, region, provider }: Between,
  { accountId, resource, custom }: Extract<Hint, { kind: 'resource' }>,
) {
  return {
    sub: accountId,
    [claim.messageType]: 'LtiResourceLinkRequest',
    [claim.resource]: resource,
    [claim.roles]: [learnerRole],
    [claim.namesAndRoles]: {
      context_memberships_url: membershipsUrl(issuer, contextIdOf(region.id, provider.id)),
      service_versions: ['2.0'],
    },
    ...(custom === undefined ? {} : { [claim.custom]: custom }),
  };
}

/** LTI Deep Linking 2.0, section 3.2 and 4.4.1. */
function choiceClaims(
  { issuer }: Between,
  { chooser, choiceId }: Extract<Hint, { kind: 'choice' }>,
) {
  return {
    sub: chooser,
    [claim.messageType]: 'LtiDeepLinkingRequest',
    [claim.roles]: chooserRoles,
    [claim.settings]: {
      deep_link_return_url: `${issuer}/lti/deep-links`,
      accept_types: ['ltiResourceLink'],
      accept_presentation_document_targets: ['window'],
      accept_multiple: true,
      data: choiceId,
    },
  };
}

/** Where the members of a course are read. */
export function membershipsUrl(issuer: string, contextId: string): string {
  return `${issuer}/lti/contexts/${contextId}/memberships`;
}

/** Where a launch begins: third-party initiated login (OpenID Connect core, section 4; LTI core 1.3, section 4.1). */
export function loginUrl(
  login: string,
  { issuer, region, provider }: Between,
  hint: Hint,
  loginHint: string,
): string {
  const url = new URL(login);
  const parameters = {
    iss: issuer,
    target_link_uri: hint.target,
    login_hint: loginHint,
    lti_message_hint: hint.kind,
    client_id: clientIdOf(region, provider.id),
    lti_deployment_id: deploymentIdOf(region),
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}
