import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminGetUserCommand,
  AdminRemoveUserFromGroupCommand,
  type AttributeType,
  CognitoIdentityProviderClient,
  DeliveryMediumType,
  paginateAdminListGroupsForUser,
  UsernameExistsException,
} from '@aws-sdk/client-cognito-identity-provider';
import { Sub } from '../runtime/caller.ts';
import type { Role } from '../runtime/route.ts';

const cognito = new CognitoIdentityProviderClient({});

/**
 * Makes a login in the staff pool and puts it into its group and no other; Cognito mails the invitation. Done
 * again, it finds the login that the first time made, and mails anew to whoever has not signed in yet.
 *
 * @returns the login's subject
 */
export async function inviteToPool(poolId: string, email: string, role: Role): Promise<Sub> {
  const user = { UserPoolId: poolId, Username: email };
  const attributes = await createOrFind(user);
  await leaveOthers(user, role);
  await cognito.send(new AdminAddUserToGroupCommand({ ...user, GroupName: role }));
  return Sub.parse(attributes.find(({ Name }) => Name === 'sub')?.Value);
}

interface PoolUser {
  readonly UserPoolId: string;
  readonly Username: string;
}

/** A login that had another role, such as a former first administrator's, does not keep it beside the new one. */
async function leaveOthers(user: PoolUser, role: Role): Promise<void> {
  for await (const { Groups = [] } of paginateAdminListGroupsForUser({ client: cognito }, user)) {
    for (const { GroupName } of Groups) {
      if (GroupName === role) continue;
      await cognito.send(new AdminRemoveUserFromGroupCommand({ ...user, GroupName }));
    }
  }
}

async function createOrFind(user: PoolUser): Promise<readonly AttributeType[]> {
  const UserAttributes = [
    { Name: 'email', Value: user.Username },
    { Name: 'email_verified', Value: 'true' },
  ];
  const invitation = { ...user, DesiredDeliveryMediums: [DeliveryMediumType.EMAIL] };
  try {
    const { User } = await cognito.send(
      new AdminCreateUserCommand({ ...invitation, UserAttributes }),
    );
    return User?.Attributes ?? [];
  } catch (error) {
    if (!(error instanceof UsernameExistsException)) throw error;
    const found = await cognito.send(new AdminGetUserCommand(user));
    if (found.UserStatus === 'FORCE_CHANGE_PASSWORD') {
      await cognito.send(new AdminCreateUserCommand({ ...invitation, MessageAction: 'RESEND' }));
    }
    return found.UserAttributes ?? [];
  }
}
