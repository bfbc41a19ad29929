import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { table } from './table.ts';

/** What a figure has to be, and what it is. */
export interface Target {
  readonly what: string;
  readonly atMost: number;
  readonly measured: number;
  /** Wished for beyond what has to be: not to reach it is no failure. */
  readonly stretch?: true;
}

/** What a benchmark found: its rows for people, the same as data, and how its targets were met. */
export interface Report {
  readonly rows: readonly (readonly string[])[];
  readonly data: unknown;
  readonly targets: readonly Target[];
}

const results = join(import.meta.dirname, 'results');

/** How a target was met; of figures that are none it is missed. */
export function verdict({ measured, atMost, stretch }: Target): 'met' | 'not reached' | 'MISSED' {
  if (measured <= atMost) return 'met';
  return stretch === true ? 'not reached' : 'MISSED';
}

/** Prints a report, or its JSON, and keeps the JSON in `bench/results/<name>.json`. */
export function publish(name: string, report: Report, asJson: boolean): void {
  const json = JSON.stringify(
    { name, measuredAt: new Date().toISOString(), node: process.version, ...report },
    undefined,
    2,
  );
  mkdirSync(results, { recursive: true });
  writeFileSync(join(results, `${name}.json`), `${json}\n`);
  if (asJson) process.stdout.write(`${json}\n`);
  else process.stdout.write(`\n${table(report.rows)}\n${targetTable(report.targets)}\n`);
}

function targetTable(targets: readonly Target[]): string {
  return table([
    ['target', 'at most', 'measured', ''],
    ...targets.map((target) => [
      target.what,
      figure(target.atMost),
      figure(target.measured),
      verdict(target),
    ]),
  ]);
}

const figure = (number: number) =>
  Number.isInteger(number) ? number.toLocaleString('en') : number.toFixed(2);

/** Progress goes where it is in nobody's way. */
export function tell(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** The middle of some figures. */
export function median(figures: readonly number[]): number {
  return quantile(figures, 0.5);
}

/** Where so great a share of the figures lies below; between two of them, in proportion. */
export function quantile(figures: readonly number[], share: number): number {
  const sorted = [...figures].sort((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}

/** All of them, in an order in which nobody is always first. */
export function inTurn<T>(all: readonly T[], round: number): readonly T[] {
  const first = round % all.length;
  return [...all.slice(first), ...all.slice(0, first)];
}
