/** What a caller may read with each refusal of ways in, by its code; values in it are invented. */
export const launchDetails: Readonly<Record<string, string>> = {
  'place-pending': 'Your account is still being made. Try again in a minute.',
  'place-suspended':
    'Your approval is suspended, and so is this place. GET /me/applications says why.',
  'place-failed': 'The provider refused your account. Choose another with POST …/switch.',
  'no-way-in': 'The provider has not said where learners get in. Ask the staff of your region.',
  'no-such-content':
    'The provider offers no such content. GET …/contents lists those that it does.',
  'no-contents-to-choose':
    'The tool has registered no address at which its contents are chosen ("deepLink").',
  // What tools are told.
  'no-such-tool': 'No tool of this "client_id" is registered here. Begin again from your places.',
  'redirect-not-registered':
    'The tool has not registered this "redirect_uri". Its operator corrects "redirects".',
  'invalid-request':
    'Send client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer.',
  'invalid-client':
    'The assertion is not one of a registered tool: iss and sub are its client_id, aud is the address of this request, exp at most an hour away, jti new each time, and the key is at its registered "jwks".',
  'invalid-scope': 'There is one scope: contextmembership.readonly.',
  'unsupported-grant-type': 'Send grant_type=client_credentials.',
  'no-such-context': 'Your tool has no such course. A launch names it, and where its members are.',
  'choice-over':
    'This choice was taken already, or its hour is over. Begin again: POST …/contents.',
  'choice-invalid':
    'This is not a choice that a registered tool signed for this platform, of at most 50 resource links with a title. Ask the tool’s operator.',
};
