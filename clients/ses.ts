import { failureClass, ServiceException } from './failure.ts';
import { fieldsOf, jsonFailure } from './json.ts';
import {
  type Call,
  type ClientOptions,
  type Command,
  type Fields,
  ServiceClient,
} from './service.ts';
import { each, members, toBase64 } from './shapes.ts';
import type { Answer } from './transport.ts';

export class SESv2ServiceException extends ServiceException {}
export const BadRequestException = failureClass('BadRequestException', SESv2ServiceException);
export const MessageRejected = failureClass('MessageRejected', SESv2ServiceException);

const ses = {
  variable: 'SESV2',
  host: 'email',
  signedAs: 'ses',
  failure: jsonFailure({
    ServiceException: SESv2ServiceException,
    BadRequestException,
    MessageRejected,
  }),
};

export class SESv2Client extends ServiceClient {
  constructor(options: ClientOptions) {
    super(ses, options);
  }
}

const attached = members({ Attachments: each(members({ RawContent: toBase64 })) });
const written = members({
  Content: members({
    Simple: attached,
    Template: attached,
    Raw: members({ Data: toBase64 }),
  }),
});

export class SendEmailCommand implements Command {
  readonly input: object;

  constructor(input: object) {
    this.input = input;
  }

  call(): Call {
    return {
      method: 'POST',
      path: '/v2/email/outbound-emails',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(written(this.input)),
    };
  }

  output(answer: Answer): Fields {
    return fieldsOf(answer);
  }
}
