/**
 * Milliseconds since 1970 by the machine, whatever `Date` has been made to say: a test that moves the time of its functions,
 * in whose process the tables are, makes no record of a stream older.
 */
export function machineTime(): number {
  return Math.floor(performance.timeOrigin + performance.now());
}
