import {
  BadRequestException,
  MessageRejected,
  SESv2Client,
  SendEmailCommand,
} from '@aws-sdk/client-sesv2';
import { describeError, log } from '../runtime/logger.ts';
import type { Letter, Sending } from './contract.ts';

/** A rate of SES that is reached is often free again within a second; what is not waits for `resend.job`. */
const ses = new SESv2Client({ maxAttempts: 2 });

/** How sending ended: it is on its way, SES will never take it, or it may another time. */
export type Sent = 'sent' | 'refused' | 'later';

/** Sends mails by Amazon SES, from the region's address. */
export function mailer({ MAIL_FROM, CONFIGURATION_SET }: Sending) {
  return async function send(address: string, letter: Letter): Promise<Sent> {
    try {
      await ses.send(commandFor(address, letter));
      return 'sent';
    } catch (error) {
      const outcome = isRefused(error) ? 'refused' : 'later';
      log.warn('mail not taken', { code: outcome, ...describeError(error) });
      return outcome;
    }
  };

  function commandFor(address: string, { language, subject, text, html }: Letter) {
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
        },
      },
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
