import {
  AdminDeleteUserCommand,
  ConfirmSignUpCommand,
  ListUsersCommand,
  ResendConfirmationCodeCommand,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { isAbandoned } from '../../functions/identity/abandoned.rules.ts';
import type { ServiceReply } from '../../local/service.ts';
import {
  mailedTo,
  makePool,
  password,
  publicPool,
  register,
  signIn,
  signUp,
  type TestPool,
} from '../local/cognito/pools.ts';
import { startRegion } from '../local/cognito/server.ts';
import { serve } from '../local/sqs/server.ts';
import { loadHandler } from '../runtime/handlers.ts';
import { captureLog } from '../runtime/log-lines.ts';
import { at, village } from '../runtime/village.ts';

const takeLog = captureLog();
const region = village();

describe('edge case 8: given the seven days that the village gives to confirm a sign-up', () => {
  it.each([
    ['in the minute after it', '2025-07-01T12:00', '2025-07-01T12:01', false],
    ['on the last day', '2025-07-01T12:00', '2025-07-08T23:59', false],
    ['when the last day is over in the village', '2025-07-01T12:00', '2025-07-09T00:00', true],
    ['a day counts by the village’s clock', '2025-07-01T23:59', '2025-07-09T00:00', true],
    ['from the next midnight on', '2025-07-02T00:00', '2025-07-09T00:00', false],
  ])('%s', (_when, signedUp, now, abandoned) => {
    expect(isAbandoned(region, at(signedUp).epochMilliseconds, at(now))).toBe(abandoned);
  });

  it('the policy of the day counts, not that of the sign-up', () => {
    const [first, second] = region.policies;
    if (first === undefined || second === undefined) throw new Error('the village has two');
    const hasty = { ...second, deadlines: { ...second.deadlines, signUp: 1 } };
    const changed = { ...region, policies: [first, hasty] };
    const signedUp = at('2026-02-27T12:00').epochMilliseconds;
    expect(isAbandoned(changed, signedUp, at('2026-02-28T23:59'))).toBe(false);
    expect(isAbandoned(changed, signedUp, at('2026-03-01T00:00'))).toBe(true);
  });
});

describe('edge case 8: given the public pool', () => {
  let pool: TestPool;
  let close: () => Promise<unknown>;
  let job: () => Promise<void>;
  /** What happens in the place of the next such request, or just before it. */
  let instead:
    | readonly [operation: string, act: () => Promise<ServiceReply | undefined>]
    | undefined;

  beforeAll(async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const cognito = await startRegion();
    const front = await serve(() => ({
      target: cognito.cognito.target,
      answer: async (operation, request) => {
        const [awaited, act] = instead ?? [];
        if (operation !== awaited) return cognito.cognito.answer(operation, request);
        instead = undefined;
        return (await act?.()) ?? cognito.cognito.answer(operation, request);
      },
    }));
    close = () => Promise.all([front.close(), cognito.close()]);
    pool = await makePool(cognito, publicPool);
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: front.base,
      AWS_REGION: 'ap-northeast-2',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      PUBLIC_POOL_ID: pool.poolId,
    });
    job = await loadHandler('identity/abandoned.job', { '#region': region });
  });
  beforeEach(() => setDay(0));
  afterEach(() => {
    instead = undefined;
    takeLog();
  });
  afterAll(async () => {
    await close();
    vi.useRealTimers();
  });

  const setDay = (days: number) =>
    vi.setSystemTime(at('2025-07-01T12:00').add({ hours: 24 * days }).epochMilliseconds);
  const address = (name: string) => `${name}@village.example`;
  const confirm = (name: string) =>
    pool.region.client.send(
      new ConfirmSignUpCommand({
        ClientId: pool.clientId,
        Username: address(name),
        ConfirmationCode: mailedTo(pool.region, address(name)),
      }),
    );
  /** Those in the pool whose names begin so. */
  const there = async (start: string) => {
    const Filter = `email ^= "${start}"`;
    const input = { UserPoolId: pool.poolId, Filter, AttributesToGet: ['email'] };
    const { Users = [] } = await pool.region.client.send(new ListUsersCommand(input));
    return Users.map(({ Attributes }) => Attributes?.[0]?.Value?.split('@')[0]).toSorted();
  };

  it('then an address that was signed up and never confirmed is free in time, and no earlier', async () => {
    const Username = address('a-squatted');
    const squat = { ClientId: pool.clientId, Username, Password: 'the-Squatters-1' };
    await pool.region.client.send(new SignUpCommand(squat));
    await register(pool, address('a-confirmed'));
    setDay(7);
    await signUp(pool, address('a-recent'));
    await job();
    expect(await there('a-')).toEqual(['a-confirmed', 'a-recent', 'a-squatted']);
    setDay(8);
    await job();
    expect(await there('a-')).toEqual(['a-confirmed', 'a-recent']);
    await register(pool, Username);
    await expect(signIn(pool, Username, squat.Password)).rejects.toThrow('Incorrect');
    expect(await signIn(pool, Username, password)).toHaveProperty('AuthenticationResult');
  });

  it('then who confirms while the job is at work stays', async () => {
    await signUp(pool, address('b-late'));
    setDay(8);
    // The code of the sign-up has expired by then: a new one is asked for.
    instead = ['AdminGetUser', () => confirmLate('b-late')];
    await job();
    expect(await there('b-')).toEqual(['b-late']);
    expect(takeLog()).toContain('"count":0');
  });

  it('then more than a page of them go in one run, and who is gone already is no fault', async () => {
    for (let one = 0; one < 62; one += 1) await signUp(pool, address(`c-${one}`));
    setDay(8);
    instead = ['AdminGetUser', () => removed('c-0')];
    await job();
    expect(await there('c-')).toEqual([]);
    expect(takeLog()).toContain('"count":62');
  });

  it('then one that cannot be deleted stops no other, is told without a name, and goes with the next run', async () => {
    for (const name of ['d-one', 'd-two']) await signUp(pool, address(name));
    setDay(8);
    instead = ['AdminDeleteUser', async () => refusal('InvalidParameterException')];
    await expect(job()).rejects.toThrow('1 sign-ups could not be deleted');
    expect(await there('d-')).toHaveLength(1);
    const log = takeLog();
    expect(log).toContain('sign-up not deleted');
    expect(log).not.toContain('village.example');
    await job();
    expect(await there('d-')).toEqual([]);
  });

  async function confirmLate(name: string): Promise<undefined> {
    const input = { ClientId: pool.clientId, Username: address(name) };
    await pool.region.client.send(new ResendConfirmationCodeCommand(input));
    await confirm(name);
  }

  async function removed(name: string): Promise<undefined> {
    const input = { UserPoolId: pool.poolId, Username: address(name) };
    await pool.region.client.send(new AdminDeleteUserCommand(input));
  }

  function refusal(code: string): ServiceReply {
    const headers = { 'content-type': 'application/x-amz-json-1.1' };
    return { status: 400, headers, body: JSON.stringify({ __type: code, message: 'not now' }) };
  }
});
