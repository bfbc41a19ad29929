import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { CognitoIdentityProviderServiceException } from '@aws-sdk/client-cognito-identity-provider';
import { type People, peopleOf } from '../people.ts';

/** A region between one start and the kill that ends it. */
export interface Life {
  readonly number: number;
  readonly people: People;
}

/** What a client knows when it asks. */
export interface Asking extends Life {
  /** Whether the same was asked before a kill, and got no answer: that may have been done, or not. */
  readonly again: () => boolean;
}

/** Long enough for a boot on a busy machine. */
const patience = 60_000;

/**
 * How long it seems to have been down. Past the half minute for which a code of an authenticator app is good once;
 * messages in flight at a kill, hidden for six minutes, come back three starts later; and a token's hour is over
 * only after 27.
 */
const secondsDown = 130;

/** `npm start -- --data` as a process of its own, which can be killed and started again. */
export class MortalRegion {
  readonly #file: string;
  readonly #data: string;
  #port: number | undefined;
  #process: ChildProcess | undefined;
  #printed = '';
  #lives = 0;
  #ready = false;
  #life = Promise.withResolvers<Life>();

  /**
   * @param file - of the region
   * @param data - directory that it keeps everything in
   */
  constructor(file: string, data: string) {
    this.#file = file;
    this.#data = data;
  }

  /** Begins to boot; what it is at when it is killed, is up to the killer. */
  async boot(): Promise<void> {
    // The same in all lives: it is part of who issued the tokens, which must outlive a kill.
    this.#port ??= await freePort();
    const options = ['--port', `${this.#port}`, '--region', this.#file, '--data', this.#data];
    const booting = spawn(process.execPath, ['bin/ladder.mjs', 'start', ...options]);
    this.#process = booting;
    this.#printed = '';
    for (const stream of [booting.stdout, booting.stderr]) {
      stream.on('data', (text) => {
        this.#printed += String(text);
      });
    }
  }

  /** Boots, and lets those who wait go on when the region is ready. */
  async start(): Promise<void> {
    await this.boot();
    const deadline = Date.now() + patience;
    while (!this.#printed.includes('Stop: Ctrl-C')) {
      if (!this.#runs || Date.now() > deadline) throw new Error(`no start:\n${this.#printed}`);
      await sleep(20);
    }
    const people = peopleOf(/API\s+(http\S+)/.exec(this.#printed)?.[1] ?? '', '');
    await people.control.advance(secondsDown);
    this.#lives += 1;
    this.#ready = true;
    this.#life.resolve({ number: this.#lives, people });
  }

  /** Ends the process as `kill -9` does. Who asks from now on waits for the next start. */
  async kill(): Promise<void> {
    const dying = this.#process;
    if (dying === undefined || !this.#runs) return;
    // Before the signal is sent: whoever notices that the region is gone must find it gone.
    if (this.#ready) this.#life = Promise.withResolvers();
    this.#ready = false;
    const gone = once(dying, 'exit');
    dying.kill('SIGKILL');
    await gone;
  }

  get #runs(): boolean {
    return this.#process?.exitCode === null && this.#process.signalCode === null;
  }

  /** The region as it runs now, or after the next start. */
  alive(): Promise<Life> {
    return this.#life.promise;
  }

  /**
   * Asks as often as it takes to get an answer, as a patient client does.
   *
   * @throws whatever is an answer, and silence of a region that nobody killed
   */
  async answerTo<T>(ask: (asking: Asking) => Promise<T>): Promise<T> {
    const first = this.#life;
    const again = () => first !== this.#life;
    for (;;) {
      const asked = this.#life;
      try {
        return await ask({ ...(await asked.promise), again });
      } catch (error) {
        if (asked === this.#life || !isSilence(error)) throw error;
      }
    }
  }
}

const silences = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'];

/**
 * Whether a connection ended before the answer, as `fetch` and the AWS SDK tell it; or an attempt of the SDK's own
 * met the next boot, which says "try again in a moment".
 */
function isSilence(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('code' in error && silences.includes(String(error.code))) return true;
  if (error instanceof CognitoIdentityProviderServiceException)
    return error.$metadata.httpStatusCode === 503;
  return isSilence(error.cause);
}

/** Below the ports that the system gives to whoever asks for any, so that it is still free at the next start. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const server = createServer();
    const taken = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(true)).listen(port, '127.0.0.1', () => resolve(false));
    });
    await new Promise((resolve) => server.close(resolve));
    if (!taken) return port;
  }
}
