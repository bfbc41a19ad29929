import { z } from 'zod';
import { run } from '../bin/ladder.ts';
import { done, told } from '../bin/told.ts';

const environment = { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };

/** A region that one command has rolled out on this machine, and keeps running. */
export async function rolledOut(file: string) {
  const first = run(['rollout', file, '--local', '--keep', '--json']);
  let stdout = '';
  first.child.stdout?.on('data', (text) => (stdout += text));
  await first.said('"step":"summary","state":"done"');
  const lines = told(stdout);
  const endpoint = z.string().parse(done(lines, 'start')?.['endpoint']);

  /** A command about the region, as somebody would type it elsewhere. */
  const begin = (command: string, ...options: readonly string[]) =>
    run([command, file, '--endpoint', endpoint, '--json', ...options], environment);

  async function ask(command: string, ...options: readonly string[]) {
    const ended = await begin(command, ...options).ended;
    return { code: ended.code, lines: told(ended.stdout), stderr: ended.stderr };
  }

  /** Ends it as Ctrl-C does. */
  async function end(): Promise<void> {
    first.child.kill('SIGINT');
    const { code, stderr } = await first.ended;
    if (code !== 0 || stderr !== '') throw new Error(`it ended with ${code}: ${stderr}`);
  }

  return { lines, endpoint, begin, ask, end };
}
export type RolledOut = Awaited<ReturnType<typeof rolledOut>>;
