import * as z from 'zod';

/** A resource of AWS by its ARN; which one is in the message. */
function arnOf(pattern: RegExp, example: string) {
  return z.string().regex(pattern, `an ARN such as "${example}"`);
}

const usCertificate = arnOf(
  /^arn:aws[\w-]*:acm:us-east-1:\d{12}:certificate\/[\w-]+$/,
  'arn:aws:acm:us-east-1:111122223333:certificate/1a2b3c4d',
);

const ownCertificate = arnOf(
  /^arn:aws[\w-]*:acm:[a-z]{2}(-[a-z]+)+-\d:\d{12}:certificate\/[\w-]+$/,
  'arn:aws:acm:ap-northeast-2:111122223333:certificate/1a2b3c4d',
);

/** The name that people reach the API by. Without it the API has the one that API Gateway makes. */
export const Domain = z.strictObject({
  name: z.hostname().describe("the API's own name, such as api.seoul.example"),
  /** Who gives a zone needs no certificate: the stack asks for one, and proves the name by a record in the zone. */
  certificate: ownCertificate
    .exactOptional()
    .describe('a certificate for the name in the region of "awsRegion"; none: the zone proves it'),
  /** API Gateway asks for it where it is called with mutual TLS and did not see how "certificate" was issued. */
  ownershipCertificate: ownCertificate
    .exactOptional()
    .describe(
      'a public certificate of ACM for the name, in the same region; only with "firewall.api" and a "certificate" that was imported or is of a private authority',
    ),
  hostedZone: z
    .string()
    .regex(/^Z[A-Z0-9]{5,31}$/, 'the id of a zone of Route 53, such as "Z0123456789ABC"')
    .exactOptional()
    .describe('the zone of Route 53 that gets the record; none: you make it yourself'),
});
export type Domain = z.infer<typeof Domain>;

/**
 * The web firewall. The pools have one of the region itself. API Gateway's HTTP APIs take none, so CloudFront stands
 * before the API, whose web ACL and certificates have to live in us-east-1, beyond the one stack of a region: they are
 * made once for the account and named here (docs/operator-guide.md, "A firewall before the API").
 */
export const Firewall = z.strictObject({
  perAddress: z
    .int()
    .min(100)
    .max(1_000_000)
    .describe(
      'how often one address may ask the pools in five minutes; all children of a school may share one',
    ),
  api: z
    .strictObject({
      webAcl: arnOf(
        /^arn:aws[\w-]*:wafv2:us-east-1:\d{12}:global\/webacl\/[\w-]+\/[\w-]+$/,
        'arn:aws:wafv2:us-east-1:111122223333:global/webacl/ladder/1a2b3c4d',
      ).describe('the web ACL of CloudFront'),
      certificate: usCertificate.describe("CloudFront's certificate for the domain's name"),
      clientCertificate: usCertificate.describe(
        'the certificate by which the API knows that it is CloudFront that calls',
      ),
      truststore: z
        .string()
        .regex(
          /^s3:\/\/[a-z0-9.-]{3,63}\/\S+\.pem$/,
          'the address of a file such as "s3://ladder-trust/cloudfront.pem"',
        )
        .describe('the authority of that certificate, as a PEM file in S3'),
    })
    .exactOptional()
    .describe("CloudFront before the API, with the API's own address closed; none: pools only"),
});
export type Firewall = z.infer<typeof Firewall>;
