import {
  AdminDeleteUserCommand,
  AdminDisableUserCommand,
  AdminEnableUserCommand,
  GetUserCommand,
  GlobalSignOutCommand,
  RevokeTokenCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Browser } from './browser.ts';
import {
  makePool,
  password,
  publicPool,
  refresh,
  refusalOf,
  register,
  signIn,
  type TestPool,
  tokensOf,
} from './pools.ts';
import { startRegion, type TestRegion } from './server.ts';

const wrongPassword = 'NotAuthorizedException: Incorrect username or password.';
const locked = 'NotAuthorizedException: Password attempts exceeded';

let region: TestRegion;
let pool: TestPool;
let address = '';
let people = 0;

beforeAll(async () => {
  region = await startRegion();
  pool = await makePool(region, publicPool);
});
beforeEach(async () => {
  people += 1;
  address = `learner-${people}@example.org`;
  await register(pool, address);
});
afterAll(() => region.close());

const getUser = (token: string) => region.client.send(new GetUserCommand({ AccessToken: token }));
const target = () => ({ UserPoolId: pool.poolId, Username: address });

describe('signing in by password', () => {
  it('gives tokens for as long as the client says', async () => {
    const { AuthenticationResult, ChallengeName } = await signIn(pool, address);
    expect(ChallengeName).toBeUndefined();
    expect(AuthenticationResult).toEqual({
      AccessToken: expect.stringMatching(/^ey/),
      IdToken: expect.stringMatching(/^ey/),
      RefreshToken: expect.stringMatching(/^[\w-]{100,}$/),
      ExpiresIn: 15 * 60,
      TokenType: 'Bearer',
    });
  });

  it('says the same of a wrong password and of nobody', async () => {
    expect(await refusalOf(signIn(pool, address, 'Wrong-horse-7'))).toBe(wrongPassword);
    expect(await refusalOf(signIn(pool, 'nobody@example.org'))).toBe(wrongPassword);
  });

  it('names nobody where the client does not hide who exists', async () => {
    const legacy = { PreventUserExistenceErrors: 'LEGACY' };
    const open = await makePool(region, publicPool, { name: 'Open', client: legacy });
    const nobody = 'UserNotFoundException: User does not exist.';
    expect(await refusalOf(signIn(open, 'nobody@example.org'))).toBe(nobody);
    expect(await new Browser(open, 'nobody@example.org').signIn(password)).toMatchObject({
      is: 'refused',
      name: 'UserNotFoundException',
    });
  });

  it('refuses flows that the client does not allow', async () => {
    const client = { ExplicitAuthFlows: [] };
    const closed = await makePool(region, publicPool, { name: 'Closed', client });
    expect(await refusalOf(signIn(closed, address))).toBe(
      'InvalidParameterException: USER_PASSWORD_AUTH flow not enabled for this client',
    );
    expect(await new Browser(closed, address).signIn(password)).toMatchObject({
      name: 'InvalidParameterException',
      text: 'USER_SRP_AUTH is not enabled for the client.',
    });
    expect(await refusalOf(refresh(closed, 'any'))).toBe(
      'InvalidParameterException: Refresh Token flow not enabled for this client',
    );
  });

  it('refuses the disabled, and tells them only after the right password', async () => {
    const tokens = await tokensOf(pool, address);
    await region.client.send(new AdminDisableUserCommand(target()));
    const disabled = 'NotAuthorizedException: User is disabled.';
    expect(await refusalOf(signIn(pool, address))).toBe(disabled);
    expect(await refusalOf(signIn(pool, address, 'Wrong-horse-7'))).toBe(wrongPassword);
    expect(await refusalOf(getUser(tokens.access))).toBe(disabled);
    await region.client.send(new AdminEnableUserCommand(target()));
    expect(await refusalOf(getUser(tokens.access))).toContain('Access Token has been revoked');
    expect(await refusalOf(refresh(pool, tokens.refresh))).toContain('has been revoked');
    expect((await signIn(pool, address)).AuthenticationResult).toBeDefined();
  });
});

describe('signing in by SRP', () => {
  it('lets in who knows the password, whatever the spelling of the address', async () => {
    const outcome = await new Browser(pool, address.toUpperCase()).signIn(password);
    expect(outcome).toMatchObject({ is: 'signed in' });
    if (outcome.is === 'signed in') {
      expect((await getUser(outcome.access)).UserAttributes).toContainEqual({
        Name: 'email',
        Value: address,
      });
    }
  });

  it('refuses who does not, and nobody, in the same words', async () => {
    const refused = { is: 'refused', name: 'NotAuthorizedException' };
    const text = 'Incorrect username or password.';
    expect(await new Browser(pool, address).signIn('Wrong-horse-7')).toEqual({ ...refused, text });
    expect(await new Browser(pool, 'no@example.org').signIn(password)).toEqual({
      ...refused,
      text,
    });
  });
});

