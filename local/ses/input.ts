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

/** @see https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_Attachment.html */
const Attachment = z
  .strictObject({
    FileName: z
      .string()
      .regex(/^[^\p{Cc}/\\]+\.[a-z0-9]+$/iu, 'must have an extension')
      .max(255),
    RawContent: z.base64().min(1),
    ContentType: z
      .string()
      .min(1)
      .max(78)
      .regex(/^[\w.+-]+\/[\w.+-]+(; *[\w-]+=[\w.+"-]+)*$/, 'must be a media type'),
    ContentDisposition: z.enum(['ATTACHMENT', 'INLINE']).optional(),
    ContentDescription: z.string().max(1000).optional(),
    ContentId: z.string().min(1).max(78).optional(),
    /** What is not given is `SEVEN_BIT`: bytes that are not ASCII would not arrive. */
    ContentTransferEncoding: z.enum(['BASE64', 'QUOTED_PRINTABLE', 'SEVEN_BIT']).optional(),
  })
  .refine(
    ({ ContentTransferEncoding = 'SEVEN_BIT', RawContent }) =>
      ContentTransferEncoding !== 'SEVEN_BIT' ||
      Buffer.from(RawContent, 'base64').every((byte) => byte < 0x80),
    { error: 'is not ASCII: name a ContentTransferEncoding', path: ['ContentTransferEncoding'] },
  );

const Simple = z.strictObject({
  Subject: Content,
  Body: z
    .strictObject({ Text: Content.optional(), Html: Content.optional() })
    .refine(
      ({ Text, Html }) => Text !== undefined || Html !== undefined,
      'has no Text and no Html',
    ),
  Headers: z.array(Header).max(15).optional(),
  Attachments: z.array(Attachment).optional(),
});

const Addresses = z.array(z.string().min(1)).optional();

/**
 * What `SendEmail` takes. Templates and SES's own subscription lists are not emulated; of an attachment SES could take the
 * type from its name, which ours never leave to it.
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
