import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import * as z from 'zod';
import { ScannerAccess } from '../../functions/documents/contract.ts';
import { RegistryAccess } from '../../functions/eligibility/contract.ts';
import { type KindWithSecret, providerSecrets } from '../../functions/provisioning/contract.ts';
import { ProviderId, type Region } from '../../regions/schema.ts';
import { RolloutStopped } from './stopped.ts';

/** What other parties have issued, for one region; never in a repository. */
const SecretsFile = z.strictObject({
  registry: RegistryAccess.exactOptional(),
  scanner: ScannerAccess.exactOptional(),
  /** HS256 wants 32 bytes at least (RFC 7518, 3.2). */
  meetings: z.strictObject({ key: z.string().min(32) }).exactOptional(),
  /** By each provider's kind. */
  providers: z.record(ProviderId, z.unknown()).exactOptional(),
});

/** What the secret of a provider of a kind holds, as people read it. */
const shapes = {
  scim: '{"baseUrl":"…","token":"…","launch":"…"} (launch may be left out)',
  webhook: '{"url":"…","key":"…","launch":"…"} (launch may be left out)',
  lti: '{"login":"…","launch":"…","redirects":["…"],"jwks":"…","deepLink":"…"} (deepLink may be left out)',
} as const satisfies Record<KindWithSecret, string>;

/** A provider that another party opens for us. */
export interface Opened {
  readonly id: ProviderId;
  readonly kind: KindWithSecret;
}

type Providers = Pick<Region, 'providers'>;

/** The providers of a region that have an entry in its secret of providers. */
export function openedProviders({ providers }: Providers): readonly Opened[] {
  return providers.flatMap(({ id, kind }) =>
    kind === 'voucher' || kind === 'manual' ? [] : [{ id, kind }],
  );
}

/** How many providers of a region have something that opens them. */
export function providersWithSecret(region: Providers): number {
  return openedProviders(region).length;
}

/** The secrets of a region that other parties issue, one each, by the names in `lib/`; those of providers are in one. */
export function ownSecrets({ id, deployment }: Region): readonly string[] {
  const rooms = deployment.meetings?.via === 'jitsi' ? ['meetings'] : [];
  return ['registry', 'scanner', ...rooms].map((name) => `ladder/${id}/${name}`);
}

/** The name of the secret that has an entry for each provider, as in `lib/provider-secret.ts`. */
export function providersSecret({ id }: Pick<Region, 'id'>): string {
  return `ladder/${id}/providers`;
}

/** How a provider's entry is named to people. */
export function entryName(region: Pick<Region, 'id'>, providerId: string): string {
  return `${providersSecret(region)} (${providerId})`;
}

/** What a secret of its own has to hold, as JSON with dots for values. */
export function shapeOf(name: string): string {
  return name.endsWith('/meetings') ? '{"key":"…"}' : '{"url":"…","key":"…"}';
}

/** What the entry of a provider of a kind has to be, as JSON with dots for values, and which of it may be left out. */
export function entryShape(kind: KindWithSecret): string {
  return shapes[kind];
}

/** Whether a provider's entry is of the shape that its kind has. */
export function isEntryOf(kind: KindWithSecret, value: unknown): boolean {
  return providerSecrets[kind].safeParse(value).success;
}

/** Values that other parties have issued. */
export interface SecretValues {
  /** Texts by secret name, as functions read them. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Entries of providers, by their ids. */
  readonly providers: Readonly<Record<string, unknown>>;
}

export const noValues: SecretValues = { secrets: {}, providers: {} };

/**
 * Reads a file of secrets.
 *
 * @throws {RolloutStopped} `invalid-secrets-file`, with every mistake and without any value
 */
export function readSecretsFile(file: string, region: Region): SecretValues {
  const { providers = {}, ...own } = parsed(file);
  const mistakes = Object.entries(providers).flatMap(([id, value]) =>
    mistakesIn(region, id, value),
  );
  if (mistakes.length > 0) throw invalid(file, mistakes);
  const named = Object.entries(own).map(([name, value]) => [
    `ladder/${region.id}/${name}`,
    JSON.stringify(value),
  ]);
  return { secrets: Object.fromEntries(named), providers };
}

/** What is wrong with a provider's value, by its kind; nothing of the value itself. */
function mistakesIn(region: Region, id: string, value: unknown): readonly string[] {
  const provider = region.providers.find((one) => one.id === id);
  if (provider === undefined) {
    const known = region.providers.map((one) => one.id).join(', ');
    return [`providers: the region has no ${id}; it has ${known}`];
  }
  const kind = openedProviders(region).find((one) => one.id === id)?.kind;
  if (kind === undefined)
    return [`providers.${id}: is of kind "${provider.kind}", which needs no secret; leave it out`];
  const read = providerSecrets[kind].safeParse(value);
  if (read.success) return [];
  return read.error.issues.map(
    ({ path, message }) =>
      `providers.${[id, ...path].join('.')}: ${message}; a provider of kind "${kind}" has ${shapes[kind]}`,
  );
}

function parsed(file: string): z.output<typeof SecretsFile> {
  let written: unknown;
  try {
    // What YAML says, or warns of, may quote the line, and with it a secret.
    written = parse(readFileSync(file, 'utf8'), { logLevel: 'error' });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    throw invalid(file, [`cannot be read as YAML (${code})`]);
  }
  const result = SecretsFile.safeParse(written ?? {});
  if (result.success) return result.data;
  throw invalid(
    file,
    result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`),
  );
}

function invalid(file: string, mistakes: readonly string[]): RolloutStopped {
  const lines = mistakes.map((mistake) => `  ${mistake}`).join('\n');
  const text = `The file of secrets ${file} has mistakes; nothing was done:\n${lines}\nIt may have registry: { url, key }, scanner: { url, key }, meetings: { key } and providers: { <id>: … }, each by its kind.`;
  return new RolloutStopped('invalid-secrets-file', text);
}
