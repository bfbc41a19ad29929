import {
  AdminDeleteUserCommand,
  AdminGetUserCommand,
  CognitoIdentityProviderClient,
  paginateListUsers,
  UserNotFoundException,
} from '@aws-sdk/client-cognito-identity-provider';

const client = new CognitoIdentityProviderClient({});

/** A login whose address nobody has confirmed; no address of theirs is read. */
export interface SignUp {
  /** The name that Cognito gave them, a UUID. */
  readonly username: string;
  /** Milliseconds since the epoch. */
  readonly signedUpAt: number;
}

/** The sign-ups to a pool. */
export function signUps(poolId: string) {
  /** All that nobody has confirmed, in no order. One request for 60. */
  async function* list(): AsyncGenerator<SignUp> {
    const pages = paginateListUsers(
      { client, pageSize: 60 },
      {
        UserPoolId: poolId,
        Filter: 'cognito:user_status = "UNCONFIRMED"',
        // Every login has one; left out, the addresses would come too.
        AttributesToGet: ['sub'],
      },
    );
    for await (const { Users = [] } of pages) {
      for (const { Username: username, UserCreateDate: date } of Users) {
        if (username === undefined || date === undefined) continue;
        yield { username, signedUpAt: date.getTime() };
      }
    }
  }

  /**
   * Deletes one unless it has been confirmed since it was listed. Cognito knows no conditional delete: who confirms
   * in the milliseconds between the two requests signs up once more. Nothing of theirs is lost, for nobody can
   * have signed in.
   *
   * @returns whether it is gone
   */
  async function remove({ username }: SignUp): Promise<boolean> {
    const user = { UserPoolId: poolId, Username: username };
    try {
      const { UserStatus } = await client.send(new AdminGetUserCommand(user));
      if (UserStatus !== 'UNCONFIRMED') return false;
      await client.send(new AdminDeleteUserCommand(user));
      return true;
    } catch (error) {
      if (error instanceof UserNotFoundException) return true;
      throw error;
    }
  }

  return { list, remove };
}
