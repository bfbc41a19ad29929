import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  GetAccountCommand,
  GetEmailIdentityCommand,
  ListEmailIdentitiesCommand,
  type SendEmailCommandInput,
} from '@aws-sdk/client-sesv2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FaultRule } from '../../../local/faults/rule.ts';
import { type OpenSes, openSes } from './open-ses.ts';

let region: OpenSes;
beforeEach(async () => {
  region = await openSes();
  await region.identity('Learn.example.org');
});
afterEach(() => region.close());

const Simple = {
  Subject: { Data: '지원 신청을 받았습니다', Charset: 'UTF-8' },
  Body: { Text: { Data: 'Received.' }, Html: { Data: '<p>Received.</p>' } },
};
const invitation = {
  FileName: 'session.ics',
  ContentType: 'text/calendar; method=REQUEST',
  ContentTransferEncoding: 'BASE64',
  RawContent: Buffer.from('BEGIN:VCALENDAR 멘토링'),
} as const;
const attached = (changes: object) =>
  simple({ Content: { Simple: { ...Simple, Attachments: [{ ...invitation, ...changes }] } } });
const simple = (more: Partial<SendEmailCommandInput> = {}): SendEmailCommandInput => ({
  FromEmailAddress: 'Ladder <no-reply@learn.example.org>',
  Destination: { ToAddresses: ['kim@example.org'] },
  Content: { Simple },
  ...more,
});
const raw = (mail: string, more: Partial<SendEmailCommandInput> = {}): SendEmailCommandInput => ({
  Content: { Raw: { Data: Buffer.from(mail.replaceAll('\n', '\r\n')) } },
  ...more,
});

describe('a simple mail', () => {
  it('comes into the mailbox with its text, at the region’s time, and has an id', async () => {
    region.context.clock.advance(86_400_000);
    const { MessageId } = await region.send(simple());
    expect(MessageId).toMatch(/^0100[0-9a-f-]{36}-000000$/);
    const [mail] = region.mailbox.list({ to: 'kim@example.org' });
    expect(mail).toMatchObject({
      from: 'Ladder <no-reply@learn.example.org>',
      to: 'kim@example.org',
      subject: '지원 신청을 받았습니다',
      text: 'Received.',
    });
    expect(mail?.at).toBeGreaterThan(Date.now() + 86_000_000);
  });

  it('goes to each recipient, also to those in copy, under the bare address', async () => {
    const Destination = {
      ToAddresses: ['Kim <kim@example.org>'],
      CcAddresses: ['"Lee, S." <lee@example.org>'],
      BccAddresses: ['park@example.org'],
    };
    await region.send(simple({ Destination }));
    const to = region.mailbox.list({}).map((mail) => mail.to);
    expect(to.sort()).toEqual(['kim@example.org', 'lee@example.org', 'park@example.org']);
  });

  it('shows its HTML when it has no text, and takes headers, tags and a configuration set', async () => {
    const { ref } = await region.create('AWS::SES::ConfigurationSet', {
      DeliveryOptions: { TlsPolicy: 'REQUIRE' },
    });
    await region.send(
      simple({
        Content: {
          Simple: {
            ...Simple,
            Body: { Html: { Data: '<p>Only</p>' } },
            Headers: [{ Name: 'List-Unsubscribe', Value: '<https://learn.example.org/u>' }],
          },
        },
        EmailTags: [{ Name: 'kind', Value: 'offer' }],
        ReplyToAddresses: ['office@example.org'],
        ConfigurationSetName: ref,
      }),
    );
    expect(region.mailbox.list({})).toMatchObject([{ text: '<p>Only</p>' }]);
  });

  it('brings its attachments along', async () => {
    await region.send(simple({ Content: { Simple: { ...Simple, Attachments: [invitation] } } }));
    const content = Buffer.from('BEGIN:VCALENDAR 멘토링').toString('base64');
    const file = { name: 'session.ics', type: 'text/calendar; method=REQUEST', content };
    expect(region.mailbox.list({})).toMatchObject([{ text: 'Received.', files: [file] }]);
  });

  it('is kept over a restart on the same data', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'ses-'));
    const file = join(directory, 'state.sqlite');
    const first = await openSes(file);
    await first.identity('learn.example.org');
    await first.send(simple());
    await first.close();
    const second = await openSes(file);
    expect(second.mailbox.list({})).toMatchObject([{ to: 'kim@example.org' }]);
    await second.close();
    rmSync(directory, { recursive: true });
  });
});

