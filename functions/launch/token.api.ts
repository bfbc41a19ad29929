import { now } from '../runtime/clock.ts';
import { TokenRefused } from '../runtime/errors.ts';
import type { Call } from '../runtime/http.ts';
import { region } from '../runtime/region.ts';
import { readForm } from '../runtime/request.ts';
import { clientIdOf } from './claims.rules.ts';
import { assertionType, type ltiRoutes, TokenRequest, ToolAssertion } from './contract.ts';
import { keysNow, store, type Tool, toolCalled } from './platform.api.ts';
import { accessType, claimsOfTool, issuerOf, sign } from './token.adapter.ts';
import {
  accessClaims,
  grantedOf,
  rememberedUntil,
  tokenSeconds,
  tolerance,
} from './token.rules.ts';

type Routes = typeof ltiRoutes;

async function issueToken({ text, apiUrl }: Call<Routes['issueToken']>) {
  const request = readForm(TokenRequest, text);
  if (request.grant_type !== 'client_credentials')
    throw new TokenRefused('unsupported-grant-type', 'Send grant_type=client_credentials.');
  if (request.client_assertion_type !== assertionType)
    throw new TokenRefused('invalid-request', `Send client_assertion_type=${assertionType}.`);
  const scope = grantedOf(request.scope);
  if (scope === undefined)
    throw new TokenRefused('invalid-scope', 'There is one scope: contextmembership.readonly.');
  const { provider } = await authenticate(request.client_assertion, `${apiUrl}/lti/token`);
  const claims = accessClaims(apiUrl, clientIdOf(region, provider.id), now());
  const { current } = await keysNow();
  const token = await sign(current, claims, accessType);
  return {
    body: {
      access_token: token,
      token_type: 'Bearer' as const,
      expires_in: tokenSeconds,
      scope,
    },
  };
}

/**
 * Whose assertion it is (RFC 7523, section 3).
 *
 * @throws {TokenRefused} `invalid-client`: nobody's, or not for this address, or not of now, or used before
 */
async function authenticate(assertion: string, audience: string): Promise<Tool> {
  const clientId = issuerOf(assertion);
  const tool = clientId === undefined ? undefined : await toolCalled(clientId);
  if (clientId === undefined || tool === undefined) throw notAuthentic();
  const expected = { issuer: clientId, audience, now: now(), tolerance };
  const signed = await claimsOfTool(assertion, tool.secret.jwks, expected);
  const claims = ToolAssertion.safeParse(signed).data;
  if (claims === undefined || claims.sub !== clientId) throw notAuthentic();
  const until = rememberedUntil(claims.exp, now());
  if (until === undefined) throw notAuthentic();
  if (await store.useAssertion(clientId, claims.jti, until)) return tool;
  throw notAuthentic();
}

function notAuthentic(): TokenRefused {
  return new TokenRefused(
    'invalid-client',
    'The assertion is not one of a registered tool: iss and sub are its client_id, aud is the address of this request, exp at most an hour away, jti new each time, and the key is at its registered "jwks".',
  );
}

export const tokenHandlers = { issueToken };
