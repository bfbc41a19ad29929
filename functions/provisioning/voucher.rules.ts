import type { Sheet, SheetFault } from '../catalogue/course.rules.ts';
import { VoucherCode } from './voucher.contract.ts';

export type ReadVouchers =
  | { readonly kind: 'read'; readonly codes: readonly string[] }
  | { readonly kind: 'refused'; readonly faults: readonly SheetFault[] };

/** Codes that one list may have: written within a request, however busy the table is. */
const mostCodes = 2_000;

/** Faults that are told at once; a list with more has one mistake many times. */
const mostFaults = 1_000;

/** A long number as a spreadsheet shows it: what it stood for is lost. */
const shortened = /^\d([.,]\d+)?E\+?\d+$/i;

/**
 * Reads a list of codes, and tells everything that is wrong with it at once, by line. No fault quotes a code: whoever
 * reads one could redeem it.
 */
export function readVouchers({ rows, brokenFrom }: Sheet): ReadVouchers {
  const list = rows[0]?.cells[0]?.toLowerCase() === 'code' ? rows.slice(1) : rows;
  const faults = sheetFaults(list.length, brokenFrom);
  const lines = new Map<string, number>();
  for (const { line, cells } of list.slice(0, mostCodes)) {
    const [code = '', ...others] = cells;
    const expected = others.some((cell) => cell !== '')
      ? 'one code and nothing else'
      : faultOf(code, lines.get(code));
    if (expected !== undefined) faults.push({ field: `line ${line}: code`, expected });
    else lines.set(code, line);
  }
  if (faults.length === 0) return { kind: 'read', codes: [...lines.keys()] };
  if (faults.length <= mostFaults) return { kind: 'refused', faults };
  const more = `${faults.length - mostFaults} more are not as expected`;
  const told = [...faults.slice(0, mostFaults), { field: 'body', expected: more }];
  return { kind: 'refused', faults: told };
}

function sheetFaults(codes: number, brokenFrom: number | undefined): SheetFault[] {
  const field = 'body';
  return [
    ...(codes === 0 ? [{ field, expected: 'at least one code' }] : []),
    ...(codes > mostCodes
      ? [{ field, expected: `at most ${mostCodes} codes, not ${codes}: send several lists` }]
      : []),
    ...(brokenFrom === undefined
      ? []
      : [{ field: `line ${brokenFrom}: row`, expected: 'a quote that is closed' }]),
  ];
}

/** @param before - the line that has the same code */
function faultOf(code: string, before: number | undefined): string | undefined {
  if (before !== undefined) return `a code of its own, line ${before} has this one`;
  if (shortened.test(code))
    return 'the code as it is, not the number that a spreadsheet made of it: format the column as text';
  if (VoucherCode.safeParse(code).success) return undefined;
  return '4 to 100 letters, digits and signs without spaces, quotes and commas, the first a letter or digit';
}

/** Whether so few codes are left that somebody has to ask the provider for more. */
export function isLow(free: number, { lowWater }: { readonly lowWater: number }): boolean {
  return free <= lowWater;
}
