import { main } from '../../bin/ladder.ts';

/**
 * Runs `ladder` once for each list of arguments that is given as JSON, one after the other: what loads takes a process
 * long. Tells its parent what each said and how it ended. For commands that end by themselves, without `process.exit`.
 */
// The parent, a test, wrote it.
const commands = JSON.parse(process.argv[2] ?? '[]') as readonly (readonly string[])[];

/** What is written to a stream from now on. */
function heard(stream: NodeJS.WriteStream): string[] {
  const said: string[] = [];
  stream.write = (text: string | Uint8Array) => {
    said.push(String(text));
    return true;
  };
  return said;
}

const stdout = heard(process.stdout);
const stderr = heard(process.stderr);
const ended: { code: unknown; stdout: string; stderr: string }[] = [];
for (const argv of commands) {
  process.exitCode = 0;
  await main(['node', 'ladder', ...argv]);
  const said = { stdout: stdout.splice(0).join(''), stderr: stderr.splice(0).join('') };
  ended.push({ ...said, code: process.exitCode });
}
process.send?.(ended, () => process.exit(0));
