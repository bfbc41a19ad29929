import * as z from 'zod';
import { describeError, log } from '../runtime/logger.ts';
import { forgetSecret, readSecret } from '../runtime/secrets.ts';
import { ScannerAccess } from './contract.ts';

/** What a scanner says of some bytes, which it names by their checksum, so that no answer is taken for another's. */
const Reply = z.strictObject({ result: z.enum(['clean', 'infected']), sha256: z.string() });

export type ScanResult = 'clean' | 'infected' | { readonly later: string };

/** Milliseconds that a scan may take. */
const patience = 30_000;

/**
 * Asks the region's scanner about some bytes: `POST {url}/scans`, opened by its key. Whatever goes wrong is
 * `later`, never `clean`.
 *
 * @param sha256 - of the bytes, in base 64
 */
export async function askScanner(
  secretName: string,
  bytes: Uint8Array<ArrayBuffer>,
  sha256: string,
): Promise<ScanResult> {
  try {
    const { url, key } = await readSecret(secretName, ScannerAccess);
    const response = await fetch(`${url.replace(/\/$/, '')}/scans`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/octet-stream' },
      body: bytes,
      signal: AbortSignal.timeout(patience),
    });
    // The key may have been replaced since it was read.
    if (response.status === 401) forgetSecret(secretName);
    if (!response.ok) return { later: `scanner-status-${response.status}` };
    const reply = Reply.parse(await response.json());
    return reply.sha256 === sha256 ? reply.result : { later: 'scanner-answered-of-another' };
  } catch (error) {
    log.warn('scanner unreachable', describeError(error));
    return { later: 'scanner-unreachable' };
  }
}
