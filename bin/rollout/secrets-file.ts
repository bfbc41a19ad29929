import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import * as z from 'zod';
import { ScannerAccess } from '../../functions/documents/contract.ts';
import { RegistryAccess } from '../../functions/eligibility/contract.ts';
import { LtiSecret, ScimSecret, WebhookSecret } from '../../functions/provisioning/contract.ts';
import { ProviderId, type Region } from '../../regions/schema.ts';
import { RolloutStopped } from './stopped.ts';

/** What other parties have issued, for one region; never in a repository. */
const SecretsFile = z.strictObject({
  registry: RegistryAccess.exactOptional(),
  scanner: ScannerAccess.exactOptional(),
  /** HS256 wants 32 bytes at least (RFC 7518, 3.2). */
  meetings: z.strictObject({ key: z.string().min(32) }).exactOptional(),
  providers: z.record(ProviderId, z.union([ScimSecret, WebhookSecret, LtiSecret])).exactOptional(),
});

/** The secrets of a region that other parties issue, by the names in `lib/`. */
export function secretNames({ id, providers, deployment }: Region): readonly string[] {
  const own = [
    'registry',
    'scanner',
    ...(deployment.meetings?.via === 'jitsi' ? ['meetings'] : []),
  ];
  return [...own, ...providers.map((provider) => `providers/${provider.id}`)].map(
    (name) => `ladder/${id}/${name}`,
  );
}

/** What a secret has to hold, as JSON with dots for values. */
export function shapeOf(name: string): string {
  if (name.includes('/providers/')) return '{"baseUrl":"…","token":"…"}';
  return name.endsWith('/meetings') ? '{"key":"…"}' : '{"url":"…","key":"…"}';
}

/**
 * Reads a file of secrets.
 *
 * @returns values by secret name, as functions read them
 * @throws {RolloutStopped} `invalid-secrets-file`, with every mistake and without any value
 */
export function readSecretsFile(file: string, region: Region): Readonly<Record<string, string>> {
  const { providers = {}, ...own } = parsed(file);
  const unknown = Object.keys(providers).filter(
    (id) => !region.providers.some((one) => one.id === id),
  );
  if (unknown.length > 0) {
    const known = region.providers.map(({ id }) => id).join(', ');
    throw invalid(file, [`providers: the region has no ${unknown.join(', ')}; it has ${known}`]);
  }
  const named = [
    ...Object.entries(own),
    ...Object.entries(providers).map(([id, value]) => [`providers/${id}`, value] as const),
  ];
  return Object.fromEntries(
    named.map(([name, value]) => [`ladder/${region.id}/${name}`, JSON.stringify(value)]),
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
  const text = `The file of secrets ${file} has mistakes; nothing was done:\n${lines}\nIt may have registry: { url, key }, scanner: { url, key }, meetings: { key } and providers: { <id>: { baseUrl, token } }.`;
  return new RolloutStopped('invalid-secrets-file', text);
}
