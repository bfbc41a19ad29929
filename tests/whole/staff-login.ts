import { randomBytes } from 'node:crypto';
import {
  AssociateSoftwareTokenCommand,
  CognitoIdentityProviderClient,
  InitiateAuthCommand,
  type InitiateAuthCommandOutput,
  NotAuthorizedException,
  RespondToAuthChallengeCommand,
  VerifySoftwareTokenCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { TOTP } from 'otpauth';
import type { People } from '../people.ts';
import { until } from '../until.ts';

interface Pool {
  readonly people: People;
  readonly cognito: CognitoIdentityProviderClient;
  readonly clientId: string;
}

type Reply = Pick<InitiateAuthCommandOutput, 'ChallengeName' | 'Session' | 'AuthenticationResult'>;

/** A member of staff who gets in from wherever the last attempt was broken off, and insists on what was acknowledged. */
export class StaffLogin {
  readonly email: string;
  readonly #password: string;
  /** Whether the pool was told the password, and whether it said yes. */
  #told: 'not yet' | 'unanswered' | 'acknowledged' = 'not yet';
  #app: { readonly secret: string; acknowledged: boolean } | undefined;

  /** @param password - the one that the pool has already; without it, one is chosen at the invitation */
  constructor(email: string, password?: string) {
    this.email = email;
    this.#password = password ?? `Own-${randomBytes(12).toString('hex')}!1a`;
    if (password !== undefined) this.#told = 'acknowledged';
  }

  /** @returns an access token */
  async signIn(people: People): Promise<string> {
    const { endpoints, staffPool } = await people.configuration();
    const cognito = new CognitoIdentityProviderClient({
      endpoint: endpoints.cognito,
      region: 'local',
      credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
    });
    const pool = { people, cognito, clientId: staffPool.clientId };
    let reply = await this.#begin(pool);
    while (reply.AuthenticationResult === undefined) reply = await this.#answer(pool, reply);
    return reply.AuthenticationResult.AccessToken ?? '';
  }

  async #begin({ people, cognito, clientId }: Pool): Promise<Reply> {
    const refused = new Set<string>();
    for (;;) {
      const password = await this.#passwordToTry(people, refused);
      try {
        return await cognito.send(
          new InitiateAuthCommand({
            ClientId: clientId,
            AuthFlow: 'USER_PASSWORD_AUTH',
            AuthParameters: { USERNAME: this.email, PASSWORD: password },
          }),
        );
      } catch (error) {
        const maybe = error instanceof NotAuthorizedException && this.#told !== 'acknowledged';
        if (!maybe) throw error;
        refused.add(password);
      }
    }
  }

  /** The own one, where it may be in force; else that of the newest mail: a repeated invitation renews it. */
  async #passwordToTry(people: People, refused: ReadonlySet<string>): Promise<string> {
    if (this.#told !== 'not yet' && !refused.has(this.#password)) return this.#password;
    let mailed: string | undefined;
    await until(async () => {
      const [newest] = await people.control.mails(this.email);
      mailed = /<b>([^<]+)<\/b>/.exec(newest?.text ?? '')?.[1];
      return mailed !== undefined && !refused.has(mailed);
    });
    return mailed ?? '';
  }

  async #answer(pool: Pool, { ChallengeName, Session }: Reply): Promise<Reply> {
    switch (ChallengeName) {
      case 'NEW_PASSWORD_REQUIRED': {
        this.#told = 'unanswered';
        const next = await this.#respond(pool, ChallengeName, Session, {
          NEW_PASSWORD: this.#password,
        });
        this.#told = 'acknowledged';
        return next;
      }
      case 'MFA_SETUP':
        return this.#setUpApp(pool, Session);
      case 'SOFTWARE_TOKEN_MFA':
        return this.#respond(pool, ChallengeName, Session, {
          SOFTWARE_TOKEN_MFA_CODE: await this.#code(pool),
        });
      default:
        throw new Error(`an unexpected challenge: ${ChallengeName}`);
    }
  }

  async #setUpApp(pool: Pool, Session: string | undefined): Promise<Reply> {
    if (this.#app?.acknowledged) throw new Error('the acknowledged second factor is lost');
    const { cognito } = pool;
    const associated = await cognito.send(new AssociateSoftwareTokenCommand({ Session }));
    this.#app = { secret: associated.SecretCode ?? '', acknowledged: false };
    const UserCode = await this.#code(pool);
    const verified = await cognito.send(
      new VerifySoftwareTokenCommand({ Session: associated.Session, UserCode }),
    );
    this.#app.acknowledged = true;
    return this.#respond(pool, 'MFA_SETUP', verified.Session, {});
  }

  async #code({ people }: Pool): Promise<string> {
    const timestamp = Date.parse((await people.control.clock()).now);
    return new TOTP({ secret: this.#app?.secret ?? '' }).generate({ timestamp });
  }

  #respond(
    { cognito, clientId }: Pool,
    ChallengeName: 'NEW_PASSWORD_REQUIRED' | 'MFA_SETUP' | 'SOFTWARE_TOKEN_MFA',
    Session: string | undefined,
    responses: Readonly<Record<string, string>>,
  ): Promise<Reply> {
    const ChallengeResponses = { USERNAME: this.email, ...responses };
    return cognito.send(
      new RespondToAuthChallengeCommand({
        ClientId: clientId,
        ChallengeName,
        Session,
        ChallengeResponses,
      }),
    );
  }
}
