import { z } from 'zod';
import type { LocalContext } from '../../local/context.ts';
import type { Mail } from '../../local/mailbox/mail.ts';
import { type AwsService, ServiceError, type ServiceReply } from '../../local/service.ts';
import { Ses } from '../../local/ses/service.ts';
import { create } from '../local/sqs/server.ts';

/** The local region's SES, which this test can have refuse. */
export class PostOffice implements AwsService {
  readonly target = 'ses';
  readonly mails: Mail[] = [];
  /** Whole requests, with their headers. */
  readonly asked: string[] = [];
  /** Answers the next requests instead of SES: an error, or `lost` when SES sends and the answer does not come. */
  readonly troubles: ('lost' | readonly [code: string, message: string, status: number])[] = [];
  #ses: Ses | undefined;

  /** @param configurationSet - the one by which mails may be sent */
  async open(context: LocalContext, configurationSet: string): Promise<void> {
    this.#ses = new Ses(context, (mail) => this.mails.push(mail));
    await create(this.#ses, 'AWS::SES::ConfigurationSet', { Name: configurationSet }, 'Sending');
  }

  get #there(): Ses {
    if (this.#ses !== undefined) return this.#ses;
    throw new Error('open the post office first');
  }

  operationOf(head: Parameters<NonNullable<AwsService['operationOf']>>[0]): string | undefined {
    return this.#there.operationOf(head);
  }

  async answer(
    operation: string,
    request: Parameters<AwsService['answer']>[1],
  ): Promise<ServiceReply> {
    this.asked.push(request.body.toString());
    const { headers, ...reply } = await this.#reply(operation, request);
    // By the test's clock: the SDK corrects its own by it, and for that would try again what was refused.
    return { ...reply, headers: { ...headers, date: new Date().toUTCString() } };
  }

  async #reply(
    operation: string,
    request: Parameters<AwsService['answer']>[1],
  ): Promise<ServiceReply> {
    const trouble = this.troubles.shift();
    if (trouble === undefined) return this.#there.answer(operation, request);
    if (trouble === 'lost') {
      await this.#there.answer(operation, request);
      return this.#there.refusal(new ServiceError('InternalFailure', 'lost', 500));
    }
    return this.#there.refusal(new ServiceError(...trouble));
  }

  /** Addresses that were written to, since it was last asked. */
  takeRecipients(): string[] {
    return this.mails.splice(0).map(({ to }) => to);
  }
}

/** Cognito as far as notices ask it: the address of a login. */
export class Logins implements AwsService {
  readonly target = 'AWSCognitoIdentityProviderService';
  /** Attributes by subject; `email_verified` unless the test says otherwise. */
  readonly known = new Map<string, { readonly email: string; readonly verified: boolean }>();

  async answer(
    operation: string,
    { body }: Parameters<AwsService['answer']>[1],
  ): Promise<ServiceReply> {
    const { Username } = z.object({ Username: z.string() }).parse(JSON.parse(body.toString()));
    const login = this.known.get(Username);
    if (operation !== 'AdminGetUser') return reply(400, { __type: 'UnknownOperationException' });
    if (login === undefined) return reply(400, { __type: 'UserNotFoundException' });
    const UserAttributes = [
      { Name: 'email', Value: login.email },
      { Name: 'email_verified', Value: String(login.verified) },
    ];
    return reply(200, { Username, Enabled: true, UserAttributes });
  }
}

function reply(status: number, body: object): ServiceReply {
  const headers = { 'content-type': 'application/x-amz-json-1.1' };
  return { status, headers, body: JSON.stringify(body) };
}
