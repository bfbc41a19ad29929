import { renameSync, writeFileSync } from 'node:fs';

/**
 * Writes a file whole or not at all, whenever this process is killed: `writeFileSync` alone empties first what
 * was there.
 *
 * @param mode - who may read it; as the system has it when absent
 */
export function writeWhole(file: string, text: string, mode?: number): void {
  const next = `${file}.new`;
  writeFileSync(next, text, mode === undefined ? {} : { mode });
  renameSync(next, file);
}
