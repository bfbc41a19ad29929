import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tell } from '../report.ts';

const directory = join(import.meta.dirname, '../peers');
const mark = join(directory, 'node_modules/.installed');

/**
 * Installs what is measured beside us, exactly as its lock file says, unless that is done: it is no part of the root's
 * `npm ci`, for nobody but the bench needs it. Its types are checked then, which `npm test` cannot do without it.
 */
export function installPeers(): void {
  const wanted = createHash('sha256')
    .update(readFileSync(join(directory, 'package-lock.json')))
    .digest('hex');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === wanted) return;
  tell('installing the peers (npm ci --prefix bench/peers) …');
  // What npm says goes to where progress goes.
  const stdio = ['ignore', process.stderr, process.stderr] as const;
  execFileSync('npm', ['ci', '--prefix', directory, '--no-audit', '--no-fund'], {
    stdio: [...stdio],
  });
  const root = join(directory, '../..');
  execFileSync(join(root, 'node_modules/.bin/tsc'), ['-p', directory], { stdio: [...stdio] });
  writeFileSync(mark, wanted);
}
