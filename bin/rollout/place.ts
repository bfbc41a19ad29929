import { loadRegion } from '../../regions/load.ts';
import { type Target, targetOf } from '../target.ts';
import type { Answer, Progress } from './teller.ts';

/** Where a rollout goes: an AWS, and what to do there when it is over. */
export interface Place {
  readonly target: Target;
  /** Milliseconds between two looks at a stack that changes. */
  readonly interval: number;
  /** Ends what was started for it. */
  stop(): Promise<void>;
}

export interface LocalOptions {
  /** Directory that keeps the local region; none: in memory. */
  readonly data?: string;
  readonly port?: number;
  readonly interrupted: AbortSignal;
}

/** Credentials that a local region takes. */
const local = { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };

/** What of the environment would lead past the local region. */
const elsewhere = /^AWS_(PROFILE|DEFAULT_PROFILE|SESSION_TOKEN|ENDPOINT_URL_\w+)$/;

/** Starts a local region without a stack, and turns this process to it. */
export async function openLocal(
  file: string,
  { data, port = 0, interrupted }: LocalOptions,
  progress: Progress,
): Promise<Answer<Place>> {
  const region = loadRegion(file);
  const { openEmptyRegion } = await import('../local-region.ts');
  const running = await openEmptyRegion({ region, port, data, progress, interrupted });
  for (const name of Object.keys(process.env)) if (elsewhere.test(name)) delete process.env[name];
  Object.assign(process.env, local);
  const place = {
    target: targetOf(file, { endpoint: running.endpoint }),
    interval: 200,
    stop: () => running.stop(),
  };
  const { url, endpoint } = running;
  return { result: place, text: `an empty region runs at ${url}`, facts: { url, endpoint } };
}
