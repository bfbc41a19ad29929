import type { DynamoDbPlace } from '../local/dynamodb/service.ts';
import type { Observer } from '../local/observer.ts';
import { type PreparedRegion, prepareRegion } from '../local/region.ts';
import type { Region } from '../regions/schema.ts';
import { synthesizeOnce } from './assembly-cache.ts';
import { keepRegion, requireDataOf } from './data-region.ts';
import { type Neighbours, openNeighbours } from './neighbours.ts';

export interface RunOptions {
  /** The region file, and what was read from it. */
  readonly file: string;
  readonly region: Region;
  /** Port of the API on 127.0.0.1; 0 takes a free one. */
  readonly port: number;
  /** Directory that keeps everything; absent: in memory. */
  readonly data: string | undefined;
  /** A DynamoDB Local that runs already; absent: one is started. */
  readonly dynamodb?: DynamoDbPlace | undefined;
  /** Is told of each step as it begins or ends. */
  readonly progress: (step: string) => void;
  /** Counts what the region does. */
  readonly observer?: Observer | undefined;
  /** Gives the boot up when it is aborted; what was started is stopped. */
  readonly interrupted?: AbortSignal;
}

export interface RunningRegion {
  readonly url: string;
  /** Where content providers and registry answer. */
  readonly worldUrl: string;
  stop(): Promise<void>;
}

/**
 * Runs a region and what stands around it on this machine. Synthesis, DynamoDB and the neighbours start side
 * by side; when one of them fails, the others are stopped.
 *
 * @throws {DataRefused} the data directory is another region's
 * @throws the reason of `interrupted` when that is aborted before the region is up
 */
export async function runRegion(options: RunOptions): Promise<RunningRegion> {
  const { region, interrupted, observer } = options;
  return opening(options, async (local, opened) => {
    const failing = new AbortController();
    local.dynamodb().catch((error: unknown) => failing.abort(error));
    const { world, secrets, assembly } = await surround(
      {
        ...options,
        interrupted: AbortSignal.any([failing.signal, ...(interrupted ? [interrupted] : [])]),
      },
      local,
      opened,
    ).catch((error: unknown) => {
      // The synthesis was given up, for there is no DynamoDB: it takes long, and would be for nothing.
      failing.signal.throwIfAborted();
      throw error;
    });
    const { directory, compileCache } = assembly;
    interrupted?.throwIfAborted();
    const identities = [senderOf(region)];
    const running = await unless(
      interrupted,
      local.deploy({ assembly: directory, compileCache, secrets, identities, observer }),
    );
    return { url: running.url, worldUrl: world.url, stop: () => opened.disposeAsync() };
  });
}

export type EmptyRegionOptions = Omit<RunOptions, 'file'>;

/** A local region without a stack: what an AWS account is to a rollout, bootstrapped by the CDK. */
export interface EmptyRegion {
  /** Where the API answers once a stack is deployed, without a slash at its end. */
  readonly url: string;
  /** Where content providers and registry answer. */
  readonly worldUrl: string;
  /** Where the emulated AWS answers: `AWS_ENDPOINT_URL` of whoever deploys, `<url>/_aws`. */
  readonly endpoint: string;
  /** Values by secret name that lead to the neighbours; the stack's secrets have them as soon as they are created. */
  readonly secrets: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/**
 * Opens a local region without a stack, and what stands around the region. A stack that was deployed to the same
 * data before runs again.
 *
 * @throws {DataRefused} the data directory is another region's
 * @throws the reason of `interrupted` when that is aborted before the region is up
 */
export async function openEmptyRegion(options: EmptyRegionOptions): Promise<EmptyRegion> {
  const { region, interrupted } = options;
  return opening(options, async (local, opened) => {
    const { world, secrets } = await neighbours(options, local, opened);
    interrupted?.throwIfAborted();
    await unless(interrupted, local.serve({ secrets, identities: [senderOf(region)] }));
    const { url } = local;
    const stop = () => opened.disposeAsync();
    return { url, worldUrl: world.url, endpoint: `${url}/_aws`, secrets, stop };
  });
}

/** Takes port and data; what fails after that, or is interrupted, leaves nothing running. */
async function opening<T>(
  { region, port, data, dynamodb, progress, interrupted }: EmptyRegionOptions,
  work: (local: PreparedRegion, opened: AsyncDisposableStack) => Promise<T>,
): Promise<T> {
  if (data !== undefined) requireDataOf(region.id, data);
  const opened = new AsyncDisposableStack();
  try {
    const local = await prepareRegion({
      port,
      region: region.deployment.awsRegion,
      data,
      dynamodb,
      progress,
      report: (message) => console.error(message),
    });
    opened.defer(() => local.stop());
    if (data !== undefined) keepRegion(region.id, data);
    return await work(local, opened);
  } catch (error) {
    await opened.disposeAsync();
    // What ends because it is stopped has not failed, even if it says so: the synthesis, for one.
    interrupted?.throwIfAborted();
    throw error;
  }
}

/** Opens the neighbours and synthesizes the template; both have ended, one way or the other, when this ends. */
async function surround(options: RunOptions, local: PreparedRegion, opened: AsyncDisposableStack) {
  const { file, progress, interrupted } = options;
  interrupted?.throwIfAborted();
  const around = neighbours(options, local, opened);
  const synthesis = synthesizeOnce(file, interrupted).then((assembly) => {
    opened.defer(() => assembly.free());
    progress('template synthesized');
    return assembly;
  });
  await Promise.allSettled([around, synthesis]);
  const assembly = await synthesis;
  return { ...(await around), assembly };
}

async function neighbours(
  { region, data, progress }: EmptyRegionOptions,
  local: PreparedRegion,
  opened: AsyncDisposableStack,
): Promise<Neighbours> {
  const around = await openNeighbours(region, data, () => local.now(), local.url);
  opened.defer(() => around.world.close());
  const { length } = Object.keys(around.world.providers);
  progress(`${length} content providers, a registry and a scanner run`);
  return around;
}

/** What an operator has verified at SES before the first deployment (`lib/notices.ts` sends from there). */
function senderOf({ deployment: { mail, firstAdministrator } }: Region): string {
  return mail.via === 'ses' ? mail.domain : firstAdministrator;
}

/** What a promise gives, unless the interruption is first. */
function unless<T>(interrupted: AbortSignal | undefined, promise: Promise<T>): Promise<T> {
  if (interrupted === undefined) return promise;
  const interruption = new Promise<never>((_, reject) => {
    interrupted.addEventListener('abort', () => reject(interrupted.reason), { once: true });
  });
  return Promise.race([promise, interruption]);
}
