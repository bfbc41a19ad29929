import { setTimeout as sleep } from 'node:timers/promises';
import type { TargetOptions } from '../target.ts';
import { OpsRefused } from './refused.ts';
import { openShell, type Shell } from './shell.ts';
import { failureTable, progressOf, statusTable, type Terminal, taskTable } from './tables.ts';

export interface OpsOptions extends TargetOptions {
  readonly json?: true;
}

export interface ReconcileOptions extends OpsOptions {
  readonly watch?: true;
}

export interface SettleOptions extends OpsOptions {
  readonly remoteId?: string;
  /** Of the task that was looked at. */
  readonly fence: number;
}

/** What people read, and what programs read in its place: one object a line. */
interface Told {
  readonly text: string;
  readonly lines: readonly object[];
}

/** What a command is about, and where it tells of it. */
interface Asked<Provider, Options> {
  readonly file: string;
  readonly providerId: Provider;
  readonly options: Options;
  readonly out: Terminal;
}

/** A command about a provider of the region in a file: opens the region's shell, and tells what comes of `act`. */
function command<
  Provider extends string | undefined = string,
  Options extends OpsOptions = OpsOptions,
>(act: (shell: Shell, asked: Asked<Provider, Options>) => Promise<Told>) {
  return (
    file: string,
    providerId: Provider,
    options: Options,
    out: Terminal = process.stdout,
  ): Promise<void> =>
    tell(file, options, out, (shell) => act(shell, { file, providerId, options, out }));
}

/** `ladder ops status` */
export const status = command<string | undefined>(async ({ ask }, { providerId, out }) => {
  const { providers } = await ask('status', providerId === undefined ? {} : { providerId });
  return { text: statusTable(providers, out), lines: providers };
});

/** `ladder ops failures` */
export const failures = command(async ({ ask }, { providerId }) => {
  const { failures: found, deadLetters, unreadable } = await ask('failures', { providerId });
  // Programs are told how many there are also where none can be read.
  const lines = [...found, { providerId, deadLetters, unreadable }];
  if (deadLetters === 0 && found.length === 0) return { text: 'nothing was given up', lines };
  const shown = `${found.length} learners, of about ${deadLetters} messages; ${unreadable} of those seen are no message of ours`;
  return { text: `${failureTable(found)}\n${shown}`, lines };
});

/** `ladder ops tasks` */
export const tasks = command(async ({ ask }, { providerId }) => {
  const found = await ask('tasks', { providerId });
  const text = found.tasks.length === 0 ? 'nobody has to see to anything' : taskTable(found.tasks);
  return { text, lines: found.tasks };
});

/** `ladder ops redrive` */
export const redrive = command(async ({ ask }, { providerId }) => {
  const { moved } = await ask('redrive', { providerId });
  const count = moved === undefined ? 'messages' : `about ${moved} messages`;
  const text = `${count} of ${providerId} go back to its queue`;
  return { text, lines: [{ providerId, moved: moved ?? null }] };
});

/** `ladder ops pause` */
export const pause = command(async ({ ask }, { file, providerId }) => {
  const breaker = await ask('pause', { providerId });
  const text = `${providerId} is asked nothing since ${breaker.since}; go on with "npm run ops -- resume ${file} ${providerId}"`;
  return { text, lines: [{ providerId, breaker }] };
});

/** `ladder ops resume` */
export const resume = command(async ({ ask }, { providerId }) => {
  const breaker = await ask('resume', { providerId });
  const text = `${providerId} is asked; whoever waits is next within a minute`;
  return { text, lines: [{ providerId, breaker }] };
});

/** Milliseconds between two looks at a comparison: it goes on each minute. */
const interval = 5_000;

/** `ladder ops reconcile` */
export const reconcile = command<string, ReconcileOptions>(
  async ({ ask }, { providerId, options, out }) => {
    let { reconciliation: latest } = await ask('reconcile', { providerId });
    let last = '';
    while (options.watch && latest.phase !== 'done') {
      const now = progressOf(latest);
      if (now !== last) out.write(`${options.json ? JSON.stringify(latest) : now}\n`);
      last = now;
      await sleep(interval);
      ({ reconciliation: latest } = await ask('reconciliation', { providerId }));
    }
    return { text: progressOf(latest), lines: [latest] };
  },
);

/** `ladder ops reconciliation` */
export const reconciliation = command(async ({ ask }, { providerId }) => {
  const { reconciliation: latest } = await ask('reconciliation', { providerId });
  return { text: progressOf(latest), lines: [latest] };
});

/** `ladder ops orphans` */
export const orphans = command(async ({ ask }, { providerId }) => {
  let page = await ask('orphans', { providerId });
  const lines = [...page.orphans];
  while (page.cursor !== undefined) {
    page = await ask('orphans', { providerId, cursor: page.cursor });
    lines.push(...page.orphans);
  }
  const text = lines.map(({ remoteId }) => remoteId).join('\n');
  return { text: text || 'somebody here knows all accounts', lines };
});

const settled = {
  taken: 'taken; the region goes on from there',
  known: 'known already; nothing changed',
} as const;

/** `ladder ops settle` */
export async function settle(
  file: string,
  providerId: string,
  { account, outcome }: { readonly account: string; readonly outcome: string },
  { remoteId, fence, ...options }: SettleOptions,
  out: Terminal = process.stdout,
): Promise<void> {
  await tell(file, options, out, async ({ ask }) => {
    const told = await ask('settle', {
      ...{ providerId, accountId: account, outcome, fence },
      ...(remoteId !== undefined && { remoteId }),
    });
    if (told.outcome === 'stale')
      throw new OpsRefused(
        'outcome-stale',
        `Something else has been asked of ${account} since, or it ended otherwise. Look again: npm run ops -- tasks ${file} ${providerId}`,
      );
    const line = { providerId, accountId: account, outcome: told.outcome };
    return { text: `${account}: ${settled[told.outcome]}`, lines: [line] };
  });
}

async function tell(
  file: string,
  { json, endpoint, profile }: OpsOptions,
  out: Terminal,
  act: (shell: Shell) => Promise<Told>,
): Promise<void> {
  try {
    const shell = await openShell(file, {
      ...(endpoint !== undefined && { endpoint }),
      ...(profile !== undefined && { profile }),
    });
    const { text, lines } = await act(shell);
    if (json) for (const line of lines) out.write(`${JSON.stringify(line)}\n`);
    else out.write(`${text}\n`);
  } catch (error) {
    if (json && error instanceof Error && 'code' in error)
      out.write(`${JSON.stringify({ state: 'failed', code: error.code, text: error.message })}\n`);
    throw error;
  }
}
