import {
  AssociateSoftwareTokenCommand,
  RespondToAuthChallengeCommand,
  type RespondToAuthChallengeCommandInput,
  type RespondToAuthChallengeCommandOutput,
  VerifySoftwareTokenCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { Secret, TOTP } from 'otpauth';
import { invite, mailedTo, password, signIn, type TestPool } from './pools.ts';

/** The code that an authenticator app shows in the region's time, some steps of 30 s from now. */
export function codeOf({ region }: TestPool, secret: string, steps = 0): string {
  const timestamp = region.clock.now() + steps * 30_000;
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp });
}

export function respond(
  { region, clientId }: TestPool,
  ChallengeName: RespondToAuthChallengeCommandInput['ChallengeName'],
  Session: string | undefined,
  ChallengeResponses: Record<string, string>,
): Promise<RespondToAuthChallengeCommandOutput> {
  const answer = { ClientId: clientId, ChallengeName, Session, ChallengeResponses };
  return region.client.send(new RespondToAuthChallengeCommand(answer));
}

/**
 * Takes someone from their invitation to their first tokens; `secret` is what their app was given. As AWS's library for
 * browsers does it, which takes half a second of a processor for its proofs: invitation.test.ts.
 */
export async function enrol(
  pool: TestPool,
  address: string,
): Promise<{ readonly secret: string; readonly access: string }> {
  const { client } = pool.region;
  await invite(pool, address);
  const { Session: invited } = await signIn(pool, address, mailedTo(pool.region, address));
  const chosen = { USERNAME: address, NEW_PASSWORD: password };
  const { Session: named } = await respond(pool, 'NEW_PASSWORD_REQUIRED', invited, chosen);
  const app = await client.send(new AssociateSoftwareTokenCommand({ Session: named }));
  const { SecretCode: secret = '', Session } = app;
  const { Session: verified } = await client.send(
    new VerifySoftwareTokenCommand({ Session, UserCode: codeOf(pool, secret) }),
  );
  const signedIn = await respond(pool, 'MFA_SETUP', verified, { USERNAME: address });
  const access = signedIn.AuthenticationResult?.AccessToken;
  if (access === undefined) throw new Error(`not signed in: ${signedIn.ChallengeName}`);
  return { secret, access };
}
