import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import * as z from 'zod';
import { ScannerAccess } from '../../functions/documents/contract.ts';
import { RegistryAccess } from '../../functions/eligibility/contract.ts';
import { type KindWithSecret, providerSecrets } from '../../functions/provisioning/contract.ts';
import { type Provider, ProviderId, type Region } from '../../regions/schema.ts';
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

/** The kind by which a provider's secret is read; undefined of one that needs none. */
function kindOf({ kind }: Provider): KindWithSecret | undefined {
  return kind === 'voucher' || kind === 'manual' ? undefined : kind;
}

/** How many providers of a region have a secret. */
export function providersWithSecret({ providers }: Pick<Region, 'providers'>): number {
  return providers.filter((provider) => kindOf(provider) !== undefined).length;
}

/** The secrets of a region that other parties issue, by the names in `lib/`. */
export function secretNames({ id, providers, deployment }: Region): readonly string[] {
  const own = [
    'registry',
    'scanner',
    ...(deployment.meetings?.via === 'jitsi' ? ['meetings'] : []),
  ];
  const others = providers.filter((provider) => kindOf(provider) !== undefined);
  return [...own, ...others.map((provider) => `providers/${provider.id}`)].map(
    (name) => `ladder/${id}/${name}`,
  );
}

/** What a secret has to hold, as JSON with dots for values, and which of it may be left out. */
export function shapeOf(region: Pick<Region, 'providers'>, name: string): string {
  const kind = kindNamed(region, name);
  if (kind !== undefined) return shapes[kind];
  return name.endsWith('/meetings') ? '{"key":"…"}' : '{"url":"…","key":"…"}';
}

/** Whether a value is of the shape that its secret has to have; of a provider's by its kind. */
export function isOfItsShape(
  region: Pick<Region, 'providers'>,
  name: string,
  value: unknown,
): boolean {
  const kind = kindNamed(region, name);
  return kind === undefined || providerSecrets[kind].safeParse(value).success;
}

function kindNamed({ providers }: Pick<Region, 'providers'>, name: string) {
  const provider = providers.find(({ id }) => name.endsWith(`/providers/${id}`));
  return provider && kindOf(provider);
}

/**
 * Reads a file of secrets.
 *
 * @returns values by secret name, as functions read them
 * @throws {RolloutStopped} `invalid-secrets-file`, with every mistake and without any value
 */
export function readSecretsFile(file: string, region: Region): Readonly<Record<string, string>> {
  const { providers = {}, ...own } = parsed(file);
  const mistakes = Object.entries(providers).flatMap(([id, value]) =>
    mistakesIn(region, id, value),
  );
  if (mistakes.length > 0) throw invalid(file, mistakes);
  const named = [
    ...Object.entries(own),
    ...Object.entries(providers).map(([id, value]) => [`providers/${id}`, value] as const),
  ];
  return Object.fromEntries(
    named.map(([name, value]) => [`ladder/${region.id}/${name}`, JSON.stringify(value)]),
  );
}

/** What is wrong with a provider's value, by its kind; nothing of the value itself. */
function mistakesIn(region: Region, id: string, value: unknown): readonly string[] {
  const provider = region.providers.find((one) => one.id === id);
  if (provider === undefined) {
    const known = region.providers.map((one) => one.id).join(', ');
    return [`providers: the region has no ${id}; it has ${known}`];
  }
  const kind = kindOf(provider);
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
