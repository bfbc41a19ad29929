import { fork } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { run } from './ladder.ts';

const folder = mkdtempSync(join(tmpdir(), 'ladder-errors-'));
const copied = join(folder, 'gangneung.yaml');
const faulty = join(folder, 'taebaek.yaml');
const data = join(folder, 'data');
const file = join(folder, 'file');
let occupied: { server: Server; port: number };

async function listen(): Promise<{ server: Server; port: number }> {
  const server = createServer((_, response) => response.writeHead(404).end('{}'));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return { server, port: address.port };
}

/** A port at which nobody listens, because the one who did has gone. */
async function freePort(): Promise<number> {
  const { server, port } = await listen();
  server.close();
  return port;
}

beforeAll(async () => {
  occupied = await listen();
  copyFileSync('regions/taebaek.yaml', copied);
  const text = readFileSync('regions/taebaek.yaml', 'utf8');
  writeFileSync(faulty, text.replace('Asia/Seoul', 'Asia/Soul'));
  mkdirSync(data);
  writeFileSync(join(data, 'region.json'), '{"id":"seoul"}\n');
  writeFileSync(file, 'a letter');
});
afterAll(() => {
  occupied.server.close();
  rmSync(folder, { recursive: true });
});

const start = (...options: string[]) => ['start', '--port', '0', ...options];

interface Failure {
  readonly what: string;
  /** 2 for wrong use and for a region file with mistakes; 1, when absent, for what failed. */
  readonly code?: 2;
  /** What is wrong, and what to do about it. */
  readonly says: readonly (string | RegExp)[];
}

interface Alone extends Failure {
  readonly argv: () => readonly string[] | Promise<readonly string[]>;
  readonly environment?: () => Promise<Record<string, string>>;
  readonly saysNot?: string;
}

interface Together extends Failure {
  readonly argv: readonly string[];
}

function expectHelp({ says, code }: Failure, ended: z.output<typeof Ended>): void {
  for (const part of says) expect(ended.stderr).toMatch(part);
  expect(ended.stdout + ended.stderr).not.toMatch(/^ {4}at /m);
  expect(ended.code).toBe(code ?? 1);
}

const Ended = z.object({ code: z.number().nullable(), stdout: z.string(), stderr: z.string() });

const failures: readonly Alone[] = [
  {
    what: 'a port that is in use',
    argv: () => ['start', '--port', String(occupied.port)],
    says: [/^port \d+ is taken; /, 'choose another with --port'],
  },
  {
    what: 'a region by its name alone',
    code: 2,
    argv: () => ['synth', 'taebaek'],
    says: ['there is no region file taebaek;', 'Did you mean regions/taebaek.yaml?'],
  },
  {
    what: 'the address of a DynamoDB that does not run',
    argv: () => start(),
    environment: async () => ({
      AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${await freePort()}`,
      LADDER_CACHE: join(folder, 'cache'),
    }),
    // Which takes long, and would be for nothing.
    saysNot: 'template synthesized',
    says: [/no DynamoDB answers at http:\/\/127\.0\.0\.1:\d+ /, 'unset AWS_ENDPOINT_URL_DYNAMODB'],
  },
  {
    what: 'a port that is no number',
    code: 2,
    argv: () => ['start', '--port', 'x'],
    says: ["argument 'x' is invalid", 'a port is a number from 0 to 65535'],
  },
  {
    what: 'an option that there is not',
    code: 2,
    argv: () => ['start', '--prot', '4000'],
    says: ["unknown option '--prot'", 'Did you mean --port?'],
  },
  {
    what: 'a command that there is not',
    code: 2,
    argv: () => ['strat'],
    says: ["unknown command 'strat'", 'Did you mean start?'],
  },
  {
    what: 'a tour without a region',
    argv: async () => ['demo', '--url', `http://127.0.0.1:${await freePort()}/`],
    // The closing slash is gone: paths are appended to the address.
    says: [/No region answers at http:\/\/127\.0\.0\.1:\d+\. /, 'npm start'],
  },
  {
    what: 'an address that is none',
    code: 2,
    argv: () => ['demo', '--url', 'nonsense'],
    says: ["argument 'nonsense' is invalid", 'such as http://127.0.0.1:4000'],
  },
];

/** These end by themselves with one of the codes that the others show, so one process runs them all. */
const together: readonly Together[] = [
  {
    what: 'a region file that is not there',
    code: 2,
    argv: start('--region', 'regions/nope.yaml'),
    says: [
      /^there is no region file regions\/nope\.yaml; there are: north-chungcheong, seoul, taebaek\. /,
      'copy one',
    ],
  },
  {
    what: 'a faulty region file',
    code: 2,
    argv: start('--region', faulty),
    says: [/taebaek\.yaml:\d+:\d+ timeZone: is the text "Asia\/Soul", write an IANA time zone/],
  },
  {
    what: 'a copied region file with the id of its original, when synthesized',
    code: 2,
    argv: ['synth', copied],
    says: [/gangneung\.yaml:\d+:5 id: is "taebaek", but /, 'write "gangneung"'],
  },
  {
    what: 'a copied region file with the id of its original, when rolled out',
    code: 2,
    argv: ['rollout', copied],
    says: [/gangneung\.yaml:\d+:5 id: is "taebaek", but /, 'write "gangneung"'],
  },
  {
    what: 'the data of another region',
    argv: start('--region', 'regions/taebaek.yaml', '--data', data),
    says: ['holds the region "seoul", this is "taebaek"', 'choose another directory with --data'],
  },
  {
    what: 'a file as data directory',
    argv: start('--data', file),
    says: ['cannot be used for data', 'choose another directory with --data'],
  },
];

describe('when the command is given', () => {
  it.concurrent.for(failures)('$what, it says what to do and shows no stack', async (failure) => {
    const ended = await run(await failure.argv(), await failure.environment?.()).ended;
    expectHelp(failure, ended);
    expect(ended.stdout).not.toContain(failure.saysNot ?? 'Ready');
  });

  it('files and directories that will not do, it says what to do and shows no stack', async () => {
    const program = join(import.meta.dirname, 'several.ts');
    const child = fork(program, [JSON.stringify(together.map(({ argv }) => argv))]);
    const [told] = await once(child, 'message');
    const ended = z.array(Ended).parse(told);
    expect(ended).toHaveLength(together.length);
    for (const [at, how] of ended.entries()) {
      const failure = together[at];
      if (failure !== undefined) expectHelp(failure, how);
    }
  });
});

it('the version is that of the package', async () => {
  const manifest: unknown = JSON.parse(readFileSync('package.json', 'utf8'));
  const { version } = z.object({ version: z.string() }).parse(manifest);
  expect(await run(['--version']).ended).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
});
