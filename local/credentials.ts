/**
 * The key of whoever uses a local region from outside: tools, tests, pages. Most services check no signature and take
 * any other just as well; S3 checks what is signed for others to use (presigned URLs and POST policies) against its
 * secret, which is everybody's.
 */
export const localCredentials = { accessKeyId: 'local', secretAccessKey: 'local' } as const;

/** As at AWS, the key of whoever has taken a role begins with this. */
const prefix = 'ASIA-';

/** A function's own credentials: its requests say by the key who asks, so that its role can be held against them. */
export function functionCredentials(functionName: string) {
  return {
    accessKeyId: prefix + functionName,
    secretAccessKey: localCredentials.secretAccessKey,
    sessionToken: `session-of-${functionName}`,
  };
}

/** The function whose key this is, should there be one of that name; undefined for any other key. */
export function functionOf(accessKeyId: string): string | undefined {
  return accessKeyId.startsWith(prefix) ? accessKeyId.slice(prefix.length) : undefined;
}
