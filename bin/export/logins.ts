import {
  type CognitoIdentityProviderClient,
  paginateAdminListGroupsForUser,
  paginateListUsers,
  type UserType,
} from '@aws-sdk/client-cognito-identity-provider';
import { abreast } from './abreast.ts';
import type { Files } from './files.ts';
import { type Holdings, type PoolName, poolNames } from './holdings.ts';
import { Login, type Manifest, names } from './manifest.ts';

/** Questions for groups that are under way at a time: Cognito answers some thirty a second. */
const askedAtOnce = 4;

/**
 * The logins of both pools that can be linked again: those whose address is verified. Who never confirmed theirs signs up
 * again. One request for 60, and one more for each member of staff.
 */
export async function readLogins(
  cognito: CognitoIdentityProviderClient,
  pools: Holdings['pools'],
): Promise<Login[]> {
  const logins: Login[] = [];
  for (const pool of poolNames) {
    await abreast(askedAtOnce, users(cognito, pools[pool]), async (user) => {
      const login = loginOf(pool, user);
      if (login === undefined) return;
      const groups = pool === 'staff' ? await groupsOf(cognito, pools.staff, login.sub) : [];
      logins.push({ ...login, groups });
    });
  }
  return logins.sort((one, other) => (one.sub < other.sub ? -1 : 1));
}

/** Writes the list of logins into an export. */
export async function exportLogins(
  cognito: CognitoIdentityProviderClient,
  pools: Holdings['pools'],
  files: Files,
): Promise<Manifest['logins']> {
  const logins = await readLogins(cognito, pools);
  return { count: logins.length, list: await files.writeLines(names.logins, logins) };
}

/** All users of a pool. One request for 60. */
export async function* users(
  client: CognitoIdentityProviderClient,
  UserPoolId: string,
): AsyncGenerator<UserType> {
  const pages = paginateListUsers({ client, pageSize: 60 }, { UserPoolId });
  for await (const { Users = [] } of pages) yield* Users;
}

/** An attribute of a user. */
export function attributeOf({ Attributes = [] }: UserType, name: string): string | undefined {
  return Attributes.find(({ Name }) => Name === name)?.Value;
}

function loginOf(pool: PoolName, user: UserType): Login | undefined {
  const verified = attributeOf(user, 'email_verified') === 'true';
  if (!verified || user.UserStatus === 'UNCONFIRMED') return undefined;
  return Login.parse({
    pool,
    sub: attributeOf(user, 'sub'),
    email: attributeOf(user, 'email'),
    enabled: user.Enabled ?? true,
    groups: [],
  });
}

async function groupsOf(
  client: CognitoIdentityProviderClient,
  UserPoolId: string,
  Username: string,
): Promise<string[]> {
  const found: string[] = [];
  const pages = paginateAdminListGroupsForUser({ client }, { UserPoolId, Username });
  for await (const { Groups = [] } of pages) {
    found.push(...Groups.flatMap(({ GroupName = '' }) => (GroupName === '' ? [] : GroupName)));
  }
  return found;
}
