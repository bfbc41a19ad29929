import { setTimeout as sleep } from 'node:timers/promises';
import { provisioning } from '../../functions/provisioning/contract.ts';
import type { apiClient } from '../../functions/runtime/client.ts';
import { ProviderId } from '../../regions/schema.ts';
import { granted } from '../people.ts';
import { disturbed } from './provider-names.ts';

const { startReconciliation, pauseProvider, resumeProvider, redrive } = provisioning.routes;

type Api = ReturnType<typeof apiClient>;

/** Operators at work until they are told to stop: they compare, pause for a moment, and put back what was given up. */
export async function operate(
  open: () => Promise<Api>,
  { random, signal }: { readonly random: () => number; readonly signal: AbortSignal },
): Promise<void> {
  try {
    const api = await open();
    for (;;) {
      await sleep(300 + random() * 1_500, undefined, { signal });
      const provider = disturbed[Math.floor(random() * disturbed.length)] ?? 'highland';
      await act(api, ProviderId.parse(provider), { random, signal });
    }
  } catch (error) {
    // Told to stop, or the region was killed under their hands: whoever did that ends this, too.
    if (!signal.aborted) throw error;
  }
}

async function act(
  api: Api,
  providerId: ProviderId,
  { random, signal }: { readonly random: () => number; readonly signal: AbortSignal },
): Promise<void> {
  const params = { providerId };
  const drawn = random();
  if (drawn < 0.5) granted(await api(startReconciliation, { params }));
  else if (drawn < 0.6) granted(await api(redrive, { params }));
  else {
    granted(await api(pauseProvider, { params }));
    await sleep(random() * 1_500, undefined, { signal });
    granted(await api(resumeProvider, { params }));
  }
}

/** No provider stays paused because whoever paused it was killed. */
export async function resumeAll(api: Api): Promise<void> {
  for (const provider of disturbed)
    granted(await api(resumeProvider, { params: { providerId: ProviderId.parse(provider) } }));
}

/** What was given up goes back to where it was. */
export async function redriveAll(api: Api): Promise<void> {
  for (const provider of disturbed)
    granted(await api(redrive, { params: { providerId: ProviderId.parse(provider) } }));
}
