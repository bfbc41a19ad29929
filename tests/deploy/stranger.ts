import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { told } from '../bin/told.ts';
import type { FakeAws } from './fake-aws.ts';

const guard = pathToFileURL(join(import.meta.dirname, 'loopback-only.mjs')).href;

/** `npm run rollout -- regions/taebaek.yaml --yes --json` by somebody who has nothing of whoever runs the tests. */
export class Stranger {
  readonly #home = mkdtempSync(join(tmpdir(), 'ladder-deploy-'));
  readonly #reachedOutTo = join(this.#home, 'reached-out-to.txt');

  /** Into a fake AWS; `ended` has what it told line by line. */
  rollsOut(aws: FakeAws) {
    const argv = ['bin/ladder.mjs', 'rollout', 'regions/taebaek.yaml', '--yes', '--json'];
    const child = spawn(process.execPath, argv, {
      stdio: ['ignore', 'pipe', 'pipe'],
      // No profile, no credentials, no cache of ours.
      env: {
        PATH: process.env['PATH'],
        HOME: this.#home,
        AWS_ENDPOINT_URL: aws.endpoint,
        AWS_ACCESS_KEY_ID: 'key',
        AWS_SECRET_ACCESS_KEY: 'secret',
        AWS_EC2_METADATA_DISABLED: 'true',
        NODE_OPTIONS: `--import ${guard}`,
        REACHED_OUT_TO: this.#reachedOutTo,
      },
    });
    let printed = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text) => (printed += text));
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve)).then(
      (code) => ({ code, printed, told: told(printed) }),
    );
    return { child, ended };
  }

  /** Whether anything was reached but this machine. */
  get reachedOut(): boolean {
    return existsSync(this.#reachedOutTo);
  }

  forget(): void {
    rmSync(this.#home, { recursive: true, force: true });
  }
}

/** An account that a region may be deployed to. */
export function bootstrapped(aws: FakeAws): FakeAws {
  aws.cloudFormation.outputs = {
    ApiUrl: `${aws.endpoint}/api`,
    PublicPoolId: 'pool-of-the-public',
    StaffPoolId: 'pool-of-the-staff',
  };
  return aws;
}

/** The template that was uploaded for the only change set. */
export function uploadedTemplate(aws: FakeAws): string {
  const [only, ...others] = aws.cloudFormation.changeSets;
  if (only === undefined || others.length > 0) throw new Error('not one change set was created');
  const { pathname } = new URL(only.templateUrl);
  const uploaded = [...aws.objects].find(([path]) => pathname.endsWith(basename(path)))?.[1];
  if (uploaded === undefined) throw new Error(`${pathname} was not uploaded`);
  return uploaded.toString();
}
