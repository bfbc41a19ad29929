import type { DynamoDbPlace } from '../local/dynamodb/service.ts';
import { interruption } from './interruption.ts';
import type { RunOptions } from './local-region.ts';

interface StartOptions {
  readonly region: string;
  readonly port: number;
  readonly data?: string;
}

/** `ladder start`: runs a region until Ctrl-C or SIGTERM, which stop everything that it started. */
export async function start(options: StartOptions): Promise<void> {
  // Before anything is loaded, for that is when people notice that they chose the wrong region.
  const interrupted = interruption();
  const ended = new Promise<void>((resolve) => {
    interrupted.addEventListener('abort', () => {
      console.log('Stopping …');
      resolve();
    });
  });
  const running = await boot(options, interrupted);
  if (running === undefined) return;
  await ended;
  await running.stop();
}

/** @returns nothing when it was interrupted; all that had been started is stopped then */
async function boot({ region: file, port, data }: StartOptions, interrupted: AbortSignal) {
  const [{ loadRegion }, { runRegion }] = await Promise.all([
    import('../regions/load.ts'),
    import('./local-region.ts'),
  ]);
  const region = loadRegion(file);
  const begun = Date.now();
  const seconds = () => `${((Date.now() - begun) / 1000).toFixed(1)} s`;
  const progress: RunOptions['progress'] = (step) => {
    if (!interrupted.aborted) console.log(`  ${seconds().padStart(6)}  ${step}`);
  };
  if (interrupted.aborted) return;
  console.log(`Starting ${region.name['en'] ?? region.id} …`);
  try {
    const dynamodb = runningDynamoDb(region.id);
    const running = await runRegion({ file, region, port, data, dynamodb, progress, interrupted });
    if (!interrupted.aborted) console.log(banner(running.url, data, seconds()));
    return running;
  } catch (error) {
    if (interrupted.aborted && error === interrupted.reason) return;
    throw error;
  }
}

/** What AWS_ENDPOINT_URL_DYNAMODB names, for machines without Java. */
function runningDynamoDb(regionId: string): DynamoDbPlace | undefined {
  const endpoint = process.env['AWS_ENDPOINT_URL_DYNAMODB'];
  return endpoint === undefined
    ? undefined
    : { endpoint, accessKey: `ladder${regionId.replaceAll('-', '')}` };
}

function banner(url: string, data: string | undefined, seconds: string): string {
  return `
Ready after ${seconds}.

  API           ${url}
  API reference ${url}/docs
  Mailbox       ${url}/_local/mailbox
  Control       ${url}/_local
  Data          ${data ?? 'in memory; start with --data <directory> to keep it'}

  A first learner: npm run demo -- --url ${url}
  Stop: Ctrl-C
`;
}
