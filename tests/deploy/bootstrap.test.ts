import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { clientsFor } from '../../bin/rollout/clients.ts';
import { preflight } from '../../bin/rollout/preflight.ts';
import { targetOf } from '../../bin/target.ts';
import { account, FakeAws } from './fake-aws.ts';
import type { Reply } from './fake-replies.ts';

let aws: FakeAws;
beforeEach(async () => {
  aws = await FakeAws.start();
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'key');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  vi.stubEnv('AWS_ENDPOINT_URL', '');
  vi.stubEnv('AWS_REGION', '');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await aws.stop();
});

/** A preflight, and the accounts that it had prepared for the CDK. */
async function looked(renew: boolean) {
  const target = targetOf('regions/taebaek.yaml', { endpoint: aws.endpoint });
  const prepared: string[] = [];
  const bootstrap = async (which: string) => prepared.push(which) > 0;
  const options = { trial: false, patience: { most: 0, interval: 1 }, bootstrap, renew };
  const error: unknown = await preflight(target, clientsFor(target), options, () => {}).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return { error, prepared };
}

/** The bucket for code, as S3 answers whoever asks for it. */
function bucket(status: number) {
  aws.refuse = ({ method }): Reply | undefined => (method === 'HEAD' ? { status } : undefined);
}

describe('an account', () => {
  it('that is bootstrapped is left as it is', async () => {
    expect(await looked(false)).toEqual({ error: undefined, prepared: [] });
  });

  it('that is bootstrapped is bootstrapped again when that is asked for: an old one is renewed', async () => {
    expect(await looked(true)).toEqual({ error: undefined, prepared: [account] });
  });

  it('that is not is bootstrapped, if whoever runs this agrees', async () => {
    aws.account.bootstrapVersion = undefined;
    expect(await looked(false)).toEqual({ error: undefined, prepared: [account] });
  });

  it('of which only the bucket was left by an earlier bootstrap is bootstrapped', async () => {
    aws.account.bootstrapVersion = undefined;
    bucket(200);
    expect(await looked(false)).toEqual({ error: undefined, prepared: [account] });
  });

  it('whose bootstrap is older than the CDK needs is bootstrapped', async () => {
    aws.account.bootstrapVersion = 5;
    expect(await looked(false)).toEqual({ error: undefined, prepared: [account] });
  });

  it.each([
    ['is gone', 404, 'bootstrap-broken', 'is gone'],
    ['answers 403: it is another account’s', 403, 'bootstrap-broken', 'another account'],
  ])(
    'whose bucket for code %s is not bootstrapped: that would not help',
    async (_, status, code, says) => {
      bucket(status);
      const { error, prepared } = await looked(true);
      expect(error).toMatchObject({ code, exitCode: 3 });
      expect(String(error)).toContain(says);
      expect(String(error)).toContain(`cdk-hnb659fds-assets-${account}-`);
      expect(prepared).toEqual([]);
    },
  );

  it('whose credentials may not look is told so', async () => {
    aws.refuse = ({ headers }) =>
      headers['x-amz-target'] === 'AmazonSSM.GetParameter'
        ? { status: 400, headers: { 'x-amzn-errortype': 'AccessDeniedException' }, body: '{}' }
        : undefined;
    const { error } = await looked(false);
    expect(error).toMatchObject({ code: 'access-denied' });
  });
});
