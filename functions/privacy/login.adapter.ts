import {
  AdminDeleteUserCommand,
  AdminGetUserCommand,
  AdminUserGlobalSignOutCommand,
  CognitoIdentityProviderClient,
  UserNotFoundException,
} from '@aws-sdk/client-cognito-identity-provider';
import * as z from 'zod';
import type { Sub } from '../runtime/caller.ts';

const cognito = new CognitoIdentityProviderClient({});

/** Logins of the public pool that are deleted. */
export function logins(poolId: string) {
  /** The verified address of a login; undefined where it has none, or is gone. One request. */
  async function addressOf(sub: Sub): Promise<string | undefined> {
    try {
      const { UserAttributes = [] } = await cognito.send(
        new AdminGetUserCommand({ UserPoolId: poolId, Username: sub }),
      );
      const attributes = new Map(UserAttributes.map(({ Name, Value }) => [Name, Value]));
      const verified = attributes.get('email_verified') === 'true';
      return verified ? z.email().parse(attributes.get('email')) : undefined;
    } catch (error) {
      if (error instanceof UserNotFoundException) return undefined;
      throw error;
    }
  }

  /** Signs a login out everywhere and deletes it; one that is gone is as good. Two requests. */
  async function remove(sub: Sub): Promise<void> {
    const user = { UserPoolId: poolId, Username: sub };
    try {
      await cognito.send(new AdminUserGlobalSignOutCommand(user));
      await cognito.send(new AdminDeleteUserCommand(user));
    } catch (error) {
      if (!(error instanceof UserNotFoundException)) throw error;
    }
  }

  return { addressOf, remove };
}
