import type { Finding } from '../fault.ts';
import type { Sections } from '../sections.ts';

/** A name needs a certificate, or a zone in which the stack can prove that the name is the region's. */
export function domainProof({ deployment }: Sections): Finding[] {
  const domain = deployment?.domain;
  if (domain === undefined || domain.certificate !== undefined || domain.hostedZone !== undefined)
    return [];
  return [
    {
      path: ['deployment', 'domain'],
      problem: 'has neither "certificate" nor "hostedZone"',
      remedy: 'add the id of the zone of Route 53, or the ARN of a certificate for the name',
    },
  ];
}

/** API Gateway takes certificates of its own region only. */
export function certificateRegion({ deployment }: Sections): Finding[] {
  const domain = deployment?.domain;
  if (domain === undefined || deployment === undefined) return [];
  const { awsRegion } = deployment;
  return (['certificate', 'ownershipCertificate'] as const)
    .filter((name) => (domain[name]?.split(':')[3] ?? awsRegion) !== awsRegion)
    .map((name) => ({
      path: ['deployment', 'domain', name],
      problem: `is not in ${awsRegion}, where the API is`,
      remedy: `write the ARN of a certificate in ${awsRegion}; that of CloudFront is "firewall.api.certificate"`,
    }));
}

/** Before the API, people ask by its own name; its other address is closed. */
export function firewallDomain({ deployment }: Sections): Finding[] {
  if (deployment?.firewall?.api === undefined || deployment.domain !== undefined) return [];
  return [
    {
      path: ['deployment', 'firewall', 'api'],
      problem: 'needs the name that CloudFront answers to',
      remedy: 'add "domain" with the name, or leave "api" out to protect the pools only',
    },
  ];
}
