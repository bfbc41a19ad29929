import { spawn } from 'node:child_process';
import { totalmem } from 'node:os';
import { text } from 'node:stream/consumers';

/** tsc and esbuild are Go, whose collector takes a quarter of their time unless it may keep what it has. */
const env = { ...process.env, GOGC: 'off', GOMEMLIMIT: '1GiB' };

/** tsc makes 2.3 GB. Held to less it collects all the time, and needs five times as long; a small machine collects as ever. */
const forChecks = totalmem() < 8e9 ? process.env : { ...env, GOMEMLIMIT: '4GiB' };

/**
 * `npm test`: types and style are checked while the tests run, which leave a processor idle now and then. What a check
 * complains about comes last, where it is seen.
 */
const checks = ['tsc --checkers 1', 'biome check'].map(async (command) => {
  const child = spawn(command, { shell: true, stdio: ['ignore', 'pipe', 'pipe'], env: forChecks });
  const ended = endOf(child);
  const [said, complained] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { command, said: said + complained, code: await ended };
});

const given = process.argv.slice(2);
const tests = spawn('vitest', ['run', '--project=!soak', ...given], { stdio: 'inherit', env });

function endOf(child: ReturnType<typeof spawn>): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}

process.exitCode = await endOf(tests);
for (const { command, said, code } of await Promise.all(checks)) {
  if (code === 0) continue;
  process.exitCode = code;
  process.stderr.write(`\n${command} failed:\n${said}`);
}
