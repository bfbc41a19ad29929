import {
  AdminGetUserCommand,
  CognitoIdentityProviderClient,
  UserNotFoundException,
} from '@aws-sdk/client-cognito-identity-provider';

const cognito = new CognitoIdentityProviderClient({});

/** Looks up where logins of the public pool are written to. */
export function addressBook(poolId: string) {
  /** The verified address of a login; undefined where it has none, is switched off or was deleted. */
  return async function addressOf(sub: string): Promise<string | undefined> {
    try {
      const { UserAttributes = [], Enabled } = await cognito.send(
        new AdminGetUserCommand({ UserPoolId: poolId, Username: sub }),
      );
      const attributes = new Map(UserAttributes.map(({ Name, Value }) => [Name, Value]));
      const usable = Enabled !== false && attributes.get('email_verified') === 'true';
      return usable ? attributes.get('email') : undefined;
    } catch (error) {
      if (error instanceof UserNotFoundException) return undefined;
      throw error;
    }
  };
}
