import { z } from 'zod';
import { ServiceError } from '../service.ts';

/** The local region writes UTF-8 whatever a charset says; AWS knows these three. */
const Charset = z.enum(['UTF-8', 'ISO-8859-1', 'Shift_JIS']).optional();
const Content = z.strictObject({ Data: z.string(), Charset });

/** Not what SES writes itself. @see https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_MessageHeader.html */
const Header = z.strictObject({
  Name: z
    .string()
    .regex(/^[\x21-\x39\x3b-\x7e]{1,126}$/)
    .refine(
      (name) => !/^(from|to|cc|bcc|reply-to|subject|date|message-id|return-path)$/i.test(name),
      'is a header that SES sets itself',
    ),
  Value: z.string().regex(/^[\x20-\x7e]{1,870}$/),
});

const Simple = z.strictObject({
  Subject: Content,
  Body: z
    .strictObject({ Text: Content.optional(), Html: Content.optional() })
    .refine(
      ({ Text, Html }) => Text !== undefined || Html !== undefined,
      'has no Text and no Html',
    ),
  Headers: z.array(Header).max(15).optional(),
});

const Addresses = z.array(z.string().min(1)).optional();

/**
 * What `SendEmail` takes. Templates, attachments of simple mails and SES's own subscription lists are not
 * emulated.
 * @see https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html
 */
const SendEmail = z.strictObject({
  FromEmailAddress: z.string().min(1).optional(),
  Destination: z
    .strictObject({ ToAddresses: Addresses, CcAddresses: Addresses, BccAddresses: Addresses })
    .prefault({}),
  ReplyToAddresses: Addresses,
  FeedbackForwardingEmailAddress: z.string().min(1).optional(),
  Content: z
    .strictObject({
      Simple: Simple.optional(),
      Raw: z.strictObject({ Data: z.base64().min(1) }).optional(),
    })
    .refine(
      (content) => (content.Simple === undefined) !== (content.Raw === undefined),
      'has either Simple or Raw',
    ),
  EmailTags: z.array(z.strictObject({ Name: z.string(), Value: z.string() })).optional(),
  ConfigurationSetName: z.string().min(1).optional(),
});
export type SendEmail = z.output<typeof SendEmail>;

/** @throws ServiceError - `SerializationException`, `BadRequestException` */
export function parseSendEmail(body: Buffer): SendEmail {
  const parsed = SendEmail.safeParse(parseJson(body));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) =>
    [...issue.path.map(String), issue.message].join(': '),
  );
  throw new ServiceError('BadRequestException', `SendEmail: ${problems.join('; ')}`);
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw new ServiceError('SerializationException', 'SendEmail: the body is not JSON in UTF-8.');
  }
}
