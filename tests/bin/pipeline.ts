import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';

const Permissions = z.record(z.string(), z.enum(['read', 'write', 'none']));
const Step = z.object({
  id: z.string().optional(),
  uses: z.string().optional(),
  run: z.string().optional(),
  with: z.record(z.string(), z.unknown()).default({}),
});
const Workflow = z.object({
  permissions: Permissions,
  env: z.record(z.string(), z.string()).default({}),
  jobs: z.record(
    z.string(),
    z.object({
      if: z.string().optional(),
      needs: z.string().optional(),
      environment: z.string().optional(),
      permissions: Permissions.default({}),
      'timeout-minutes': z.int(),
      concurrency: z.unknown().optional(),
      steps: z.array(Step),
    }),
  ),
});

/** A workflow of GitHub Actions, as far as the tests look at it. */
export function workflow(file: string) {
  return Workflow.parse(parse(readFileSync(file, 'utf8')));
}

/** A copy of the script alone, and a folder of commands that stand in the place of others on the PATH. */
export function workplace() {
  const folder = mkdtempSync(join(tmpdir(), 'ladder-pipeline-'));
  const log = join(folder, 'log');
  mkdirSync(join(folder, 'bin'));
  mkdirSync(join(folder, 'fakes'));
  copyFileSync('bin/pipeline.sh', join(folder, 'bin/pipeline.sh'));
  writeFileSync(log, '');
  return {
    folder,
    /** A command that writes its arguments into the log, then does what the shell says. */
    fake: (name: string, shell: string) => {
      const file = join(folder, 'fakes', name);
      writeFileSync(file, `#!/bin/sh\nprintf '%s\\n' "${name} $*" >>"${log}"\n${shell}\n`);
      chmodSync(file, 0o755);
    },
    /** What was called, a line each. */
    called: () =>
      readFileSync(log, 'utf8')
        .split('\n')
        .filter((line) => line !== ''),
    /** Runs a shell script there, as GitHub does (`sh -e`). */
    run: (script: string, environment: Readonly<Record<string, string>> = {}) => {
      const PATH = `${join(folder, 'fakes')}:${process.env['PATH']}`;
      const env = { ...process.env, ...environment, PATH };
      return spawnSync('sh', ['-e', '-c', script], { cwd: folder, env, encoding: 'utf8' });
    },
  };
}
