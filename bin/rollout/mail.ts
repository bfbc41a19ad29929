import { GetAccountCommand, GetEmailIdentityCommand } from '@aws-sdk/client-sesv2';
import type { Region } from '../../regions/schema.ts';
import { isNamed } from './aws-refusals.ts';
import type { Clients } from './clients.ts';
import type { Finding } from './stopped.ts';

/** What keeps the region's mail from arriving (edge case 48): no verified sender, or an account in SES's sandbox. */
export async function mailFindings(
  { ses }: Pick<Clients, 'ses'>,
  { deployment: { mail, firstAdministrator, awsRegion } }: Region,
): Promise<readonly Finding[]> {
  // A trial sends from its administrator's own address; its sandbox is what the region file asks for.
  const identity = mail.via === 'ses' ? mail.domain : firstAdministrator;
  const [account, isVerified] = await Promise.all([
    ses.send(new GetAccountCommand({})),
    verified({ ses }, identity),
  ]);
  const what = mail.via === 'ses' ? `The domain ${identity}` : "The first administrator's address";
  const findings: Finding[] = [];
  if (!isVerified) {
    const text = `${what} (deployment.mail in the region file) is not verified with Amazon SES in ${awsRegion}. Add it there as an identity ("aws sesv2 create-email-identity --email-identity …" gives the DNS records), and run this again once SES says "verified".`;
    findings.push({ code: 'mail-identity-unverified', text });
  }
  if (mail.via === 'ses' && account.ProductionAccessEnabled !== true) {
    const text = `The account's Amazon SES in ${awsRegion} is in the sandbox: mail reaches verified addresses only, so nobody could sign up. Request production access in SES's console ("aws sesv2 put-account-details --production-access-enabled …"); --trial goes on regardless.`;
    findings.push({ code: 'mail-sandboxed', text });
  }
  if (account.SendingEnabled === false) {
    const text = `AWS has suspended sending by this account's Amazon SES in ${awsRegion}. SES's console and the mails from AWS say why; settle that with them first.`;
    findings.push({ code: 'mail-suspended', text });
  }
  return findings;
}

async function verified({ ses }: Pick<Clients, 'ses'>, identity: string): Promise<boolean> {
  try {
    const found = await ses.send(new GetEmailIdentityCommand({ EmailIdentity: identity }));
    return found.VerifiedForSendingStatus === true;
  } catch (error) {
    if (isNamed(error, 'NotFoundException')) return false;
    throw error;
  }
}