describe('a lockout', () => {
  // The first lasts a second, which a busy machine may take for one sign-in: only the tests move the time.
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const fail = async (times: number) => {
    for (let time = 0; time < times; time++) {
      expect(await refusalOf(signIn(pool, address, 'Wrong-horse-7'))).toBe(wrongPassword);
    }
  };

  it('begins with the fifth failure, doubles with each further one and counts no attempt in it', async () => {
    await fail(5);
    expect(await refusalOf(signIn(pool, address))).toBe(locked);
    region.clock.advance(1000);
    await fail(1);
    region.clock.advance(1500);
    for (let time = 0; time < 10; time++) {
      expect(await refusalOf(signIn(pool, address, 'Wrong-horse-7'))).toBe(locked);
    }
    region.clock.advance(500);
    expect((await signIn(pool, address)).AuthenticationResult).toBeDefined();
  });

  it('is over with a sign-in: the next failure is the first again', async () => {
    await fail(4);
    await signIn(pool, address);
    await fail(4);
    expect((await signIn(pool, address)).AuthenticationResult).toBeDefined();
  });

  it('lasts no longer than 15 minutes', async () => {
    await fail(5);
    for (let failures = 5; failures < 15; failures++) {
      region.clock.advance(2 ** (failures - 5) * 1000);
      await fail(1);
    }
    region.clock.advance(15 * 60_000 - 5000);
    expect(await refusalOf(signIn(pool, address))).toBe(locked);
    region.clock.advance(5000);
    expect((await signIn(pool, address)).AuthenticationResult).toBeDefined();
  });

  it('is forgotten after 15 minutes without an attempt', async () => {
    await fail(5);
    region.clock.advance(15 * 60_000 - 5000);
    await fail(1);
    expect(await refusalOf(signIn(pool, address))).toBe(locked);
    region.clock.advance(15 * 60_000);
    await fail(4);
    expect((await signIn(pool, address)).AuthenticationResult).toBeDefined();
  });

  it('holds for SRP too, and looks the same for nobody', async () => {
    const nobody = `nobody-${people}@example.org`;
    await fail(5);
    for (let time = 0; time < 5; time++) await refusalOf(signIn(pool, nobody));
    for (const who of [address, nobody]) {
      expect(await refusalOf(signIn(pool, who))).toBe(locked);
      expect(await new Browser(pool, who).signIn(password)).toMatchObject({
        text: 'Password attempts exceeded',
      });
    }
  });
});

describe('a refresh token', () => {
  it('gives new tokens, but no new refresh token, until it expires', async () => {
    const tokens = await tokensOf(pool, address);
    region.clock.advance(23 * 60 * 60_000);
    const { AuthenticationResult: fresh } = await refresh(pool, tokens.refresh);
    expect(fresh?.RefreshToken).toBeUndefined();
    expect(fresh?.AccessToken).not.toBe(tokens.access);
    expect((await getUser(fresh?.AccessToken ?? '')).Username).toBeDefined();
    region.clock.advance(60 * 60_000);
    expect(await refusalOf(refresh(pool, tokens.refresh))).toBe(
      'NotAuthorizedException: Refresh Token has expired',
    );
  });

  it('is refused when it is none, or another client’s', async () => {
    const invalid = 'NotAuthorizedException: Invalid Refresh Token';
    const other = await makePool(region, publicPool, { name: 'Other' });
    const tokens = await tokensOf(pool, address);
    expect(await refusalOf(refresh(pool, 'made-up'))).toBe(invalid);
    expect(await refusalOf(refresh(other, tokens.refresh))).toBe(invalid);
  });

  it('can be revoked, and its access tokens with it, other sign-ins not', async () => {
    const tokens = await tokensOf(pool, address);
    const others = await tokensOf(pool, address);
    const revoke = new RevokeTokenCommand({ ClientId: pool.clientId, Token: tokens.refresh });
    await region.client.send(revoke);
    expect(await refusalOf(refresh(pool, tokens.refresh))).toBe(
      'NotAuthorizedException: Refresh Token has been revoked',
    );
    expect(await refusalOf(getUser(tokens.access))).toBe(
      'NotAuthorizedException: Access Token has been revoked',
    );
    expect((await getUser(others.access)).Username).toBeDefined();
  });

  it('dies with its user', async () => {
    const tokens = await tokensOf(pool, address);
    await region.client.send(new AdminDeleteUserCommand(target()));
    expect(await refusalOf(refresh(pool, tokens.refresh))).toBe(
      'NotAuthorizedException: Invalid Refresh Token',
    );
    expect(await refusalOf(getUser(tokens.access))).toBe(
      'UserNotFoundException: User does not exist.',
    );
  });
});

describe('signing out everywhere', () => {
  it('ends every sign-in of the user and nobody else’s', async () => {
    const [one, two] = [await tokensOf(pool, address), await tokensOf(pool, address)];
    await register(pool, `other-${people}@example.org`);
    const other = await tokensOf(pool, `other-${people}@example.org`);
    await region.client.send(new GlobalSignOutCommand({ AccessToken: one.access }));
    const revoked = 'NotAuthorizedException: Access Token has been revoked';
    expect(await refusalOf(getUser(one.access))).toBe(revoked);
    expect(await refusalOf(getUser(two.access))).toBe(revoked);
    expect(await refusalOf(refresh(pool, two.refresh))).toContain('has been revoked');
    expect((await getUser(other.access)).Username).toBeDefined();
    expect((await signIn(pool, address)).AuthenticationResult).toBeDefined();
  });
});
