/**
 * The one key of a local region: its functions find it in their environment. Most services check no
 * signature and take any other just as well; S3 checks what is signed for others to use (presigned URLs and
 * POST policies) against it.
 */
export const localCredentials = { accessKeyId: 'local', secretAccessKey: 'local' } as const;
