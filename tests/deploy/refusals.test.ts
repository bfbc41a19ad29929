import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RolloutOptions } from '../../bin/rollout/options.ts';
import { rollout } from '../../bin/rollout/rollout.ts';
import { loadRegion } from '../../regions/load.ts';
import { beside } from '../regions/hamlet.ts';
import { FakeAws } from './fake-aws.ts';
import { jsonError, xmlError } from './fake-replies.ts';

const file = 'regions/taebaek.yaml';
const { mail, awsRegion } = loadRegion(file).deployment;
const stackName = 'ladder-taebaek';
const folder = mkdtempSync(join(tmpdir(), 'ladder-refusals-'));

let aws: FakeAws;
beforeAll(async () => {
  aws = await FakeAws.start();
});
afterAll(async () => {
  await aws.stop();
  rmSync(folder, { recursive: true });
});
beforeEach(async () => {
  await aws.stop();
  aws = await FakeAws.start();
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'key');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'none'));
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(folder, 'none'));
});
afterEach(() => void vi.unstubAllEnvs());

/** Runs a rollout; what it printed as JSON lines, and the error that it ended with. */
async function attempt(options: Partial<RolloutOptions> = {}, regionFile = file) {
  const lines: string[] = [];
  const out = { write: (text: string) => lines.push(text) };
  const given = { yes: true, json: true, wait: 0, endpoint: aws.endpoint, ...options } as const;
  const error: unknown = await rollout(regionFile, given, {
    interrupted: new AbortController().signal,
    out,
  }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return { error, told: lines.map((line): unknown => JSON.parse(line)) };
}

interface Refusal {
  readonly what: string;
  readonly given: () => void;
  readonly options?: () => Partial<RolloutOptions>;
  readonly code: string;
  readonly exitCode: number;
  /** What is wrong, and what to do about it. */
  readonly says: readonly (string | RegExp)[];
}

/** AWS refuses every request of a protocol. */
function refusing(code: string, message: string): void {
  aws.refuse = ({ headers }) =>
    'x-amz-target' in headers
      ? jsonError(code, message, 400)
      : { status: 403, body: xmlError(code, message) };
}

const refusals: readonly Refusal[] = [
  {
    what: 'no credentials',
    given: () => {
      vi.stubEnv('AWS_ACCESS_KEY_ID', '');
      vi.stubEnv('AWS_SECRET_ACCESS_KEY', '');
    },
    code: 'credentials-missing',
    exitCode: 3,
    says: ['aws sso login', '--profile'],
  },
  {
    what: 'an expired token',
    given: () => refusing('ExpiredToken', 'The security token included is expired'),
    code: 'credentials-expired',
    exitCode: 3,
    says: ['have expired', 'goes on where it stopped'],
  },
  {
    what: 'credentials that AWS does not know',
    given: () => refusing('InvalidClientTokenId', 'The security token is invalid.'),
    code: 'credentials-refused',
    exitCode: 3,
    says: ['does not know', 'aws sts get-caller-identity'],
  },
  {
    what: 'credentials that may not look at stacks',
    given: () => {
      aws.refuse = ({ body }) =>
        body.includes('Action=DescribeStacks')
          ? {
              status: 403,
              body: xmlError('AccessDenied', 'not authorized to perform: DescribeStacks'),
            }
          : undefined;
    },
    code: 'access-denied',
    exitCode: 3,
    says: ['DescribeStacks', 'looking at the stack', 'administers the account'],
  },
  {
    what: 'an endpoint at which nobody answers',
    given: () => {},
    options: () => ({ endpoint: 'http://127.0.0.1:9' }),
    code: 'endpoint-unreachable',
    exitCode: 3,
    says: ['http://127.0.0.1:9', 'Check the network'],
  },
  {
    what: 'an account that was never bootstrapped',
    given: () => {
      aws.account.bootstrapVersion = undefined;
    },
    code: 'not-bootstrapped',
    exitCode: 3,
    says: ['123456789012', awsRegion, '--bootstrap'],
  },
  {
    what: 'a sandboxed SES (edge case 48)',
    given: () => {
      aws.account.mailInProduction = false;
    },
    code: 'mail-sandboxed',
    exitCode: 3,
    says: ['sandbox', 'production access', '--trial'],
  },
  {
    what: 'a sender that is not verified (edge case 48)',
    given: () => {
      aws.account.verified = [];
    },
    code: 'mail-identity-unverified',
    exitCode: 3,
    says: [mail.via === 'ses' ? mail.domain : 'first administrator', 'create-email-identity'],
  },
  {
    what: 'mail that AWS has suspended',
    given: () => {
      aws.account.mailSuspended = true;
    },
    code: 'mail-suspended',
    exitCode: 3,
    says: ['suspended', 'settle'],
  },
  {
    what: 'too few executions of functions',
    given: () => {
      aws.account.concurrency = 10;
    },
    code: 'quota-too-low',
    exitCode: 3,
    says: ['10 concurrent executions', 'L-B99A9384', 'request-service-quota-increase'],
  },
  {
    what: 'too few sign-ins',
    given: () => void aws.account.quotas.set('L-026ADBA3', 0),
    code: 'quota-too-low',
    exitCode: 3,
    says: ['0 UserAuthentication', 'L-026ADBA3'],
  },
  {
    what: 'a stack that somebody else is changing',
    given: () => void aws.cloudFormation.statuses.set(stackName, 'UPDATE_ROLLBACK_IN_PROGRESS'),
    code: 'stack-busy',
    exitCode: 4,
    says: ['UPDATE_ROLLBACK_IN_PROGRESS', 'npx ladder status regions/taebaek.yaml'],
  },
  {
    what: 'an earlier run that takes longer than --wait',
    given: () => void aws.cloudFormation.statuses.set(stackName, 'CREATE_IN_PROGRESS'),
    code: 'stack-busy',
    exitCode: 4,
    says: ['CREATE_IN_PROGRESS', 'run the same command again'],
  },
  {
    what: 'a stack whose creation was rolled back',
    given: () => void aws.cloudFormation.statuses.set(stackName, 'ROLLBACK_COMPLETE'),
    code: 'stack-broken',
    exitCode: 4,
    says: ['its creation failed', 'npx ladder destroy regions/taebaek.yaml'],
  },
  {
    what: 'an update whose rollback failed',
    given: () => void aws.cloudFormation.statuses.set(stackName, 'UPDATE_ROLLBACK_FAILED'),
    code: 'stack-broken',
    exitCode: 4,
    says: ['continue-update-rollback --stack-name ladder-taebaek'],
  },
  {
    what: 'a stack that could not be deleted',
    given: () => void aws.cloudFormation.statuses.set(stackName, 'DELETE_FAILED'),
    code: 'stack-broken',
    exitCode: 4,
    says: ['could not be deleted', 'npx ladder destroy'],
  },
  {
    what: 'a place that is two',
    given: () => {},
    options: () => ({ local: true }),
    code: 'wrong-options',
    exitCode: 2,
    says: ['--local', '--help'],
  },
];

describe('a rollout that is given', () => {
  it.each(refusals)('$what stops before it changes anything, and says what to do', async (one) => {
    one.given();
    const { error, told } = await attempt(one.options?.());
    expect(error).toMatchObject({ name: 'RolloutStopped', code: one.code, exitCode: one.exitCode });
    for (const part of one.says) expect(String(error)).toMatch(part);
    if (one.exitCode !== 2)
      expect(told.at(-1)).toMatchObject({ step: 'preflight', state: 'failed', code: one.code });
    expect(aws.cloudFormation.changeSets).toEqual([]);
    expect(aws.objects.size).toBe(0);
    expect(aws.unexpected).toEqual([]);
  });

  it('a zone that is not there, for a region with a name of its own', async () => {
    const { error, told } = await attempt({}, 'regions/north-chungcheong.yaml');
    expect(error).toMatchObject({ code: 'zone-unusable', exitCode: 3 });
    expect(told.at(-1)).toMatchObject({ step: 'preflight', state: 'failed' });
    expect(aws.unexpected).toEqual([]);
  });

  it('edge case 47: a stack of a newer release does not go back to this one', async () => {
    aws.cloudFormation.statuses.set(stackName, 'CREATE_COMPLETE');
    aws.cloudFormation.outputs = { Version: '99.0.0+data.1' };
    const { error, told } = await attempt();
    expect(error).toMatchObject({ code: 'deployed-is-newer', exitCode: 3 });
    expect(String(error)).toContain('Release 99.0.0+data.1 runs there');
    expect(told.at(-1)).toMatchObject({ step: 'preflight', state: 'failed' });
    expect(aws.cloudFormation.changeSets).toEqual([]);
  });

  it('several things at once, names all of them, and a stack that is broken decides', async () => {
    aws.account.mailInProduction = false;
    aws.account.concurrency = 10;
    aws.cloudFormation.statuses.set(stackName, 'ROLLBACK_FAILED');
    const { error, told } = await attempt();
    expect(error).toMatchObject({ code: 'stack-broken', exitCode: 4 });
    const codes = ['stack-broken', 'mail-sandboxed', 'quota-too-low'];
    expect(told.at(-1)).toMatchObject({ findings: codes.map((code) => ({ code })) });
  });
});

describe('edge case 46: given a region file with mistakes', () => {
  const faulty = join(folder, 'taebaek.yaml');

  it('with twenty, names twenty with place and remedy, and asks nothing of AWS', async () => {
    const { error, told } = await attempt({}, beside('twenty-mistakes.yaml'));
    expect(error).toMatchObject({ code: 'invalid-region-file' });
    expect(
      String(error).match(/yaml:\d+:\d+ \S+: .+, (write|add|keep|remove|did|take)/g),
    ).toHaveLength(20);
    expect(told.at(-1)).toMatchObject({ step: 'validate', state: 'failed' });
    expect(aws.asked).toBe(0);
  });

  it('nor for a file of secrets with mistakes, of which it repeats no value', async () => {
    copyFileSync(file, faulty);
    const secrets = join(folder, 'secrets.yaml');
    writeFileSync(secrets, 'registry: { url: nonsense, key: hush-hush }\nscaner: {}\n');
    const { error } = await attempt({ secrets }, faulty);
    expect(error).toMatchObject({ code: 'invalid-secrets-file', exitCode: 2 });
    expect(String(error)).toMatch(/registry\.url.*\n.*registry\.key.*\n.*scaner/);
    expect(String(error)).not.toContain('hush');
    expect(aws.asked).toBe(0);
  });

  it('nor warns of a value that YAML does not understand, by repeating it', async () => {
    copyFileSync(file, faulty);
    const secrets = join(folder, 'secrets.yaml');
    writeFileSync(secrets, 'registry: { url: https://registry.example, key: !hush-hush }\n');
    const warned = vi.spyOn(process, 'emitWarning');
    const { error } = await attempt({ secrets }, faulty);
    expect(error).toMatchObject({ code: 'invalid-secrets-file' });
    expect(JSON.stringify(warned.mock.calls)).not.toContain('hush');
    warned.mockRestore();
  });
});
