import {
  AdminGetUserCommand,
  AdminUpdateUserAttributesCommand,
  ConfirmSignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attributeOf } from '../../bin/export/logins.ts';
import type { Login } from '../../bin/export/manifest.ts';
import { makeLogins } from '../../bin/restore/logins.ts';
import {
  makePool,
  publicPool,
  register,
  signUp,
  staffPool,
  type TestPool,
} from '../local/cognito/pools.ts';
import { startRegion, type TestRegion } from '../local/cognito/server.ts';

let region: TestRegion;
let learners: TestPool;
let staff: TestPool;
beforeAll(async () => {
  region = await startRegion();
  learners = await makePool(region, publicPool, { name: 'Public' });
  staff = await makePool(region, staffPool, { name: 'Staff' });
});
afterAll(() => region.close());

const login = (email: string, more: Partial<Login> = {}): Login => ({
  ...{ pool: 'public', sub: `old-${email}`, email, enabled: true, groups: [] },
  ...more,
});

async function linked(all: readonly Login[], deleted: readonly string[] = []) {
  const pools = { public: learners.poolId, staff: staff.poolId };
  const relogin = { cognito: region.client, pools, invited: 'first@example.org' };
  async function* logins() {
    yield* all;
  }
  return makeLogins(relogin, logins(), new Set(deleted));
}

async function userOf({ poolId: UserPoolId }: TestPool, Username: string) {
  const { UserAttributes: Attributes = [], UserStatus } = await region.client.send(
    new AdminGetUserCommand({ UserPoolId, Username }),
  );
  return {
    sub: attributeOf({ Attributes }, 'sub'),
    verified: attributeOf({ Attributes }, 'email_verified'),
    UserStatus,
  };
}

describe('logins of a copy that is filled', () => {
  it('given somebody who signed up with another’s address and never verified it: they get nothing of theirs', async () => {
    const stranger = await signUp(learners, 'known@example.org');
    const subs = await linked([login('Known@Example.org')]);
    const made = await userOf(learners, 'known@example.org');
    expect(subs.get('old-Known@Example.org')).toBe(made.sub);
    expect(made).toMatchObject({ verified: 'true', UserStatus: 'CONFIRMED' });
    expect(made.sub).not.toBe(stranger);
    const late = { ClientId: learners.clientId, Username: stranger, ConfirmationCode: '000000' };
    await expect(region.client.send(new ConfirmSignUpCommand(late))).rejects.toThrow();
  });

  it('given a confirmed login whose address is not verified: it is no proof of who it is', async () => {
    const stranger = await register(learners, 'moved@example.org');
    const UserAttributes = [{ Name: 'email_verified', Value: 'false' }];
    await region.client.send(
      new AdminUpdateUserAttributesCommand({
        UserPoolId: learners.poolId,
        Username: stranger,
        UserAttributes,
      }),
    );
    const subs = await linked([login('moved@example.org')]);
    expect(subs.get('old-moved@example.org')).not.toBe(stranger);
  });

  it('given a sign-up between the listing and the making: the same', async () => {
    let stranger = '';
    region.interjections.set('AdminCreateUser', async () => {
      stranger = await signUp(learners, 'quick@example.org');
    });
    const subs = await linked([login('quick@example.org')]);
    expect(stranger).not.toBe('');
    expect(subs.get('old-quick@example.org')).toBe(
      (await userOf(learners, 'quick@example.org')).sub,
    );
    expect(subs.get('old-quick@example.org')).not.toBe(stranger);
  });

  it('given those of an earlier run: finds them, in their own pool, however the address is written', async () => {
    const both = [
      login('two@example.org'),
      login('two@example.org', { pool: 'staff', sub: 'stf' }),
    ];
    const first = await linked(both);
    expect(first.get('stf')).not.toBe(first.get('old-two@example.org'));
    const capital = both.map((one) => ({ ...one, email: 'TWO@example.org' }));
    expect(await linked(capital)).toEqual(first);
  });

  it('edge case 37: given somebody who was deleted: makes nothing, and tells what an earlier run made', async () => {
    const gone = login('gone@example.org');
    expect(await linked([gone], [gone.sub])).toEqual(new Map());
    await expect(userOf(learners, gone.email)).rejects.toThrow();
    const made = await linked([gone]);
    expect(await linked([gone], [gone.sub])).toEqual(made);
  });
});
