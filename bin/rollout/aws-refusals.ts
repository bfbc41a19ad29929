import { type Reason, RolloutStopped } from './stopped.ts';

/** How the SDK and AWS name what a person can put right. */
const names: Readonly<Record<string, Reason>> = {
  CredentialsProviderError: 'credentials-missing',
  ExpiredToken: 'credentials-expired',
  ExpiredTokenException: 'credentials-expired',
  RequestExpired: 'credentials-expired',
  TokenRefreshRequired: 'credentials-expired',
  InvalidClientTokenId: 'credentials-refused',
  UnrecognizedClientException: 'credentials-refused',
  InvalidSignatureException: 'credentials-refused',
  SignatureDoesNotMatch: 'credentials-refused',
  InvalidAccessKeyId: 'credentials-refused',
  AccessDenied: 'access-denied',
  AccessDeniedException: 'access-denied',
  UnauthorizedOperation: 'access-denied',
};

/** What Node calls a network in which nobody answers. */
const network =
  /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE)$/;

/**
 * An error of AWS, the SDK or the CDK's toolkit as one that says what to do next. What is none of theirs, a fault of
 * ours, is given back as it is.
 *
 * @param doing - what was being done, as in "while …"
 */
export function explained(error: unknown, doing: string): unknown {
  if (error instanceof RolloutStopped || !(error instanceof Error)) return error;
  const cause = error;
  const chain = causes(error);
  for (const one of chain) {
    const reason =
      names[one.name] ??
      toolkitReason(one) ??
      (isNetwork(one) ? 'endpoint-unreachable' : undefined);
    if (reason !== undefined) return new RolloutStopped(reason, say(reason, one, doing), { cause });
  }
  const answered = chain.find((one) => '$metadata' in one);
  const text = `AWS refused while ${doing}: ${answered?.name}: ${answered?.message}. Run the same command again once that is put right: it goes on where it stopped.`;
  return answered === undefined ? error : new RolloutStopped('aws-refused', text, { cause });
}

/** Whether AWS named an error so. */
export function isNamed(error: unknown, ...wanted: readonly string[]): boolean {
  return error instanceof Error && wanted.includes(error.name);
}

/** The HTTP status with which AWS refused something; undefined of any other error. */
export function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error && '$metadata' in error)) return undefined;
  const { $metadata: metadata } = error;
  if (typeof metadata !== 'object' || metadata === null) return undefined;
  return 'httpStatusCode' in metadata ? Number(metadata.httpStatusCode) : undefined;
}

function causes(error: Error): readonly Error[] {
  const found: Error[] = [];
  for (let one: unknown = error; one instanceof Error && found.length < 8; one = one.cause) {
    found.push(one);
    if (one instanceof AggregateError)
      found.push(...one.errors.filter((inner) => inner instanceof Error));
  }
  return found;
}

/** The toolkit's errors have a name for each place that throws them, and a type for what they are. */
function toolkitReason(error: Error): Reason | undefined {
  if (!('source' in error && 'type' in error)) return undefined;
  if (error.type === 'authentication') return 'credentials-missing';
  return error.type === 'bootstrap' ? 'not-bootstrapped' : undefined;
}

function isNetwork(error: Error): boolean {
  if (error.name === 'TimeoutError') return true;
  return 'code' in error && typeof error.code === 'string' && network.test(error.code);
}

function say(reason: Reason, { message }: Error, doing: string): string {
  switch (reason) {
    case 'credentials-missing':
      return `No AWS credentials were found while ${doing}. Sign in with "aws sso login --profile NAME" and add --profile NAME, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. AWS's own words: ${message}`;
    case 'credentials-expired':
      return `The AWS credentials have expired (while ${doing}). Get new ones, for instance with "aws sso login", and run the same command again: it goes on where it stopped.`;
    case 'credentials-refused':
      return `AWS does not know these credentials (while ${doing}): ${message}. Check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, or the profile; "aws sts get-caller-identity" tells whose they are.`;
    case 'access-denied':
      return `The AWS credentials may not do this (while ${doing}): ${message}. Ask whoever administers the account for that permission; RolloutRole in docs/pipeline/github-roles.yaml lists all that a rollout asks itself.`;
    case 'not-bootstrapped':
      return `The account is not prepared for this version of the CDK (while ${doing}): ${message}. Run the rollout with --bootstrap, which makes or renews the stack CDKToolkit.`;
    default:
      return `AWS does not answer at ${process.env['AWS_ENDPOINT_URL'] ?? 'its own addresses'} (while ${doing}): ${message}. Check the network and --endpoint, then run the same command again: it goes on where it stopped.`;
  }
}
