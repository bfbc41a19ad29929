import {
  type UserInvitationConfig,
  type UserVerificationConfig,
  VerificationEmailStyle,
} from 'aws-cdk-lib/aws-cognito';
import type { Region } from '../regions/schema.ts';
import { type MailText, type Texts, textsOf } from '../regions/texts.ts';

/** Cognito's own marks for the address, and for the code or the temporary password. */
const marks: Readonly<Record<string, string>> = {
  name: '{username}',
  code: '<b>{####}</b>',
  password: '<b>{####}</b>',
};

/** The mail with a code: to verify an address, and to set a new password. */
export function verificationMail(region: Region): UserVerificationConfig {
  const emailStyle = VerificationEmailStyle.CODE;
  return { emailStyle, ...inAllLanguages(region, 'verification') };
}

/** The mail to a member of staff with the temporary password. */
export function invitationMail(region: Region): UserInvitationConfig {
  return inAllLanguages(region, 'invitation');
}

/**
 * One mail with a paragraph for each of the region's languages: when Cognito sends it, nobody knows yet which
 * one the reader prefers, and a trigger that could choose would have to be answered before any sign-up.
 */
function inAllLanguages(
  { languages, name }: Region,
  mail: keyof Texts['login'],
): { readonly emailSubject: string; readonly emailBody: string } {
  const texts = languages.map((language): MailText => {
    const { subject, body } = textsOf(language).login[mail];
    // A region that was loaded has a name in each of its languages.
    const region = name[language] ?? '';
    return {
      subject: filled(subject, { region }),
      body: body.map((text) => filled(escaped(text), { ...marks, region: escaped(region) })),
    };
  });
  return {
    emailSubject: texts.map(({ subject }) => subject).join(' · '),
    emailBody: texts.map(({ body }) => `<p>${body.join('<br>')}</p>`).join(''),
  };
}

function filled(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => values[name] ?? '');
}

/** Names and texts go into HTML. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
