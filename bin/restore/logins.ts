import { randomBytes } from 'node:crypto';
import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminDeleteUserCommand,
  AdminDisableUserCommand,
  AdminGetUserCommand,
  AdminSetUserPasswordCommand,
  type CognitoIdentityProviderClient,
  UserNotFoundException,
  UsernameExistsException,
  type UserType,
} from '@aws-sdk/client-cognito-identity-provider';
import { abreast } from '../export/abreast.ts';
import type { Holdings, PoolName } from '../export/holdings.ts';
import { attributeOf, users } from '../export/logins.ts';
import type { Login } from '../export/manifest.ts';

/** Logins that are made at a time: Cognito makes some fifty a second, and each is two or three requests. */
const madeAtOnce = 5;

/** A login of the new pool. */
interface Made {
  readonly sub: string;
  /** Nobody can sign in yet, or have a new password sent. */
  readonly needsPassword: boolean;
}

/** What a pool has: logins by their addresses, and sign-ups that prove nothing. */
interface Found {
  readonly made: ReadonlyMap<string, Made>;
  readonly unproven: ReadonlyMap<string, readonly string[]>;
}

export interface Relogin {
  readonly cognito: CognitoIdentityProviderClient;
  readonly pools: Holdings['pools'];
  /** The first administrator's address: whom the template has invited already, by a mail with a password. */
  readonly invited: string;
  /** Asked before each login: whether this run may go on. */
  readonly still?: () => Promise<void>;
}

/**
 * Makes the logins of an export in the pools of a new copy, and finds those that are there. Nobody is mailed. Each has a
 * verified address and a password that nobody knows: people have a new one mailed ("forgot password"), and staff set up
 * their second factor anew. Again, it makes what is missing. Who has signed up with somebody's address in the new pool and
 * never verified it is deleted: they may be anybody, and would be given what is another's.
 *
 * @param deleted - old subjects of whom nothing is made; what an earlier run has made is found
 * @returns new subjects by old ones
 */
export async function makeLogins(
  relogin: Relogin,
  logins: AsyncIterable<Login>,
  deleted: ReadonlySet<string> = new Set(),
): Promise<ReadonlyMap<string, string>> {
  const there = await foundIn(relogin);
  const subs = new Map<string, string>();
  await abreast(madeAtOnce, logins, async (login) => {
    await relogin.still?.();
    const address = login.email.toLowerCase();
    const { made, unproven } = there[login.pool];
    const before = made.get(address);
    if (before === undefined && deleted.has(login.sub)) return;
    if (before !== undefined) subs.set(login.sub, before.sub);
    if (deleted.has(login.sub)) return;
    for (const sub of unproven.get(address) ?? []) await remove(relogin, login.pool, sub);
    const now = before ?? (await make(relogin, login));
    await complete(relogin, login, now);
    subs.set(login.sub, now.sub);
  });
  return subs;
}

/** Which logins of an export are there; nothing is made. @returns new subjects by old ones */
export async function findLogins(
  relogin: Pick<Relogin, 'cognito' | 'pools'>,
  logins: AsyncIterable<Login>,
): Promise<ReadonlyMap<string, string>> {
  const there = await foundIn(relogin);
  const subs = new Map<string, string>();
  for await (const { pool, email, sub } of logins) {
    const made = there[pool].made.get(email.toLowerCase());
    if (made !== undefined) subs.set(sub, made.sub);
  }
  return subs;
}

async function foundIn(relogin: Pick<Relogin, 'cognito' | 'pools'>) {
  return {
    public: await usersIn(relogin, 'public'),
    staff: await usersIn(relogin, 'staff'),
  } as const;
}

/** Those of an earlier run, whoever the template has made, and sign-ups. One request for 60. */
async function usersIn(
  { cognito, pools }: Pick<Relogin, 'cognito' | 'pools'>,
  pool: PoolName,
): Promise<Found> {
  const made = new Map<string, Made>();
  const unproven = new Map<string, readonly string[]>();
  for await (const user of users(cognito, pools[pool])) {
    const email = attributeOf(user, 'email')?.toLowerCase();
    const sub = attributeOf(user, 'sub');
    if (email === undefined || sub === undefined) continue;
    if (isProven(user)) made.set(email, { sub, needsPassword: needsPassword(user) });
    else unproven.set(email, [...(unproven.get(email) ?? []), sub]);
  }
  return { made, unproven };
}

/** Whether somebody has shown that the address is theirs, or an administrator has said so. */
function isProven(user: Pick<UserType, 'Attributes' | 'UserStatus'>): boolean {
  return attributeOf(user, 'email_verified') === 'true' && user.UserStatus !== 'UNCONFIRMED';
}

const needsPassword = ({ UserStatus }: UserType) => UserStatus === 'FORCE_CHANGE_PASSWORD';

async function remove(
  { cognito, pools }: Pick<Relogin, 'cognito' | 'pools'>,
  pool: PoolName,
  Username: string,
): Promise<void> {
  try {
    await cognito.send(new AdminDeleteUserCommand({ UserPoolId: pools[pool], Username }));
  } catch (error) {
    if (!(error instanceof UserNotFoundException)) throw error;
  }
}

/** Times that a login is tried to be made, each after a sign-up of that address was deleted. */
const attempts = 5;

async function make(relogin: Relogin, { pool, email }: Login): Promise<Made> {
  const { cognito, pools } = relogin;
  const user = { UserPoolId: pools[pool], Username: email };
  for (let attempt = 1; ; attempt += 1) {
    try {
      const { User = {} } = await cognito.send(
        new AdminCreateUserCommand({
          ...user,
          MessageAction: 'SUPPRESS',
          UserAttributes: [
            { Name: 'email', Value: email },
            { Name: 'email_verified', Value: 'true' },
          ],
        }),
      );
      return { sub: needed(attributeOf(User, 'sub')), needsPassword: true };
    } catch (error) {
      if (!(error instanceof UsernameExistsException) || attempt === attempts) throw error;
      // Another run was quicker, an answer was lost, or somebody has just signed up.
      const { UserAttributes: Attributes = [], UserStatus } = await cognito.send(
        new AdminGetUserCommand(user),
      );
      const there = { Attributes, UserStatus };
      const sub = needed(attributeOf(there, 'sub'));
      if (isProven(there)) return { sub, needsPassword: needsPassword(there) };
      await remove(relogin, pool, sub);
    }
  }
}

/** What an interrupted run can have left undone; each part changes nothing where it is done. */
async function complete(
  { cognito, pools, invited }: Relogin,
  { pool, email, enabled, groups }: Login,
  { sub, needsPassword }: Made,
): Promise<void> {
  const user = { UserPoolId: pools[pool], Username: sub };
  for (const GroupName of groups) {
    await cognito.send(new AdminAddUserToGroupCommand({ ...user, GroupName }));
  }
  if (!enabled) await cognito.send(new AdminDisableUserCommand(user));
  const hasMail = pool === 'staff' && email.toLowerCase() === invited.toLowerCase();
  if (!needsPassword || hasMail) return;
  const Password = `aA1!${randomBytes(32).toString('base64url')}`;
  await cognito.send(new AdminSetUserPasswordCommand({ ...user, Password, Permanent: true }));
}

function needed(sub: string | undefined): string {
  if (sub !== undefined) return sub;
  throw new TypeError('Cognito made a login without a subject');
}
