import type { readCourses } from '../../functions/catalogue/course.rules.ts';
import { readCsv } from '../../functions/runtime/csv.ts';

export const columns = 'code,title_ko,title_en,stage,category,subject,format,hours';

/** The text of a list: its first line, and what follows. */
export const sheet = (...lines: string[]) => [columns, ...lines, ''].join('\n');

/** The line of a course that the well of the village could have. */
export const line = (code: string, title = `책 ${code}`, rest = 'high,reading,reading,e-book,') =>
  `${code},${title},${title},${rest}`;

/** What is wrong with it, as `field: expected`. */
export function faultsOf(read: ReturnType<typeof readCourses>): string[] {
  if (read.kind === 'read') return [];
  return read.faults.map(({ field, expected }) => `${field}: ${expected}`);
}

export const table = (...lines: string[]) => readCsv(sheet(...lines));
