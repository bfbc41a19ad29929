/** Where a value stands in a region: keys and list positions from the top. */
export type RegionPath = readonly (string | number)[];

/** Something wrong in a region, before it is known where in the file that stands. */
export interface Finding {
  readonly path: RegionPath;
  /** The fault is the key itself, not the value that it has. */
  readonly atKey?: true;
  /** Where it stands when that is in another file: what `path` asks for is wrong there. */
  readonly elsewhere?: Pick<Fault, 'file' | 'line' | 'column' | 'path'>;
  /** What is wrong, as a phrase about the value at `path`: "is missing". */
  readonly problem: string;
  /** What to do about it: 'write "high"'. */
  readonly remedy: string;
}

/** A finding with its place in the file; lines and columns count from 1, as editors do. */
export interface Fault {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly path: string;
  readonly problem: string;
  readonly remedy: string;
}

/**
 * A region file that cannot be used, with everything that is wrong in it at once (edge case 46).
 * The message holds one line for each fault: `file:line:column path: what is wrong, what to do`.
 */
export class InvalidRegionFile extends Error {
  readonly code = 'invalid-region-file';
  override readonly name = 'InvalidRegionFile';
  readonly faults: readonly Fault[];

  /** @param message - instead of the lines, for a file of which no line can be shown */
  constructor(faults: readonly Fault[], message = faults.map(faultLine).join('\n')) {
    super(message);
    this.faults = faults;
  }
}

/** One fault as one line, in the form that editors and terminals turn into a link. */
function faultLine({ file, line, column, path, problem, remedy }: Fault): string {
  return `${file}:${line}:${column} ${path}: ${problem}, ${remedy}`;
}

/** Writes a path as code would: `policies[0].groups[1].stages`; the whole file is `(file)`. */
export function pathText(path: RegionPath): string {
  if (path.length === 0) return '(file)';
  return path.map(stepText).join('').replace(/^\./, '');
}

function stepText(step: string | number): string {
  if (typeof step === 'number') return `[${step}]`;
  return /^[\w-]+$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
}
