import { createHash, randomBytes } from 'node:crypto';
import {
  AdminCreateUserCommand,
  AdminDeleteUserCommand,
  AdminGetUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  UserNotFoundException,
} from '@aws-sdk/client-cognito-identity-provider';
import type { Target } from './target.ts';

/** The login of the smoke test's learner, as whoever deploys sees it: through the account, not through the API. */
export interface SyntheticLogin {
  readonly email: string;
  readonly password: string;
  /** Makes the login, its address taken as verified; nothing is mailed. */
  create(): Promise<void>;
  /** Whether it is there. */
  exists(): Promise<boolean>;
  /** Takes over one that an earlier run left, whose password nobody knows any more. */
  takeOver(): Promise<void>;
  /** Deletes it; one that is not there is fine. */
  remove(): Promise<void>;
}

/**
 * The one login of a region's smoke tests. Its address is derived from the region's id, so that a run finds what an
 * interrupted one left. Two runs at once on one region get in each other's way: the later takes the earlier's learner for
 * a leftover.
 *
 * @param poolId - the public pool
 */
export function syntheticLogin(
  { region, endpoint }: Pick<Target, 'region' | 'endpoint'>,
  poolId: string,
): SyntheticLogin {
  const cognito = new CognitoIdentityProviderClient({
    region: region.deployment.awsRegion,
    ...(endpoint === undefined ? {} : { endpoint }),
  });
  const email = addressOf(region.id);
  const password = `Smoke-${randomBytes(18).toString('base64url')}-1a!`;
  const user = { UserPoolId: poolId, Username: email };
  const setPassword = async () => {
    const command = { ...user, Password: password, Permanent: true };
    await cognito.send(new AdminSetUserPasswordCommand(command));
  };
  return {
    email,
    password,
    create: async () => {
      const UserAttributes = [
        { Name: 'email', Value: email },
        { Name: 'email_verified', Value: 'true' },
      ];
      const command = { ...user, UserAttributes, MessageAction: 'SUPPRESS' } as const;
      await cognito.send(new AdminCreateUserCommand(command));
      await setPassword();
    },
    exists: () => found(cognito.send(new AdminGetUserCommand(user))),
    takeOver: setPassword,
    remove: async () => {
      await found(cognito.send(new AdminDeleteUserCommand(user)));
    },
  };
}

/**
 * The address of a region's synthetic learner: at the mailbox simulator of Amazon SES, which takes whatever a deletion
 * mails, delivers it to nobody, and counts neither for the reputation nor for the daily quota, in a sandbox too (SES
 * Developer Guide, "Using the mailbox simulator").
 */
export function addressOf(regionId: string): string {
  const digest = createHash('sha256').update(`ladder smoke test of ${regionId}`).digest('hex');
  return `success+ladder-smoke-${digest.slice(0, 16)}@simulator.amazonses.com`;
}

async function found(asked: Promise<unknown>): Promise<boolean> {
  try {
    await asked;
    return true;
  } catch (error) {
    if (error instanceof UserNotFoundException) return false;
    throw error;
  }
}
