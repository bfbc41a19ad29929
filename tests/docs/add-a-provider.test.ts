import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { readSecretsFile } from '../../bin/rollout/secrets-file.ts';
import { contracts } from '../../functions/contracts.ts';
import { AccountId } from '../../functions/enrolment/contract.ts';
import { ticketClaims } from '../../functions/launch/way.rules.ts';
import {
  AccountEvent,
  AccountWanted,
  LtiSecret,
  ScimSecret,
  Task,
  TaskOutcome,
  WantedReply,
  WebhookSecret,
} from '../../functions/provisioning/contract.ts';
import { activePatch, newUser } from '../../functions/provisioning/scim-user.adapter.ts';
import { type Contract, type Route, routeKey } from '../../functions/runtime/route.ts';
import { ScimQuirks } from '../../regions/provider.schema.ts';
import { Provider } from '../../regions/schema.ts';
import { seoul } from '../lib/template.ts';

const text = readFileSync('docs/add-a-provider.md', 'utf8');
const routes = (contracts as readonly Contract[]).flatMap(({ routes: some }): readonly Route[] =>
  Object.values(some),
);

/** The examples that are named so in the first line of their fence. */
const examplesOf = (name: string) =>
  [...text.matchAll(/^```json (\w+)\n([\s\S]*?)^```$/gm)]
    .filter(([, named]) => named === name)
    .map(([, , example = '']): unknown => JSON.parse(example));

/** What every provider of a region file has. */
const common = {
  ...{ id: 'night-train', name: { en: 'Night Train' }, description: { en: 'Lectures' } },
  offers: [{ stage: 'high', category: 'subject' }],
  ...{ contract: { type: 'donated', from: '2026-03-02' }, seats: 'unlimited' },
};
const Written = z.looseObject({ scim: ScimQuirks.exactOptional() });
/** All YAML of the page, also in lists: parts of a provider, of kind SCIM where they do not say. */
const written = [...text.matchAll(/^( *)```yaml\n([\s\S]*?)^\1```$/gm)].map(([, , part = '']) =>
  Written.parse(parse(part)),
);

describe('docs/add-a-provider.md', () => {
  it('has only YAML that a region file may have', () => {
    expect(written.length).toBeGreaterThan(Provider.options.length);
    for (const part of written) {
      const { error } = Provider.safeParse({ ...common, kind: 'scim', ...part });
      expect(error, JSON.stringify(part)).toBeUndefined();
    }
  });

  it('shows each way in which a SCIM server may differ', () => {
    const shown = written.flatMap(({ scim = {} }) => Object.keys(scim));
    expect(new Set(shown)).toEqual(new Set(Object.keys(ScimQuirks.shape)));
  });

  it('shows what such a server gets, as it is sent', () => {
    const quirks = written.find(({ scim }) => scim?.constants !== undefined)?.scim ?? {};
    const accountId = AccountId.parse('acc_3k9d7p2mx5t8w0qz6r4hvc1jbn');
    expect(examplesOf('user')).toEqual([newUser(accountId, quirks)]);
    expect(examplesOf('patch')).toEqual([activePatch(false, quirks)]);
  });

  it.each([
    ['secret', z.union([ScimSecret, WebhookSecret])],
    ['tool', LtiSecret],
    ['wanted', AccountWanted],
    ['reply', WantedReply],
    ['event', AccountEvent],
    ['task', Task],
    ['outcome', TaskOutcome],
  ])('shows each %s as it is read', (name, schema) => {
    const examples = examplesOf(name);
    expect(examples).not.toEqual([]);
    for (const example of examples) expect(schema.parse(example)).toEqual(example);
  });

  it('shows a ticket as it is signed', () => {
    const example = {
      ...{ iss: 'https://api.example', aud: 'night-train', jti: 'tkt_7w2q4z8ktm0c6x9dr3pnv5hbj1' },
      sub: 'acc_3k9d7p2mx5t8w0qz6r4hvc1jbn',
    };
    const whose = { issuer: example.iss, audience: example.aud, accountId: example.sub };
    const now = Temporal.Instant.from('2026-03-02T02:01:29Z');
    expect(examplesOf('ticket')).toEqual([ticketClaims(whose, example.jti, now)]);
  });

  it.each(['add-a-provider', 'operator-guide'])(
    'of docs/%s.md, how one provider’s entry is put is what a rollout reads',
    (page) => {
      const words = readFileSync(`docs/${page}.md`, 'utf8');
      const files = [...words.matchAll(/^( *)```yaml secrets\n([\s\S]*?)^\1```$/gm)];
      expect(files).toHaveLength(1);
      const nightTrain = Provider.parse({ ...common, kind: 'scim' });
      for (const [, , file = ''] of files) {
        const path = join(mkdtempSync(join(tmpdir(), 'ladder-docs-')), 'secrets.yaml');
        writeFileSync(path, file);
        const { secrets, providers } = readSecretsFile(path, { ...seoul, providers: [nightTrain] });
        rmSync(dirname(path), { recursive: true });
        expect(secrets).toEqual({});
        expect(Object.keys(providers)).toEqual(['night-train']);
      }
      const options = readFileSync('bin/commands/rollout.ts', 'utf8');
      for (const option of ['--secrets', '--overwrite-secrets']) {
        expect(words).toContain(option);
        expect(options).toContain(`'${option}`);
      }
      // Of all providers at once.
      expect(words).not.toMatch(/--secret-id ladder\/<region>\/providers[ `\n/]/);
    },
  );

  it('has a section for each kind, and names every one', () => {
    const kinds = Provider.options.map(({ shape }) => shape.kind.value);
    for (const kind of kinds) {
      const [, section] = new RegExp(`\\| \\[\`${kind}\`\\]\\(#([a-z0-9-]+)\\)`).exec(text) ?? [];
      const headings = [...text.matchAll(/^## (.+)$/gm)].map(([, heading = '']) =>
        heading.toLowerCase().replaceAll('.', '').replaceAll(' ', '-'),
      );
      expect(headings, kind).toContain(section);
    }
  });

  it('names only routes and codes that there are', () => {
    const keys = new Set(routes.map(routeKey));
    const named = [...text.matchAll(/`((?:GET|POST|PUT|DELETE) \/provisioning[^` ]*)`/g)];
    expect(named.length).toBeGreaterThan(1);
    expect(named.map(([, key = '']) => key).filter((key) => !keys.has(key))).toEqual([]);
    const [event] = routes.filter(({ path }) => path === '/providers/{providerId}/events');
    for (const code of Object.values(event?.refusals ?? {}).flat()) expect(text).toContain(code);
  });

  it('links only to files and headings that there are', () => {
    const links = [...text.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, link]) => link);
    expect(links.filter((link) => !existsSync(`docs/${link}`))).toEqual([]);
  });
});
