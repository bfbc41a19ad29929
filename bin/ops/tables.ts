import { styleText } from 'node:util';
import type { ProviderStatus } from '../../functions/provisioning/operator.contract.ts';
import type { Reconciliation } from '../../functions/provisioning/reconciliation.contract.ts';
import type { Task } from '../../functions/provisioning/task.contract.ts';
import { plainTable } from '../plain-table.ts';

/** Where it is written: colours are for terminals. */
export type Terminal = NodeJS.WritableStream;

type Colour = 'green' | 'yellow' | 'red';

const nothing = '–';

/** How providers stand, one in a row. */
export function statusTable(providers: readonly ProviderStatus[], out: Terminal): string {
  const head = ['provider', 'kind', 'asked', 'waiting', 'since', 'queue', 'oldest'];
  const more = ['success', 'given up', 'tasks'];
  const rows = providers.map((one) => [
    one.providerId,
    one.kind,
    standing(one, out),
    one.waiting === undefined ? nothing : `${one.waiting.learners}`,
    moment(one.waiting?.since),
    `${one.depth}`,
    one.oldestSeconds === undefined ? nothing : duration(one.oldestSeconds),
    rate(one.successRate, out),
    one.deadLetters === 0 ? '0' : coloured('red', `${one.deadLetters}`, out),
    one.tasks === 100 ? '100+' : `${one.tasks}`,
  ]);
  return plainTable(
    [...head, ...more, 'compared'],
    addColumn(rows, providers.map(compared)),
    [3, 5, 6, 7, 8, 9],
  );
}

function addColumn(rows: readonly string[][], last: readonly string[]): string[][] {
  return rows.map((row, position) => [...row, last[position] ?? '']);
}

function standing({ breaker }: ProviderStatus, out: Terminal): string {
  switch (breaker.state) {
    case 'asks':
      return breaker.failures === 0
        ? coloured('green', 'yes', out)
        : coloured('yellow', `yes, ${breaker.failures} failed`, out);
    case 'rests':
      return coloured('red', `rests until ${moment(breaker.until)}`, out);
    case 'paused':
      return coloured('yellow', `paused ${moment(breaker.since)}`, out);
  }
}

function rate(successRate: number | undefined, out: Terminal): string {
  if (successRate === undefined) return nothing;
  const text = `${Math.floor(successRate * 1_000) / 10} %`;
  return successRate < 0.8 ? coloured('red', text, out) : text;
}

function compared({ lastReconciliation: last }: ProviderStatus): string {
  if (last === undefined) return 'never';
  return last.finishedAt === undefined ? `${last.phase} now` : moment(last.finishedAt);
}

/** Accounts that somebody has to see to. */
export function taskTable(tasks: readonly Task[]): string {
  const head = ['account', 'asked for', 'because', 'since', 'fence', 'there called'];
  const rows = tasks.map(({ accountId, asked, reason, since, fence, remoteId }) => [
    accountId,
    asked,
    reason,
    moment(since),
    `${fence}`,
    remoteId ?? nothing,
  ]);
  return plainTable(head, rows, [4]);
}

/** Learners whose messages were given up. */
export function failureTable(
  failures: readonly {
    readonly learnerId: string;
    readonly since: string;
    readonly attempts: number;
  }[],
): string {
  const rows = failures.map(({ learnerId, since, attempts }) => [
    learnerId,
    moment(since),
    `${attempts}`,
  ]);
  return plainTable(['learner', 'given up', 'attempts'], rows, [2]);
}

/** How far a comparison is. */
export function progressOf({ phase, counts, waitsFor, unlisted }: Reconciliation): string {
  const { theirs, ours, repaired, orphans, cases } = counts;
  const found = `${repaired} repaired, ${orphans} that nobody knows, ${cases} for a person`;
  const waiting = waitsFor === undefined ? '' : ` (waits: ${waitsFor})`;
  const without = unlisted === undefined ? '' : ` (without a list: ${unlisted})`;
  return `${phase}${waiting}${without}: ${theirs} there, ${ours} compared, ${found}`;
}

/** Such as `2026-11-22 09:15Z`. */
function moment(text: string | undefined): string {
  return text === undefined ? nothing : `${text.slice(0, 10)} ${text.slice(11, 16)}Z`;
}

/** The two largest units, such as `2 h 5 min`. */
function duration(seconds: number): string {
  const units = [
    ['d', Math.floor(seconds / 86_400)],
    ['h', Math.floor(seconds / 3_600) % 24],
    ['min', Math.floor(seconds / 60) % 60],
    ['s', seconds % 60],
  ] as const;
  const first = units.findIndex(([, count]) => count > 0);
  if (first < 0) return '0 s';
  const shown = units.slice(first, first + 2).filter(([, count]) => count > 0);
  return shown.map(([unit, count]) => `${count} ${unit}`).join(' ');
}

/** `styleText` leaves colours out where the stream is no terminal, or NO_COLOR says so. */
function coloured(colour: Colour, text: string, stream: Terminal): string {
  return styleText(colour, text, { stream });
}
