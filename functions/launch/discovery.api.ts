import type { Call } from '../runtime/http.ts';
import { type ltiRoutes, membershipScope } from './contract.ts';
import { published } from './key.rules.ts';
import { keysNow } from './platform.api.ts';

type Routes = typeof ltiRoutes;

async function listKeys() {
  return { body: { keys: published(await keysNow()) } };
}

/** OpenID Connect Discovery 1.0, section 3, with what LTI Dynamic Registration 1.0 (section 2.1.2) adds of a platform. */
async function discover({ apiUrl }: Call<Routes['discover']>) {
  const messages = ['LtiResourceLinkRequest', 'LtiDeepLinkingRequest'];
  return {
    body: {
      issuer: apiUrl,
      authorization_endpoint: `${apiUrl}/lti/authorize`,
      token_endpoint: `${apiUrl}/lti/token`,
      jwks_uri: `${apiUrl}/lti/jwks`,
      token_endpoint_auth_methods_supported: ['private_key_jwt'],
      token_endpoint_auth_signing_alg_values_supported: ['RS256'],
      scopes_supported: ['openid', membershipScope],
      response_types_supported: ['id_token'],
      response_modes_supported: ['form_post'],
      subject_types_supported: ['pairwise'],
      id_token_signing_alg_values_supported: ['RS256'],
      claims_supported: ['iss', 'sub', 'aud'],
      'https://purl.imsglobal.org/spec/lti-platform-configuration': {
        product_family_code: 'ladder',
        messages_supported: messages.map((type) => ({ type })),
        variables: [],
      },
    },
  };
}

export const discoveryHandlers = { listKeys, discover };