describe('a raw mail', () => {
  it('names sender and recipients itself; words and texts are decoded', async () => {
    await region.send(
      raw(`From: Ladder <no-reply@learn.example.org>
To: "Kim, J." <kim@example.org>,
 lee@example.org
Subject: =?utf-8?B?${Buffer.from('안녕').toString('base64')}?= =?utf-8?Q?=ED=95=98_?=
Content-Type: multipart/alternative; boundary="b1"

--b1
Content-Type: text/html; charset=utf-8

<p>Hello</p>
--b1
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

Gr=C3=BC=C3=9Fe =
und mehr
--b1--
`),
    );
    const mails = region.mailbox.list({});
    expect(mails.map(({ to }) => to).sort()).toEqual(['kim@example.org', 'lee@example.org']);
    expect(mails[0]).toMatchObject({ subject: '안녕하 ', text: 'Grüße und mehr' });
  });

  it('goes where the request says, before what it says itself', async () => {
    const mail = `From: no-reply@learn.example.org\nTo: kim@example.org\nSubject: s\n\nbody`;
    await region.send(raw(mail, { Destination: { ToAddresses: ['lee@example.org'] } }));
    expect(region.mailbox.list({})).toMatchObject([{ to: 'lee@example.org', text: 'body' }]);
  });
});

describe('an identity', () => {
  it.each([
    ['an address of its domain', 'a@learn.example.org', true],
    ['an address of a domain below it', 'a@mail.learn.example.org', true],
    ['a domain in other case', 'a@LEARN.example.ORG', true],
    ['a domain that is verified without the template', 'a@verified.example.com', true],
    ['the domain above it', 'a@example.org', false],
    ['a domain that ends like it', 'a@evillearn.example.org', false],
    ['another domain', 'a@example.net', false],
  ])('lets mail out from %s, or not', async (_what, FromEmailAddress, sent) => {
    const outcome = await region.send(simple({ FromEmailAddress })).then(
      () => 'sent',
      (error: Error) => `${error.name}: ${error.message}`,
    );
    const refused =
      'MessageRejected: Email address is not verified. The following identities failed the check ' +
      `in region AP-NORTHEAST-2: ${FromEmailAddress}`;
    expect(outcome).toBe(sent ? 'sent' : refused);
    expect(region.mailbox.list({})).toHaveLength(sent ? 1 : 0);
  });

  it('may be one address', async () => {
    await region.identity('office@example.net');
    await region.send(simple({ FromEmailAddress: 'office@example.net' }));
    await expect(region.send(simple({ FromEmailAddress: 'other@example.net' }))).rejects.toThrow(
      'not verified',
    );
  });

  it('gives the template its DNS records, and stops the boot for what it does not know', async () => {
    const created = await region.create('AWS::SES::EmailIdentity', {
      EmailIdentity: 'example.com',
      DkimSigningAttributes: { NextSigningKeyLength: 'RSA_2048_BIT' },
      MailFromAttributes: { MailFromDomain: 'bounce.example.com' },
    });
    expect(created.ref).toBe('example.com');
    expect(created.attributes['DkimDNSTokenName3']).toBe('token3._domainkey.example.com');
    await expect(
      region.create('AWS::SES::EmailIdentity', { EmailIdentity: 'x.org', Colour: 'red' }),
    ).rejects.toThrow('Colour');
  });
});

