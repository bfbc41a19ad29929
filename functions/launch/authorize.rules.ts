import type { LtiSecret } from '../provisioning/contract.ts';
import type { AuthenticationRequest } from './contract.ts';

/** An error of OpenID Connect (core, section 3.1.2.6; RFC 6749, section 4.1.2.1), sent to the tool. */
export interface Declined {
  readonly kind: 'declined';
  readonly error:
    | 'invalid_request'
    | 'invalid_scope'
    | 'unsupported_response_type'
    | 'login_required'
    | 'access_denied';
  readonly description: string;
}

/** A request that can be answered if its hint is good. */
export interface Asked {
  readonly kind: 'asked';
  readonly loginHint: string;
  readonly nonce: string;
}

/** Whether an address is one of the tool's own, to the letter: "simple string comparison" (OpenID Connect core, 3.1.2.1). */
export function isRegistered(
  { redirects }: Pick<LtiSecret, 'redirects'>,
  { redirect_uri }: AuthenticationRequest,
): boolean {
  return redirects.includes(redirect_uri);
}

/**
 * Whether a request is one that a launch ends in (1EdTech Security Framework, section 5.1.1.2): the table of its
 * parameters, in its order.
 */
export function judge(request: AuthenticationRequest): Asked | Declined {
  const { scope = '', response_type, response_mode, prompt, login_hint, nonce } = request;
  if (!scope.split(' ').includes('openid')) return declined('invalid_scope', 'scope=openid');
  if (response_type !== 'id_token')
    return declined('unsupported_response_type', 'response_type=id_token');
  if (response_mode !== 'form_post') return declined('invalid_request', 'response_mode=form_post');
  if (prompt !== 'none') return declined('invalid_request', 'prompt=none');
  if (!login_hint) return declined('invalid_request', 'login_hint');
  if (!nonce) return declined('invalid_request', 'nonce');
  return { kind: 'asked', loginHint: login_hint, nonce };
}

function declined(error: Declined['error'], wanted: string): Declined {
  return { kind: 'declined', error, description: `Send ${wanted}.` };
}

/** The hint is nobody's, was used, or is older than five minutes; or another tool's. */
export const hintOver: Declined = {
  kind: 'declined',
  error: 'login_required',
  description: 'This login is over. Have it opened again on the platform.',
};

/** The account has ended, or was suspended, since the launch began. */
export const noLonger: Declined = {
  kind: 'declined',
  error: 'access_denied',
  description: 'There is no active account for this login any more.',
};
