import * as z from 'zod';
import { Cursor } from '../runtime/paging.ts';
import type { Route } from '../runtime/route.ts';
import { PublicKey } from './key.contract.ts';
import {
  AccessToken,
  AuthenticationRequest,
  assertionType,
  ContextId,
  membershipScope,
  membershipType,
} from './message.contract.ts';

const form = 'application/x-www-form-urlencoded' as const;
const anyone = { pool: 'none' } as const;
const page = {
  status: 200,
  body: z.string().meta({ examples: ['<!doctype html>'] }),
  mediaType: 'text/html',
  uncached: true,
} as const;
const unknownTool = ['no-such-tool', 'redirect-not-registered'] as const;

const addressAt = (path: string) =>
  z.url().meta({ examples: [`https://api.riverside.example${path}`] });

/** What tools ask: machines, and browsers that they send. None of it needs a cookie. */
export const ltiRoutes = {
  discover: {
    method: 'GET',
    path: '/lti/openid-configuration',
    access: anyone,
    summary: 'The platform’s addresses, for whoever registers it with a tool',
    answers: {
      status: 200,
      body: z.looseObject({
        issuer: addressAt(''),
        authorization_endpoint: addressAt('/lti/authorize'),
        token_endpoint: addressAt('/lti/token'),
        jwks_uri: addressAt('/lti/jwks'),
      }),
    },
  },
  listKeys: {
    method: 'GET',
    path: '/lti/jwks',
    access: anyone,
    summary: 'The platform’s public keys: one to come, the one that signs, and the one before',
    answers: { status: 200, body: z.strictObject({ keys: z.array(PublicKey).max(3) }) },
  },
  authorize: {
    method: 'GET',
    path: '/lti/authorize',
    access: anyone,
    summary: 'Say who comes: a page that sends a signed launch to the tool',
    description:
      'Where a tool sends a browser after a launch began. A hint is good once; what is wrong is sent to the tool as an OpenID Connect error, unless it is no tool of ours, or the address none of its own.',
    query: AuthenticationRequest,
    answers: page,
    refusals: { 422: unknownTool },
  },
  authorizeByForm: {
    method: 'POST',
    path: '/lti/authorize',
    access: anyone,
    summary: 'The same, asked by a form',
    text: {
      mediaType: form,
      largestBytes: 20_000,
      description: 'The same parameters',
      example: new URLSearchParams({
        client_id: 'riverside.open-shelf',
        redirect_uri: 'https://tool.example/launch',
        scope: 'openid',
        response_type: 'id_token',
        response_mode: 'form_post',
        prompt: 'none',
        login_hint: 'Zk3n',
        state: '8d2a',
        nonce: '77c1',
      }).toString(),
    },
    repeats: 'by-itself',
    answers: page,
    refusals: { 422: unknownTool },
  },
  issueToken: {
    method: 'POST',
    path: '/lti/token',
    access: anyone,
    summary: 'An access token for a tool, for an assertion that it signs',
    description:
      'Client credentials with `private_key_jwt` (1EdTech Security Framework, section 4.1). An assertion is good once.',
    text: {
      mediaType: form,
      largestBytes: 20_000,
      description: '`grant_type`, `client_assertion_type`, `client_assertion`, `scope`',
      example: new URLSearchParams({
        grant_type: 'client_credentials',
        client_assertion_type: assertionType,
        client_assertion: 'eyJhbGciOiJSUzI1NiJ9.e30.c2ln',
        scope: membershipScope,
      }).toString(),
    },
    repeats: 'by-itself',
    unreadable: 'as-oauth',
    answers: { status: 200, body: AccessToken },
    refusals: {
      400: ['invalid-request', 'invalid-client', 'invalid-scope', 'unsupported-grant-type'],
    },
  },
  listMembers: {
    method: 'GET',
    path: '/lti/contexts/{contextId}/memberships',
    access: anyone,
    summary: 'Who is in a tool’s course: account ids, no names',
    description:
      'Names and Role Provisioning Services 2.0, with the token of `POST /lti/token`. `Link: <…>; rel="next"` leads to the next page.',
    params: z.strictObject({
      contextId: ContextId.meta({ description: 'The course, as a launch names it' }),
    }),
    query: z.object({
      limit: z.coerce
        .number()
        .int()
        .min(1)
        .default(100)
        .meta({ description: 'How many to answer at most; a page has 100, or fewer' }),
      role: z
        .string()
        .max(200)
        .optional()
        .meta({ description: 'Only who has this role', examples: ['Learner'] }),
      cursor: Cursor.optional().meta({
        description: 'Where to go on: in the address of the next page',
      }),
    }),
    headers: z.object({
      // Without one, or with another kind of one, the answer is a challenge (RFC 6750, section 3).
      authorization: z
        .string()
        .default('')
        .meta({
          description: 'The access token of POST /lti/token',
          examples: ['Bearer eyJhbGciOiJSUzI1NiJ9.e30.c2ln'],
        }),
    }),
    answers: {
      status: 200,
      body: z
        .string()
        .meta({ examples: ['{"id":"https://…","context":{"id":"ctx_…"},"members":[]}'] }),
      mediaType: membershipType,
      uncached: true,
    },
    refusals: { 401: ['access-token-required'], 404: ['no-such-context'] },
  },
  takeContents: {
    method: 'POST',
    path: '/lti/deep-links',
    access: anyone,
    summary: 'Take what was chosen in a tool',
    description:
      'Where a tool sends the browser of whoever chose, with a form (Deep Linking 2.0, section 3.4).',
    text: {
      mediaType: form,
      largestBytes: 200_000,
      description: 'The field `JWT`',
      example: 'JWT=eyJhbGciOiJSUzI1NiJ9.e30.c2ln',
    },
    repeats: 'by-itself',
    answers: page,
    refusals: { 409: ['choice-over'], 422: ['choice-invalid'] },
  },
} as const satisfies Readonly<Record<string, Route>>;
