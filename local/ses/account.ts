import { ServiceError } from '../service.ts';

/** @see https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_GetAccount.html */
export const account = {
  DedicatedIpAutoWarmupEnabled: false,
  EnforcementStatus: 'HEALTHY',
  ProductionAccessEnabled: true,
  SendingEnabled: true,
  SendQuota: { Max24HourSend: 50_000, MaxSendRate: 14, SentLast24Hours: 0 },
} as const;

const identityPath = /^\/v2\/email\/identities\/([^/]+)$/;

/** The identity that a path names, in small letters. */
export function identityIn(path: string): string {
  const { pathname } = new URL(path, 'http://local');
  return decodeURIComponent(identityPath.exec(pathname)?.[1] ?? '').toLowerCase();
}

/** The operation of a `GET` that asks about the account or one of its identities; undefined for other paths. */
export function questionOf(pathname: string): 'GetAccount' | 'GetEmailIdentity' | undefined {
  if (pathname === '/v2/email/account') return 'GetAccount';
  return identityPath.test(pathname) ? 'GetEmailIdentity' : undefined;
}

/**
 * What `GetEmailIdentity` answers. In an account to which no identities were named, as in a template without any, all
 * count as verified.
 * @param path - with its query
 * @throws ServiceError - `NotFoundException`
 */
export function describeIdentity(path: string, identities: ReadonlySet<string>): object {
  const name = identityIn(path);
  if (identities.size > 0 && !identities.has(name))
    throw new ServiceError('NotFoundException', `Email identity ${name} does not exist.`, 404);
  return {
    IdentityType: name.includes('@') ? 'EMAIL_ADDRESS' : 'DOMAIN',
    FeedbackForwardingStatus: true,
    VerifiedForSendingStatus: true,
    VerificationStatus: 'SUCCESS',
  };
}
