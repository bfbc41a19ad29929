/** A quota as AWS gives it to every account that has not asked for more. */
export interface DefaultQuota {
  readonly service: string;
  readonly code: string;
  readonly name: string;
  readonly value: number;
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html and .../cognito/latest/developerguide/quotas.html */
export const defaultQuotas: readonly DefaultQuota[] = [
  { service: 'lambda', code: 'L-B99A9384', name: 'Concurrent executions', value: 1000 },
  { service: 'cognito-idp', code: 'L-5987B8A0', name: 'Rate of UserCreation requests', value: 50 },
  {
    service: 'cognito-idp',
    code: 'L-026ADBA3',
    name: 'Rate of UserAuthentication requests',
    value: 120,
  },
];

/** What Lambda's `GetAccountSettings` says of an account. */
export const accountLimit = {
  CodeSizeUnzipped: 262_144_000,
  CodeSizeZipped: 52_428_800,
  ConcurrentExecutions: 1000,
  TotalCodeSize: 80_530_636_800,
  UnreservedConcurrentExecutions: 1000,
} as const;
