import { type ACMClient, DescribeCertificateCommand } from '@aws-sdk/client-acm';
import { GetHostedZoneCommand } from '@aws-sdk/client-route-53';
import type { Region } from '../../regions/schema.ts';
import { isNamed, statusOf } from './aws-refusals.ts';
import type { Clients } from './clients.ts';
import type { Finding } from './stopped.ts';
import { truststoreFound } from './truststore.ts';

/** What is found of the API's own name. */
export interface DomainFound {
  readonly findings: readonly Finding[];
  /** What could not be asked. */
  readonly notes: readonly string[];
}

type Answer = Finding | 'fine' | 'not kept here' | 'not shown';

/**
 * What keeps the API from its own name: certificates that are not there, not issued or for another name, a truststore that
 * is not there, and a zone of Route 53 in which the name does not lie. CloudFormation would find out after a quarter of an hour, and go back.
 *
 * @param foreign - an endpoint that is not AWS's own answers, and may keep neither certificates nor zones
 */
export async function domainFindings(
  {
    acm,
    acmOfCloudFront,
    route53,
    s3,
  }: Pick<Clients, 'acm' | 'acmOfCloudFront' | 'route53' | 's3'>,
  region: Region,
  foreign: boolean,
): Promise<DomainFound> {
  const { domain, firewall } = region.deployment;
  if (domain === undefined) return { findings: [], notes: [] };
  const { name, certificate, ownershipCertificate, hostedZone } = domain;
  const { api } = firewall ?? {};
  const key = (of: string) => `deployment.${of} in the region file`;
  const edge = key('firewall.api.certificate');
  const proof = key('firewall.api.clientCertificate');
  const owned = key('domain.ownershipCertificate');
  const questions = [
    ...(certificate === undefined
      ? []
      : [looked(acm, certificate, key('domain.certificate'), name)]),
    ...(ownershipCertificate === undefined ? [] : [looked(acm, ownershipCertificate, owned, name)]),
    ...(hostedZone === undefined ? [] : [zone(route53, hostedZone, name)]),
    ...(api === undefined ? [] : [looked(acmOfCloudFront, api.certificate, edge, name)]),
    ...(api === undefined ? [] : [looked(acmOfCloudFront, api.clientCertificate, proof)]),
  ];
  const answers = await Promise.all([
    ...questions.map((question) => (foreign ? unlessForeign(question) : question)),
    truststoreFound(s3, region, foreign),
  ]);
  const notKept = 'this endpoint keeps no certificates, zones or truststore: not looked at';
  const notShown = `these credentials may not read ${api?.truststore}: whether it is there nobody has looked`;
  return {
    findings: answers.filter((answer) => typeof answer !== 'string'),
    notes: [
      ...(answers.includes('not kept here') ? [notKept] : []),
      ...(answers.includes('not shown') ? [notShown] : []),
    ],
  };
}

/** An endpoint without a service says 404 in words of its own, where AWS names what is missing. */
async function unlessForeign(question: Promise<Answer>): Promise<Answer> {
  try {
    return await question;
  } catch (error) {
    if (statusOf(error) === 404) return 'not kept here';
    throw error;
  }
}

/** @param name - that the certificate has to be for */
async function looked(
  acm: ACMClient,
  CertificateArn: string,
  where: string,
  name?: string,
): Promise<Answer> {
  const certificate = await described(acm, CertificateArn);
  const refused = (what: string) =>
    ({
      code: 'certificate-unusable',
      text: `The certificate ${CertificateArn} (${where}) ${what}`,
    }) as const;
  if (certificate === undefined)
    return refused(
      'is not there in this account. Correct the ARN, or ask for one with "aws acm request-certificate".',
    );
  const { Status, DomainName = '', SubjectAlternativeNames = [] } = certificate;
  if (Status !== 'ISSUED')
    return refused(
      `is ${Status}, and has to be ISSUED. "aws acm describe-certificate" shows the DNS record that it waits for, or why it ended.`,
    );
  const names = [...new Set([DomainName, ...SubjectAlternativeNames])];
  if (name === undefined || names.some((one) => covers(one, name))) return 'fine';
  return refused(
    `is for ${names.join(', ')}, not for ${name}. Ask for one that names it, or correct "domain.name".`,
  );
}

async function described(acm: ACMClient, CertificateArn: string) {
  try {
    const { Certificate } = await acm.send(new DescribeCertificateCommand({ CertificateArn }));
    return Certificate;
  } catch (error) {
    if (isNamed(error, 'ResourceNotFoundException')) return undefined;
    throw error;
  }
}

/** A star stands for one label (RFC 6125, section 6.4.3). */
function covers(of: string, name: string): boolean {
  return of === name || (of.startsWith('*.') && name.slice(name.indexOf('.')) === of.slice(1));
}

async function zone(route53: Clients['route53'], Id: string, name: string): Promise<Answer> {
  const where = `The zone ${Id} of Route 53 (deployment.domain.hostedZone in the region file)`;
  const refused = (what: string) => ({ code: 'zone-unusable', text: `${where} ${what}` }) as const;
  const found = await zoneOf(route53, Id);
  if (found === undefined)
    return refused(
      'is not there in this account. "aws route53 list-hosted-zones" lists those that are; correct the id, or leave it out and make the record yourself.',
    );
  const zoneName = (found.Name ?? '').replace(/\.$/, '');
  if (found.Config?.PrivateZone === true)
    return refused('is private: people outside would not find the API. Name a public one.');
  if (name === zoneName || name.endsWith(`.${zoneName}`)) return 'fine';
  return refused(`is ${zoneName}, in which ${name} does not lie. Correct the id or "domain.name".`);
}

async function zoneOf(route53: Clients['route53'], Id: string) {
  try {
    const { HostedZone } = await route53.send(new GetHostedZoneCommand({ Id }));
    return HostedZone;
  } catch (error) {
    if (isNamed(error, 'NoSuchHostedZone')) return undefined;
    throw error;
  }
}
