import {
  type Attachment,
  BadRequestException,
  MessageRejected,
  SESv2Client,
  SendEmailCommand,
} from '@aws-sdk/client-sesv2';
import { momentOf } from '../runtime/clock.ts';
import { messageOf } from '../runtime/icalendar.ts';
import { describeError, log } from '../runtime/logger.ts';
import type { Letter, Sending, WrittenEvent } from './contract.ts';

/** A rate of SES that is reached is often free again within a second; what is not waits for `resend.job`. */
const ses = new SESv2Client({ maxAttempts: 2 });

/** How sending ended: it is on its way, SES will never take it, or it may another time. */
export type Sent = 'sent' | 'refused' | 'later';

/** Sends mails by Amazon SES, from the region's address. */
export function mailer({ MAIL_FROM, CONFIGURATION_SET }: Sending) {
  /** @param since - when the notice was sent: of two calendar entries with one sequence the later one counts */
  return async function send(address: string, letter: Letter, since: string): Promise<Sent> {
    try {
      await ses.send(commandFor(address, letter, since));
      return 'sent';
    } catch (error) {
      const outcome = isRefused(error) ? 'refused' : 'later';
      log.warn('mail not taken', { code: outcome, ...describeError(error) });
      return outcome;
    }
  };

  function commandFor(address: string, letter: Letter, since: string) {
    const { language, subject, text, html, events } = letter;
    const utf8 = (Data: string) => ({ Data, Charset: 'UTF-8' });
    return new SendEmailCommand({
      FromEmailAddress: MAIL_FROM,
      ConfigurationSetName: CONFIGURATION_SET,
      Destination: { ToAddresses: [address] },
      Content: {
        Simple: {
          Subject: utf8(subject),
          Body: { Text: utf8(text), Html: utf8(html) },
          Headers: [
            { Name: 'Content-Language', Value: language },
            // RFC 3834: whoever is away shall not answer a machine.
            { Name: 'Auto-Submitted', Value: 'auto-generated' },
          ],
          ...(events.length === 0 ? {} : { Attachments: attachmentsOf(events, address, since) }),
        },
      },
    });
  }

  /**
   * A file for each session: a calendar takes no message about several (RFC 5546, 3.2.2). Nobody but its reader is named
   * in it, so nobody learns another's address.
   */
  function attachmentsOf(events: readonly WrittenEvent[], email: string, since: string) {
    return events.map(({ start, organizer, role, ...event }, index): Attachment => {
      const { text, contentType } = messageOf({
        ...event,
        start: momentOf(start),
        stamp: momentOf(since),
        organizer: { name: organizer, email: MAIL_FROM },
        attendees: [{ email, role }],
      });
      return {
        FileName: events.length === 1 ? 'session.ics' : `session-${index + 1}.ics`,
        RawContent: Buffer.from(text),
        ContentType: contentType,
        ContentTransferEncoding: 'BASE64',
      };
    });
  }

  /**
   * What the same mail will meet again. That our own address or domain is not verified is told by the same
   * class, and mended by an operator: mails wait for that.
   */
  function isRefused(error: unknown): boolean {
    const own = MAIL_FROM.slice(MAIL_FROM.lastIndexOf('@') + 1).toLowerCase();
    if (error instanceof MessageRejected) return !error.message.toLowerCase().includes(own);
    return error instanceof BadRequestException;
  }
}
