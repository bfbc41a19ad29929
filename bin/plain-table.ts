import Table from 'cli-table3';

type Row = readonly string[];

/** No lines at all, and two spaces between columns. */
const chars = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: ' ',
};

/**
 * Rows in aligned columns, for a terminal; widths count what is seen, so that Hangul lines up.
 *
 * @param numbers - the columns, from 0, that are aligned to the right
 */
export function plainTable(
  head: Row,
  rows: readonly Row[],
  numbers: readonly number[] = [],
): string {
  const table = new Table({
    chars,
    head: [...head],
    colAligns: head.map((_, column) => (numbers.includes(column) ? 'right' : 'left')),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 1 },
  });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}
