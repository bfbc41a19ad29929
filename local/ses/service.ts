import { randomUUID } from 'node:crypto';
import type { LocalContext } from '../context.ts';
import type { Deliver, MailFile } from '../mailbox/mail.ts';
import type { ResourceKind } from '../resource.ts';
import {
  type AwsService,
  type Need,
  type RequestHead,
  ServiceError,
  type ServiceReply,
  type ServiceRequest,
} from '../service.ts';
import { atomically } from '../state.ts';
import { account, describeIdentity, identityIn, questionOf } from './account.ts';
import { bareAddress, identityOf } from './addresses.ts';
import { parseSendEmail, type SendEmail } from './input.ts';
import { sendingNeeds } from './needs.ts';
import { readRawMail } from './raw-mail.ts';
import { sesKinds } from './resources.ts';

/** Of To, Cc and Bcc together. Source: SES service quotas. */
const mostRecipients = 50;

/** What goes to each of the recipients. */
interface Letter {
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly files: readonly MailFile[];
}

/**
 * The local region's SES, version 2 of its API: `SendEmail`, `GetAccount` and `GetEmailIdentity`. Mail stays in the mailbox, one copy for each
 * recipient, with its text or, where there is none, its HTML. As at AWS, mail goes out only from an identity,
 * and the same request twice is two mails. The region is out of SES's sandbox: anyone may be written to.
 */
export class Ses implements AwsService {
  readonly target = 'ses';
  readonly denial = { code: 'AccessDeniedException', status: 403 };
  /** SES takes 40 MB. */
  readonly largestBody = 40 * 1024 * 1024;
  /** `AWS::SES::EmailIdentity` and `AWS::SES::ConfigurationSet`. */
  readonly kinds: readonly ResourceKind[];
  readonly #context: LocalContext;
  readonly #deliver: Deliver;
  readonly #identities = new Set<string>();
  readonly #configurationSets = new Set<string>();

  /** @param identities - domains and addresses that are verified besides the template's own */
  constructor(context: LocalContext, deliver: Deliver, identities: readonly string[] = []) {
    for (const name of identities) this.#identities.add(name.toLowerCase());
    this.#context = context;
    this.#deliver = deliver;
    this.kinds = sesKinds({
      identity: (name) => this.#identities.add(name.toLowerCase()),
      configurationSet: (name) => this.#configurationSets.add(name),
    });
  }

  operationOf({ method, path }: RequestHead): string | undefined {
    if (!/^\/v2\/email(?:[/?]|$)/.test(path)) return undefined;
    const { pathname } = new URL(path, 'http://local');
    const sends = method === 'POST' && pathname === '/v2/email/outbound-emails';
    if (sends) return 'SendEmail';
    return (method === 'GET' ? questionOf(pathname) : undefined) ?? `${method} ${pathname}`;
  }

  async answer(operation: string, { body, path }: ServiceRequest): Promise<ServiceReply> {
    try {
      switch (operation) {
        case 'SendEmail':
          return reply(200, { MessageId: this.#send(parseSendEmail(body)) });
        case 'GetAccount':
          return reply(200, account);
        case 'GetEmailIdentity':
          return reply(200, describeIdentity(path, this.#identities));
        default:
          throw unsupported(operation);
      }
    } catch (error) {
      if (error instanceof ServiceError) return this.refusal(error);
      throw error;
    }
  }

  needs(operation: string, { body, path }: ServiceRequest): readonly Need[] {
    const { region, account: id } = this.#context;
    if (operation === 'GetAccount') return [{ action: 'ses:GetAccount', resource: '*' }];
    if (operation === 'GetEmailIdentity') {
      const resource = `arn:aws:ses:${region}:${id}:identity/${identityIn(path)}`;
      return [{ action: 'ses:GetEmailIdentity', resource }];
    }
    // Refused by whoever answers it.
    if (operation !== 'SendEmail') return [];
    const input = parseSendEmail(body);
    return sendingNeeds(this.#context, input, letterOf(input).from, this.#identities);
  }

  refusal({ code, message, status }: ServiceError): ServiceReply {
    return reply(status, { message }, { 'x-amzn-errortype': code });
  }

  /** @returns the message's id */
  #send(input: SendEmail): string {
    const set = input.ConfigurationSetName;
    if (set !== undefined && !this.#configurationSets.has(set)) {
      const message = `Configuration set <${set}> does not exist.`;
      throw new ServiceError('NotFoundException', message, 404);
    }
    const letter = letterOf(input);
    this.#requireIdentity(bareAddress(letter.from));
    const recipients = letter.to.map(bareAddress);
    if (recipients.length === 0 || recipients.length > mostRecipients) {
      const message = `Recipient count is not from 1 to ${mostRecipients}.`;
      throw new ServiceError('BadRequestException', message);
    }
    const { from, subject, text, files } = letter;
    const at = this.#context.clock.now();
    atomically(this.#context.state, () => {
      for (const to of recipients) this.#deliver({ from, to, subject, text, at, files });
    });
    return `0100${randomUUID()}-000000`;
  }

  #requireIdentity(address: string): void {
    // A template without identities counts on those that its operator verified in the account beforehand.
    if (this.#identities.size === 0 || identityOf(address, this.#identities) !== undefined) return;
    throw new ServiceError(
      'MessageRejected',
      'Email address is not verified. The following identities failed the check in region ' +
        `${this.#context.region.toUpperCase()}: ${address}`,
    );
  }
}

/** @throws ServiceError - `BadRequestException` when nobody is named as the sender */
function letterOf({ FromEmailAddress, Destination, Content }: SendEmail): Letter {
  const { ToAddresses = [], CcAddresses = [], BccAddresses = [] } = Destination;
  const named = [...ToAddresses, ...CcAddresses, ...BccAddresses];
  const raw = Content.Raw && readRawMail(Buffer.from(Content.Raw.Data, 'base64'));
  const from = FromEmailAddress ?? raw?.from;
  if (from === undefined)
    throw new ServiceError('BadRequestException', 'Missing required header From.');
  if (raw !== undefined) {
    const { to, subject, text } = raw;
    return { from, to: named.length > 0 ? named : to, subject, text, files: [] };
  }
  const { Subject, Body, Attachments = [] } = Content.Simple ?? {};
  const text = Body?.Text?.Data ?? Body?.Html?.Data ?? '';
  const files = Attachments.map(({ FileName, ContentType, RawContent }) => ({
    name: FileName,
    type: ContentType,
    content: RawContent,
  }));
  return { from, to: named, subject: Subject?.Data ?? '', text, files };
}

function unsupported(operation: string): ServiceError {
  const message = `The local region's SES does not answer ${operation}. It answers GetAccount, GetEmailIdentity and SendEmail of version 2.`;
  return new ServiceError('UnknownOperationException', message, 404);
}

function reply(status: number, output: object, headers: Record<string, string> = {}): ServiceReply {
  return {
    status,
    headers: { 'content-type': 'application/json', 'x-amzn-requestid': randomUUID(), ...headers },
    body: JSON.stringify(output),
  };
}
