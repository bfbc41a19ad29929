import { describe } from 'vitest';
import { specify } from './hamlet.ts';

/** Where the hamlet's deployment begins, with something added. */
const place = '  awsRegion: ap-northeast-2\n';
const adding = (text: string) => `${place}${text}\n`;
const api = `{ perAddress: 2000, api: { webAcl: "arn:aws:wafv2:us-east-1:111122223333:global/webacl/a/b", certificate: "arn:aws:acm:us-east-1:111122223333:certificate/a", clientCertificate: "arn:aws:acm:us-east-1:111122223333:certificate/b", truststore: "s3://trust/a.pem" } }`;
const seoulCertificate = 'arn:aws:acm:ap-northeast-2:111122223333:certificate/a';

describe('the name of the API', () => {
  specify([
    [
      'with a zone',
      place,
      adding('  domain: { name: api.hamlet.example, hostedZone: Z012345678 }'),
    ],
    [
      'with a certificate',
      place,
      adding(`  domain: { name: api.hamlet.example, certificate: "${seoulCertificate}" }`),
    ],
    [
      'with neither',
      place,
      adding('  domain: { name: api.hamlet.example }'),
      'r.yaml:7:11 deployment.domain: has neither "certificate" nor "hostedZone", add the id of the zone of Route 53, or the ARN of a certificate for the name',
    ],
    [
      "with CloudFront's certificate",
      place,
      adding(
        '  domain: { name: api.hamlet.example, certificate: "arn:aws:acm:us-east-1:111122223333:certificate/a" }',
      ),
      'r.yaml:7:52 deployment.domain.certificate: is not in ap-northeast-2, where the API is, write the ARN of a certificate in ap-northeast-2; that of CloudFront is "firewall.api.certificate"',
    ],
    [
      'with a certificate elsewhere that proves the name',
      place,
      adding(
        `  domain: { name: api.hamlet.example, certificate: "${seoulCertificate}", ownershipCertificate: "arn:aws:acm:us-east-1:111122223333:certificate/a" }`,
      ),
      'r.yaml:7:131 deployment.domain.ownershipCertificate: is not in ap-northeast-2, where the API is, write the ARN of a certificate in ap-northeast-2; that of CloudFront is "firewall.api.certificate"',
    ],
    [
      'with what is no ARN',
      place,
      adding('  domain: { name: api.hamlet.example, certificate: mine }'),
      'r.yaml:7:52 deployment.domain.certificate: is the text "mine", write an ARN such as "arn:aws:acm:ap-northeast-2:111122223333:certificate/1a2b3c4d"',
    ],
  ]);
});

describe('the firewall', () => {
  specify([
    ['before the pools only', place, adding('  firewall: { perAddress: 2000 }')],
    [
      'before the API by its name',
      place,
      adding(`  domain: { name: api.hamlet.example, hostedZone: Z012345678 }\n  firewall: ${api}`),
    ],
    [
      'before the API without a name',
      place,
      adding(`  firewall: ${api}`),
      'r.yaml:7:38 deployment.firewall.api: needs the name that CloudFront answers to, add "domain" with the name, or leave "api" out to protect the pools only',
    ],
    [
      'that would keep out a school',
      place,
      adding('  firewall: { perAddress: 10 }'),
      'r.yaml:7:27 deployment.firewall.perAddress: is the number 10, write 100 or more',
    ],
    [
      'with a web ACL of another region',
      place,
      adding(
        `  domain: { name: api.hamlet.example, hostedZone: Z012345678 }\n  firewall: ${api.replace('wafv2:us-east-1', 'wafv2:ap-northeast-2')}`,
      ),
      'r.yaml:8:48 deployment.firewall.api.webAcl: is the text "arn:aws:wafv2:ap-northeast-2:111122223333:global/webacl/a/b", write an ARN such as "arn:aws:wafv2:us-east-1:111122223333:global/webacl/ladder/1a2b3c4d"',
    ],
  ]);
});

describe('keys and plans', () => {
  specify([
    ['of the region', place, adding('  keys: own\n  threatProtection: plus')],
    [
      'that nobody knows',
      place,
      adding('  keys: mine'),
      'r.yaml:7:9 deployment.keys: is the text "mine", write one of "aws", "own"',
    ],
  ]);
});