describe('what is refused', () => {
  const many = Array.from({ length: 51 }, (_, number) => `kim${number}@example.org`);
  it.each<[string, SendEmailCommandInput, string, string]>([
    ['no recipient', simple({ Destination: {} }), 'BadRequestException', 'Recipient count'],
    ['51 recipients', simple({ Destination: { BccAddresses: many } }), 'BadRequestException', '50'],
    [
      'a recipient without a domain',
      simple({ Destination: { ToAddresses: ['kim'] } }),
      'BadRequestException',
      "Missing final '@domain'",
    ],
    [
      'a recipient with a space',
      simple({ Destination: { ToAddresses: ['a b@example.org'] } }),
      'BadRequestException',
      'whitespace',
    ],
    [
      'a recipient in Hangul',
      simple({ Destination: { ToAddresses: ['김@example.org'] } }),
      'BadRequestException',
      'non-ASCII',
    ],
    [
      'a file without an extension',
      attached({ FileName: 'x' }),
      'BadRequestException',
      'extension',
    ],
    [
      'a file that is not ASCII in seven bits',
      attached({ ContentTransferEncoding: undefined }),
      'BadRequestException',
      'ASCII',
    ],
    ['a type that is none', attached({ ContentType: 'ics' }), 'BadRequestException', 'media type'],
    ['no content', simple({ Content: {} }), 'BadRequestException', 'either Simple or Raw'],
    [
      'a template',
      simple({ Content: { Template: { TemplateName: 't', TemplateData: '{}' } } }),
      'BadRequestException',
      'Template',
    ],
    [
      'a header that is SES’s own',
      simple({ Content: { Simple: { ...Simple, Headers: [{ Name: 'Bcc', Value: 'x' }] } } }),
      'BadRequestException',
      'SES sets itself',
    ],
    [
      'a configuration set that is not there',
      simple({ ConfigurationSetName: 'none' }),
      'NotFoundException',
      '<none>',
    ],
    ['a raw mail of nobody', raw('Subject: s\n\nx'), 'BadRequestException', 'From'],
  ])('%s', async (_what, input, name, part) => {
    await expect(region.send(input)).rejects.toMatchObject({
      name,
      message: expect.stringContaining(part),
    });
    expect(region.mailbox.list({})).toEqual([]);
  });

  it('another operation, by its name', async () => {
    await expect(region.client.send(new ListEmailIdentitiesCommand({}))).rejects.toMatchObject({
      name: 'UnknownOperationException',
      message: expect.stringContaining('POST /v2/email/list-identities'),
    });
  });
});

describe('a fault', () => {
  const fault = (effect: FaultRule['effect']) =>
    region.faults.add(FaultRule.parse({ target: 'ses', operation: 'SendEmail', effect }));

  it('refuses in the words of SES, and nothing is sent', async () => {
    const body = { __type: 'TooManyRequestsException', message: 'slow down' };
    fault({ kind: 'error', status: 429, body });
    await expect(region.send(simple())).rejects.toMatchObject({
      name: 'TooManyRequestsException',
      message: 'slow down',
    });
    expect(region.mailbox.list({})).toEqual([]);
  });

  it('that loses the answer leaves the mail sent', async () => {
    fault({ kind: 'lose-answer' });
    await expect(region.send(simple())).rejects.toThrow();
    expect(region.mailbox.list({})).toHaveLength(1);
  });
});

describe('a question about the account', () => {
  it('is answered: out of the sandbox, and sending', async () => {
    const account = await region.client.send(new GetAccountCommand({}));
    expect(account).toMatchObject({ ProductionAccessEnabled: true, SendingEnabled: true });
  });

  it.each([
    ['learn.example.org', true],
    ['LEARN.example.org', true],
    ['mail.learn.example.org', false],
    ['example.org', false],
  ])('of the identity %s is answered by that name alone', async (EmailIdentity, isThere) => {
    const asked = region.client.send(new GetEmailIdentityCommand({ EmailIdentity }));
    if (isThere) expect(await asked).toMatchObject({ VerifiedForSendingStatus: true });
    else await expect(asked).rejects.toMatchObject({ name: 'NotFoundException' });
  });
});
