import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import {
  entryShape,
  isEntryOf,
  openedProviders,
  readSecretsFile,
} from '../../bin/rollout/secrets-file.ts';
import { providerSecrets } from '../../functions/provisioning/contract.ts';
import { seoul } from '../lib/template.ts';

const folder = mkdtempSync(join(tmpdir(), 'ladder-secrets-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Reads what somebody wrote of providers. */
function read(providers: string) {
  const file = join(folder, 'secrets.yaml');
  writeFileSync(file, `providers:\n${providers}\n`);
  return readSecretsFile(file, seoul);
}

/** What it is refused with, line by line. */
function mistakes(providers: string): readonly string[] {
  try {
    return Object.keys(read(providers).providers);
  } catch (error) {
    return String(error)
      .split('\n')
      .slice(1, -1)
      .map((line) => line.trim());
  }
}

const Fields = z.object({
  properties: z.record(z.string(), z.unknown()),
  required: z.array(z.string()),
});
const key = Buffer.alloc(32, 7).toString('base64');
const scim = '  dawn-star: { baseUrl: https://dawn-star.example/scim, token: hush }';
const webhook = `  harbour-light: { url: https://harbour-light.example/wishes, key: "${key}" }`;
const lti =
  '  riverbank: { login: https://w.example/login, launch: https://w.example/go, redirects: [https://w.example/in], jwks: https://w.example/keys }';

describe('secrets of providers, by their kinds', () => {
  it('are taken as their kind has them', () => {
    const { secrets, providers } = read([scim, webhook, lti].join('\n'));
    expect(secrets).toEqual({});
    expect(Object.keys(providers)).toEqual(['dawn-star', 'harbour-light', 'riverbank']);
  });

  it('are none of providers that need none', () => {
    const ids = openedProviders(seoul).map(({ id }) => String(id));
    const without = ['paper-boat', 'village-hall'];
    expect(ids).toHaveLength(seoul.providers.length - without.length);
    for (const id of without) expect(ids).not.toContain(id);
  });

  it.each(['scim', 'webhook', 'lti'] as const)(
    'of kind %s are described with all of their fields, and with which may be left out',
    (kind) => {
      const said = entryShape(kind);
      const [example = ''] = /^\{.*\}/.exec(said) ?? [];
      const { properties, required } = Fields.parse(z.toJSONSchema(providerSecrets[kind]));
      const fields = Object.keys(properties);
      expect(Object.keys(JSON.parse(example))).toEqual(fields);
      const optional = fields.filter((field) => !required.includes(field));
      expect(said.slice(example.length)).toBe(` (${optional.join(', ')} may be left out)`);
    },
  );

  it.each([
    [
      'of another kind',
      scim.replace('dawn-star:', 'harbour-light:'),
      [
        'providers.harbour-light.url: Invalid input: expected string, received undefined; a provider of kind "webhook" has {"url":"…","key":"…","launch":"…"} (launch may be left out)',
        'providers.harbour-light.key: Invalid input: expected string, received undefined; a provider of kind "webhook" has {"url":"…","key":"…","launch":"…"} (launch may be left out)',
        'providers.harbour-light: Unrecognized keys: "baseUrl", "token"; a provider of kind "webhook" has {"url":"…","key":"…","launch":"…"} (launch may be left out)',
      ],
    ],
    [
      'of a provider that needs none',
      '  paper-boat: { token: hush }',
      ['providers.paper-boat: is of kind "voucher", which needs no secret; leave it out'],
    ],
    [
      'without an address',
      '  dawn-star: { baseUrl: hush, token: hush }',
      [
        'providers.dawn-star.baseUrl: Invalid URL; a provider of kind "scim" has {"baseUrl":"…","token":"…","launch":"…"} (launch may be left out)',
      ],
    ],
  ])('%s are refused, and nothing of them is repeated', (_, written, expected) => {
    expect(mistakes(written)).toEqual(expected);
    expect(mistakes(written).join()).not.toContain('hush');
  });

  it('that a provider has of another kind are not of their shape', () => {
    expect(isEntryOf('webhook', { url: 'https://h.example', key })).toBe(true);
    expect(isEntryOf('webhook', { baseUrl: 'https://h.example', token: 'hush' })).toBe(false);
  });
});
