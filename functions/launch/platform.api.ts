import pageWords from '#launch';
import type { Language, Provider, ProviderId } from '../../regions/schema.ts';
import { LtiSecret } from '../provisioning/contract.ts';
import { now } from '../runtime/clock.ts';
import { decodeCursor, encodeCursor } from '../runtime/cursor.ts';
import { pause } from '../runtime/dynamodb.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { Busy } from '../runtime/errors.ts';
import { region } from '../runtime/region.ts';
import { readSecret, UnusableSecret } from '../runtime/secrets.ts';
import { clientIdOf } from './claims.rules.ts';
import { contentStore } from './content.store.ts';
import { ContentsCursor, launchEnvironments, type PlatformKeys } from './contract.ts';
import { keySecret, makePair } from './key.adapter.ts';
import { begun, isTurnOver, turned } from './key.rules.ts';
import { launchStore } from './store.ts';

/** What all routes of this capability have alike. */
export const environment = readEnvironment(launchEnvironments.api);
export const store = launchStore(environment.LAUNCH_TABLE);
export const contents = contentStore(environment.LAUNCH_TABLE);
const secret = keySecret(environment.PLATFORM_KEYS);

const attempts = 5;

/**
 * The keys of now. Whoever needs them first makes them, and whoever needs them first after a turn is over turns them: no
 * job has to run for a launch to be signed (docs/adr/0039-lti-platform.md).
 *
 * @throws {Busy} others kept being quicker, and what they put did not show
 */
export async function keysNow(): Promise<PlatformKeys> {
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const kept = await secret.read();
    if (kept.keys !== undefined && !isTurnOver(kept.keys, now())) return kept.keys;
    const next =
      kept.keys === undefined
        ? begun(makePair(), makePair(), now())
        : turned(kept.keys, makePair(), now());
    if (await secret.replace(kept, next)) return next;
    await pause(attempt);
  }
  throw new Busy();
}

/** What pages say in a language; in the region's first where the region no longer has it. */
export function wordsIn(language: Language) {
  const words = pageWords[language] ?? pageWords[region.languages[0] ?? ''];
  if (words === undefined) throw new Error('the texts of the first language are missing');
  return words;
}

/** A page of a tool's contents, as a caller asks for it. @throws {Unreadable} 400 `malformed`: the cursor is not of it */
export async function contentsOn(
  providerId: ProviderId,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
) {
  const after = decodeCursor(cursor, ContentsCursor)?.after;
  const { contents: found, next } = await contents.list(providerId, { limit, after });
  return { contents: found, cursor: encodeCursor(next && { after: next }) };
}

export type LtiProvider = Extract<Provider, { kind: 'lti' }>;

/** A tool: the provider, and what it has registered. */
export interface Tool {
  readonly provider: LtiProvider;
  readonly secret: LtiSecret;
}

/** What is read where nobody has put a provider's secret, or not of its shape: nothing. */
export function unput(error: unknown): undefined {
  if (!(error instanceof UnusableSecret)) throw error;
}

/** The tool of a provider; undefined where nobody has put what it registers. */
export async function toolAt(provider: LtiProvider): Promise<Tool | undefined> {
  const { PROVIDERS_SECRET } = environment;
  const secret = await readSecret(PROVIDERS_SECRET, LtiSecret, provider.id).catch(unput);
  return secret && { provider, secret };
}

/** The tool that calls itself by this name. */
export async function toolCalled(clientId: string): Promise<Tool | undefined> {
  const provider = region.providers.find(
    (one) => one.kind === 'lti' && clientIdOf(region, one.id) === clientId,
  );
  return provider?.kind === 'lti' ? toolAt(provider) : undefined;
}
