import {
  AdminGetUserCommand,
  AdminListGroupsForUserCommand,
  type CognitoIdentityProviderClient,
} from '@aws-sdk/client-cognito-identity-provider';
import type { Region } from '../../regions/schema.ts';
import { asking } from './asking.ts';
import { isNamed } from './aws-refusals.ts';
import { RolloutStopped } from './stopped.ts';
import type { Answer } from './teller.ts';

/**
 * Looks whether the first administrator of the region file is in the pool of staff, with the rights of one: the
 * template invites that person, the first sign-up never becomes one (edge case 49).
 *
 * @returns the login's state, such as FORCE_CHANGE_PASSWORD until the invitation was accepted
 */
export async function invite(
  cognito: CognitoIdentityProviderClient,
  { deployment: { firstAdministrator } }: Region,
  staffPoolId: string,
): Promise<Answer<string>> {
  const login = { UserPoolId: staffPoolId, Username: firstAdministrator };
  const state = await asking('looking for the first administrator', async () => {
    try {
      const [{ UserStatus }, { Groups = [] }] = await Promise.all([
        cognito.send(new AdminGetUserCommand(login)),
        cognito.send(new AdminListGroupsForUserCommand(login)),
      ]);
      return Groups.some(({ GroupName }) => GroupName === 'administrator') ? UserStatus : undefined;
    } catch (error) {
      if (isNamed(error, 'UserNotFoundException')) return undefined;
      throw error;
    }
  });
  if (state === undefined) throw missing(staffPoolId);
  const waiting = state === 'FORCE_CHANGE_PASSWORD';
  const text = waiting
    ? 'the first administrator has been invited by mail and has not signed in yet'
    : `the first administrator has a login (${state})`;
  return { result: state, text, facts: { administrator: state } };
}

function missing(pool: string): RolloutStopped {
  const who = 'deployment.firstAdministrator of the region file';
  const text = `The ${who} is not in the pool of staff ${pool}, or not in its group "administrator"; somebody has taken that person out by hand. Put them back with "aws cognito-idp admin-create-user" and "admin-add-user-to-group --group-name administrator", or name another person there and roll out again.`;
  return new RolloutStopped('first-administrator-missing', text);
}
