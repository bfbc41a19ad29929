import { describe, expect, it } from 'vitest';
import { launchClaims, loginUrl } from '../../functions/launch/claims.rules.ts';
import { ChoiceId, chooserOf, Hint } from '../../functions/launch/contract.ts';
import { newId, StaffId } from '../../functions/runtime/ids.ts';
import { ProviderId, Text } from '../../regions/schema.ts';
import { at, village } from '../runtime/village.ts';

const noon = at('2025-07-01T12:00');
const loom = {
  issuer: 'https://api.village.example',
  region: village({ name: { ko: '마을', en: 'Village' } }),
  provider: {
    id: ProviderId.parse('loom'),
    name: Text.parse({ ko: '베틀', en: 'Loom' }),
  },
};
const lti = 'https://purl.imsglobal.org/spec/lti/claim';
const vocabulary = 'http://purl.imsglobal.org/vocab/lis/v2';

const resource = Hint.parse({
  kind: 'resource',
  accountId: `acc_${'1'.repeat(26)}`,
  locale: 'en',
  target: 'https://loom.example/courses/1',
  resource: { id: 'loom', title: 'Loom' },
  custom: { course: 'one' },
});
const choiceId = newId(ChoiceId, 'cho');
const choice = Hint.parse({
  ...{ kind: 'choice', choiceId, locale: 'ko', target: 'https://loom.example/choose' },
  chooser: chooserOf(newId(StaffId, 'stf'), loom.provider.id),
});

/** What LTI core 1.3 asks of every message (sections 5.1.2 and 5.3), and what we write. */
const ofEach: readonly (readonly [string, unknown])[] = [
  ['iss', 'https://api.village.example'],
  ['aud', 'village.loom'],
  ['iat', noon.epochMilliseconds / 1000],
  ['exp', noon.epochMilliseconds / 1000 + 300],
  ['nonce', 'nonce-1'],
  [`${lti}/version`, '1.3.0'],
  [`${lti}/deployment_id`, 'village'],
];
/** Of LtiResourceLinkRequest (core, section 5.3), and of Names and Role Provisioning Services (2.0, section 3.6.1.1). */
const ofLaunch: readonly (readonly [string, unknown])[] = [
  ['sub', `acc_${'1'.repeat(26)}`],
  [`${lti}/message_type`, 'LtiResourceLinkRequest'],
  [`${lti}/target_link_uri`, 'https://loom.example/courses/1'],
  [`${lti}/resource_link`, { id: 'loom', title: 'Loom' }],
  [`${lti}/roles`, [`${vocabulary}/membership#Learner`]],
  [`${lti}/custom`, { course: 'one' }],
  [`${lti}/launch_presentation`, { document_target: 'window', locale: 'en' }],
  [
    `${lti}/context`,
    {
      id: expect.stringMatching(/^ctx_/),
      title: 'Loom',
      type: [`${vocabulary}/course#CourseOffering`],
    },
  ],
  [
    'https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice',
    {
      context_memberships_url: expect.stringMatching(
        /^https:\/\/api\.village\.example\/lti\/contexts\/ctx_\w+\/memberships$/,
      ),
      service_versions: ['2.0'],
    },
  ],
];
/** Of LtiDeepLinkingRequest (Deep Linking 2.0, sections 4.4 and 4.4.1). */
const ofChoice: readonly (readonly [string, unknown])[] = [
  [`${lti}/message_type`, 'LtiDeepLinkingRequest'],
  [`${lti}/target_link_uri`, 'https://loom.example/choose'],
  ['sub', expect.stringMatching(/^chr_/)],
  [`${lti}/roles`, expect.arrayContaining([`${vocabulary}/institution/person#Administrator`])],
  [
    'https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings',
    {
      deep_link_return_url: 'https://api.village.example/lti/deep-links',
      accept_types: ['ltiResourceLink'],
      accept_presentation_document_targets: ['window'],
      accept_multiple: true,
      data: choiceId,
    },
  ],
];

describe('what a launch says', () => {
  const claims = launchClaims(loom, resource, 'nonce-1', noon);
  it.each([...ofEach, ...ofLaunch])('to open something has %s', (name, value) => {
    expect(claims[name]).toEqual(value);
  });

  it('has nothing else but the platform’s own name', () => {
    const known = [...ofEach, ...ofLaunch].map(([name]) => name);
    const others = Object.keys(claims).filter((name) => !known.includes(name));
    expect(others).toEqual([`${lti}/tool_platform`]);
  });

  const chosen = launchClaims(loom, choice, 'nonce-1', noon);
  it.each([...ofEach, ...ofChoice])('to choose contents has %s', (name, value) => {
    expect(chosen[name]).toEqual(value);
  });
});

describe('where a launch begins', () => {
  it('keeps what the tool’s address has of its own', () => {
    const url = new URL(loginUrl('https://loom.example/login?tenant=7', loom, resource, 'hint'));
    expect(Object.fromEntries(url.searchParams)).toEqual({
      ...{ tenant: '7', iss: 'https://api.village.example', login_hint: 'hint' },
      ...{ client_id: 'village.loom', lti_deployment_id: 'village', lti_message_hint: 'resource' },
      target_link_uri: 'https://loom.example/courses/1',
    });
  });
});
