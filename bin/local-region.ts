import type { DynamoDbPlace } from '../local/dynamodb/service.ts';
import { prepareRegion } from '../local/region.ts';
import type { Region } from '../regions/schema.ts';
import { synthesizeOnce } from './assembly-cache.ts';
import { keepRegion, requireDataOf } from './data-region.ts';
import { openNeighbours } from './neighbours.ts';

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
  const { region, port, data, dynamodb, progress, interrupted } = options;
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
    const { world, secrets, assembly } = await surround(options, () => local.now(), opened);
    const { directory, compileCache } = assembly;
    interrupted?.throwIfAborted();
    const identities = [senderOf(region)];
    const running = await unless(
      interrupted,
      local.deploy({ assembly: directory, compileCache, secrets, identities }),
    );
    return { url: running.url, worldUrl: world.url, stop: () => opened.disposeAsync() };
  } catch (error) {
    await opened.disposeAsync();
    // What ends because it is stopped has not failed, even if it says so: the synthesis, for one.
    interrupted?.throwIfAborted();
    throw error;
  }
}

/** Opens the neighbours and synthesizes the template; both have ended, one way or the other, when this ends. */
async function surround(
  { file, region, data, progress, interrupted }: RunOptions,
  now: () => number,
  opened: AsyncDisposableStack,
) {
  interrupted?.throwIfAborted();
  const opening = openNeighbours(region, data, now).then((neighbours) => {
    opened.defer(() => neighbours.world.close());
    const { length } = Object.keys(neighbours.world.providers);
    progress(`${length} content providers, a registry and a scanner run`);
    return neighbours;
  });
  const synthesis = synthesizeOnce(file, interrupted).then((assembly) => {
    opened.defer(() => assembly.free());
    progress('template synthesized');
    return assembly;
  });
  await Promise.allSettled([opening, synthesis]);
  const assembly = await synthesis;
  return { ...(await opening), assembly };
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
