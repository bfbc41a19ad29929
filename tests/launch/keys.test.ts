import { calculateJwkThumbprint, importPKCS8 } from 'jose';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type KeyPair, launch } from '../../functions/launch/contract.ts';
import { keySecret, makePair } from '../../functions/launch/key.adapter.ts';
import { begun, isTurnOver, published, turned } from '../../functions/launch/key.rules.ts';
import { claimsOfOurs, sign } from '../../functions/launch/token.adapter.ts';
import { now } from '../../functions/runtime/clock.ts';
import { type Cloud, openCloud } from '../runtime/cloud.ts';
import { loadApi } from '../runtime/handlers.ts';
import { captureLog } from '../runtime/log-lines.ts';
import { invoke } from '../runtime/requests.ts';
import { at } from '../runtime/village.ts';
import { region, secretsWith } from './house.ts';

captureLog();
const { listKeys } = launch.routes;
const july = at('2025-07-01T12:00');

/** Pairs take a while to make; no test needs more at once. */
let pairs: readonly [KeyPair, KeyPair, KeyPair, KeyPair];

let cloud: Cloud;
beforeAll(async () => {
  pairs = [await makePair(), await makePair(), await makePair(), await makePair()];
  vi.useFakeTimers({ toFake: ['Date'] });
  cloud = await openCloud(
    secretsWith({
      'platform-keys': '{"unmade":"at random"}',
      'raced-keys': '{"unmade":"at random"}',
    }),
  );
  Object.assign(process.env, {
    ...{ IDENTITY_TABLE: 'identity', ENROLMENT_TABLE: 'enrolment', LAUNCH_TABLE: 'launch' },
    ...{ PROVISIONING_TABLE: 'provisioning', AUDIT_TABLE: 'audit' },
    ...{ PROVIDERS_SECRET: 'providers', PLATFORM_KEYS: 'platform-keys' },
  });
});
afterAll(() => cloud.close());

/** A process of the function, with a memory of its own. */
const started = () => loadApi('launch', { '#region': region });
const kidsOf = async (api: Awaited<ReturnType<typeof started>>) => {
  const { body } = await invoke(api, listKeys);
  return listKeys.answers.body.parse(body).keys.map(({ kid }) => kid);
};

describe('given a pair that was made', () => {
  it('then it is of 2,048 bits, named by its thumbprint, and its two halves belong together', async () => {
    const [pair] = pairs;
    const { kid, ...jwk } = pair.publicKey;
    expect(kid).toBe(await calculateJwkThumbprint(jwk));
    expect(Buffer.from(jwk.n, 'base64url')).toHaveLength(256);
    await importPKCS8(pair.privateKey, 'RS256');
    const expected = { issuer: 'me', audience: 'you', now: july };
    const seconds = Math.floor(july.epochMilliseconds / 1_000);
    const claims = { iss: 'me', aud: 'you', iat: seconds, exp: seconds + 60 };
    const token = await sign(pair, claims);
    expect(await claimsOfOurs(token, [pair.publicKey], expected)).toEqual(claims);
    const other = { ...pairs[1].publicKey, kid };
    expect(await claimsOfOurs(token, [other], expected)).toBeUndefined();
  });
});

describe('given keys that turn', () => {
  it.each([
    ['none yet', undefined, true],
    ['new', 0, false],
    ['29 days old', 29, false],
    ['30 days old', 30, true],
    ['a year old', 365, true],
  ])('of those that are %s the turn is over: %s %s', (_, days, over) => {
    const keys = days === undefined ? undefined : begun(pairs[0], pairs[1], july);
    expect(isTurnOver(keys, july.add({ hours: 24 * (days ?? 0) }))).toBe(over);
  });

  it('then what will sign is known before, what signed is known after, and a third turn forgets it', () => {
    const first = begun(pairs[0], pairs[1], july);
    const second = turned(first, pairs[2], july.add({ hours: 720 }));
    const third = turned(second, pairs[3], july.add({ hours: 1_440 }));
    expect(second.current).toEqual(first.next);
    expect(published(first).map(({ kid }) => kid)).toContain(second.current.publicKey.kid);
    expect(second.previous).toEqual(first.current);
    expect(published(third)).not.toContainEqual(first.current.publicKey);
    expect(JSON.stringify(published(third))).not.toMatch(/PRIVATE|"d":/);
  });

  it('then a token that was signed before the turn is good after it', async () => {
    const first = begun(pairs[0], pairs[1], july);
    const seconds = Math.floor(july.epochMilliseconds / 1000);
    const claims = { iss: 'us', aud: 'us', sub: 'x', iat: seconds, exp: seconds + 300 };
    const token = await sign(first.current, claims);
    const second = turned(first, pairs[2], july.add({ minutes: 1 }));
    const expected = { issuer: 'us', audience: 'us', now: july.add({ minutes: 2 }) };
    expect(await claimsOfOurs(token, published(second), expected)).toMatchObject({ sub: 'x' });
    const third = turned(second, pairs[3], july.add({ minutes: 2 }));
    expect(await claimsOfOurs(token, published(third), expected)).toBeUndefined();
  });
});

describe('given a region that has just been deployed, or whose turn is over', () => {
  it('then the first who need keys, all at once, come to the same', async () => {
    vi.setSystemTime(july.epochMilliseconds);
    const apis = [await started(), await started()];
    const seen = await Promise.all(apis.map(kidsOf));
    expect(new Set(seen.map(String)).size).toBe(1);
    expect(seen[0]).toHaveLength(2);

    vi.setSystemTime(july.add({ hours: 720, minutes: 6 }).epochMilliseconds);
    const later = await Promise.all(apis.map(kidsOf));
    expect(new Set(later.map(String)).size).toBe(1);
    // The one to come is new; the others are who they were, one on.
    expect(later[0]).toEqual([expect.any(String), ...(seen[0] ?? [])]);
    expect(await kidsOf(await started())).toEqual(later[0]);
  });

  it('then of all who saw the same keys one replaces them, whoever is slow', async () => {
    const [quick, slow] = [keySecret('raced-keys'), keySecret('raced-keys')];
    const [seen, seenBySlow] = [await quick.read(), await slow.read()];
    const first = begun(pairs[0], pairs[1], now());
    expect(await quick.replace(seen, first)).toBe(true);
    const last = turned(first, pairs[2], now());
    expect(await quick.replace(await quick.read(), last)).toBe(true);
    expect(await slow.replace(seenBySlow, begun(pairs[3], pairs[1], now()))).toBe(false);
    expect((await slow.read()).keys).toEqual(last);
  });
});
