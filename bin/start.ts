import { setTimeout as sleep } from 'node:timers/promises';
import type { DynamoDbPlace } from '../local/dynamodb/service.ts';
import { interruption } from './interruption.ts';
import type { RunOptions } from './local-region.ts';

export interface StartOptions {
  readonly region: string;
  readonly port: number;
  readonly data?: string;
  /** Whether whoever deploys finds a region without a stack, as an AWS account is to a rollout. */
  readonly empty: boolean;
}

/** Milliseconds in which npm hands on the Ctrl-C that the terminal has sent already. */
const secondSignal = 100;

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
  const migrated = options.empty ? undefined : migrate(running, interrupted);
  await ended;
  await running.stop();
  await migrated;
  // Nobody hears the second of them any more once this process ends, and it would end by that signal.
  await sleep(secondSignal);
}

interface Booted {
  readonly url: string;
  readonly stackName: string;
  stop(): Promise<void>;
}

/** @returns nothing when it was interrupted; all that had been started is stopped then */
async function boot(options: StartOptions, interrupted: AbortSignal): Promise<Booted | undefined> {
  const { region: file, port, data, empty } = options;
  const [{ loadRegion }, { openEmptyRegion, runRegion }] = await Promise.all([
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
    const common = { region, port, data, dynamodb, progress, interrupted };
    const running = await (empty ? openEmptyRegion(common) : runRegion({ ...common, file }));
    const text = empty ? emptyBanner(running.url, file) : banner(running.url);
    if (!interrupted.aborted) console.log(readyAfter(seconds(), text, data));
    return { ...running, stackName: `ladder-${region.id}` };
  } catch (error) {
    if (interrupted.aborted && error === interrupted.reason) return;
    throw error;
  }
}

/** Beside what people do meanwhile: it takes less than a second where nothing is left to migrate. */
async function migrate({ url, stackName }: Booted, interrupted: AbortSignal): Promise<void> {
  const { migrateStarted } = await import('./start-migrations.ts');
  await migrateStarted(url, stackName, interrupted);
}

/** What AWS_ENDPOINT_URL_DYNAMODB names, for machines without Java. */
function runningDynamoDb(regionId: string): DynamoDbPlace | undefined {
  const endpoint = process.env['AWS_ENDPOINT_URL_DYNAMODB'];
  return endpoint === undefined
    ? undefined
    : { endpoint, accessKey: `ladder${regionId.replaceAll('-', '')}` };
}

function readyAfter(seconds: string, text: string, data: string | undefined): string {
  return `
Ready after ${seconds}.

${text}

  Data: ${data ?? 'in memory; start with --data <directory> to keep it'}
  Stop: Ctrl-C
`;
}

function banner(url: string): string {
  return `  API           ${url}
  API reference ${url}/docs
  Mailbox       ${url}/_local/mailbox
  Control       ${url}/_local

  A first learner: npm run demo -- --url ${url}`;
}

function emptyBanner(url: string, file: string): string {
  return `  AWS           ${url}/_aws
  Mailbox       ${url}/_local/mailbox
  Control       ${url}/_local

  Deploy into it: AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local \\
                  npm run rollout -- ${file} --endpoint ${url}/_aws`;
}
