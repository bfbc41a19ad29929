import { CsvError, parse } from 'csv-parse/sync';

export interface CsvRow {
  /** Counted from 1; of a row with line breaks in it, the last. */
  readonly line: number;
  readonly cells: readonly string[];
}

export interface CsvTable {
  /** Without blank ones; cells without spaces around them. */
  readonly rows: readonly CsvRow[];
  /** From this line on nothing could be read, because a quote is never closed. */
  readonly brokenFrom?: number;
}

/**
 * Reads comma-separated values (RFC 4180), with or without a byte order mark, as spreadsheets write them. Rows may
 * differ in length, and a quote inside an unquoted cell stands for itself: what a row should be, its reader knows.
 */
export function readCsv(text: string): CsvTable {
  const rows: CsvRow[] = [];
  try {
    parse(text, {
      bom: true,
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_quotes: true,
      relax_column_count: true,
      skip_empty_lines: true,
      // Kept here, so that what came before a fault is known too.
      on_record: (record: string[], { lines: line }) => {
        const cells = record.map((cell) => cell.trim());
        if (cells.some((cell) => cell !== '')) rows.push({ line, cells });
        return null;
      },
    });
    return { rows };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return { rows, brokenFrom: (rows.at(-1)?.line ?? 0) + 1 };
  }
}
