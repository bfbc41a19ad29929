import { lookup } from 'node:dns/promises';
import type { Region } from '../../regions/schema.ts';
import { RolloutStopped } from './stopped.ts';

type Outputs = Readonly<Record<string, string>>;

/** The record to make by hand: of a region with a name of its own whose zone is not in Route 53. */
export function recordOf({ deployment: { domain } }: Region, outputs: Outputs): string | undefined {
  const { ApiUrl, ApiTarget: target } = outputs;
  if (domain === undefined || domain.hostedZone !== undefined) return undefined;
  // A local region answers at an address of its own.
  const isNamed = ApiUrl !== undefined && new URL(ApiUrl).hostname === domain.name.toLowerCase();
  if (!isNamed || target === undefined) return undefined;
  return `${domain.name} CNAME ${target}`;
}

/**
 * Looks whether the API's own name leads anywhere where somebody has to see to that by hand: the smoke test would wait
 * for it in vain.
 *
 * @throws {RolloutStopped} `name-unresolved`, with the record
 */
export async function requireRecord(region: Region, outputs: Outputs): Promise<void> {
  const record = recordOf(region, outputs);
  const { domain } = region.deployment;
  if (record === undefined || domain === undefined) return;
  try {
    await lookup(domain.name);
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    const code = 'code' in error ? String(error.code) : error.message;
    const text = `The region is deployed, but ${domain.name} leads nowhere yet (${code}), so it could not be tried. Make this record where the name's DNS is:\n  ${record}\nand run the same command again: it goes on with the smoke test.`;
    throw new RolloutStopped('name-unresolved', text, { cause: error });
  }
}
