import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { clientsFor } from '../../bin/rollout/clients.ts';
import { domainFindings } from '../../bin/rollout/domain.ts';
import { allOn, taebaek, taebaekWith } from '../lib/template.ts';
import { FakeAws } from './fake-aws.ts';
import { jsonError } from './fake-replies.ts';

const name = 'api.taebaek.example';
const { awsRegion } = taebaek.deployment;
const arn = `arn:aws:acm:${awsRegion}:111122223333:certificate/1a2b3c4d`;
const zone = 'Z0123456789ABC';
const byCertificate = taebaekWith(`  domain: { name: ${name}, certificate: "${arn}" }\n`);
const byZone = taebaekWith(`  domain: { name: ${name}, hostedZone: ${zone} }\n`);
const { api } = allOn.deployment.firewall ?? {};

let aws: FakeAws;
beforeAll(async () => {
  aws = await FakeAws.start();
});
afterAll(() => aws.stop());
beforeEach(() => {
  aws.account.certificates.clear();
  aws.account.zones.clear();
  aws.objects.clear();
  aws.refuse = () => undefined;
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'key');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  vi.stubEnv('AWS_ENDPOINT_URL', aws.endpoint);
});
afterEach(() => void vi.unstubAllEnvs());

const found = (region = byCertificate, foreign = false) =>
  domainFindings(clientsFor({ region }), region, foreign);
const issued = (DomainName: string, SubjectAlternativeNames = [DomainName]) => ({
  Status: 'ISSUED',
  DomainName,
  SubjectAlternativeNames,
});

describe('a certificate for the API’s own name', () => {
  it.each([
    ['of the name', issued(name)],
    ['with the name among others', issued('taebaek.example', ['taebaek.example', name])],
    ['of all names beside it', issued('*.taebaek.example')],
  ])('%s is fine', async (_, certificate) => {
    aws.account.certificates.set(arn, certificate);
    expect(await found()).toEqual({ findings: [], notes: [] });
  });

  it.each<[string, object | undefined, string]>([
    ['that is not there', undefined, 'aws acm request-certificate'],
    ['that waits for its record', { ...issued(name), Status: 'PENDING_VALIDATION' }, 'is PENDING_'],
    ['that has expired', { ...issued(name), Status: 'EXPIRED' }, 'has to be ISSUED'],
    ['of another name', issued('www.taebaek.example'), `not for ${name}`],
    ['of names above it', issued('*.example'), `not for ${name}`],
    ['of names below it', issued('*.api.taebaek.example'), `not for ${name}`],
  ])('%s is refused, with what to do', async (_, certificate, says) => {
    if (certificate !== undefined) aws.account.certificates.set(arn, certificate);
    const { findings } = await found();
    expect(findings).toMatchObject([{ code: 'certificate-unusable' }]);
    expect(findings[0]?.text).toContain(says);
    expect(findings[0]?.text).toContain('deployment.domain.certificate');
  });

  it('is asked for where it is: those of CloudFront in us-east-1', async () => {
    if (api === undefined) throw new Error('the region with everything on has a firewall');
    const asked: string[] = [];
    aws.account.zones.set(zone, { name: 'taebaek.example' });
    aws.objects.set('/ladder-trust/cloudfront.pem', Buffer.from('PEM'));
    aws.refuse = ({ headers }) => {
      if (headers['x-amz-target'] === 'CertificateManager.DescribeCertificate')
        asked.push(`${/\/([\w-]+)\/acm\//.exec(headers.authorization ?? '')?.[1]}`);
      return undefined;
    };
    aws.account.certificates.set(api.certificate, issued('other.example'));
    aws.account.certificates.set(api.clientCertificate, issued('cloudfront'));
    const { findings } = await found(allOn);
    expect(asked).toEqual(['us-east-1', 'us-east-1']);
    expect(findings).toMatchObject([{ code: 'certificate-unusable' }]);
    expect(findings[0]?.text).toContain('firewall.api.certificate');
  });
});

describe('the certificate by which API Gateway knows whose the name is', () => {
  const ownership = `arn:aws:acm:${awsRegion}:111122223333:certificate/5e6f7a8b`;
  const region = taebaekWith(
    `  domain: { name: ${name}, certificate: "${arn}", ownershipCertificate: "${ownership}" }\n`,
  );

  it.each<[string, object | undefined, string | undefined]>([
    ['of the name', issued(name), undefined],
    ['that is not there', undefined, 'is not there'],
    ['of another name', issued('www.taebaek.example'), `not for ${name}`],
  ])('%s', async (_, certificate, says) => {
    aws.account.certificates.set(arn, issued(name));
    if (certificate !== undefined) aws.account.certificates.set(ownership, certificate);
    const { findings } = await found(region);
    expect(findings.map(({ code }) => code)).toEqual(says ? ['certificate-unusable'] : []);
    expect(findings[0]?.text ?? '').toContain(says ?? '');
    if (says) expect(findings[0]?.text).toContain('deployment.domain.ownershipCertificate');
  });
});

describe('the truststore of CloudFront’s certificate', () => {
  const address = allOn.deployment.firewall?.api?.truststore ?? '';

  beforeEach(() => {
    aws.account.zones.set(zone, { name: 'taebaek.example' });
    aws.account.certificates.set(api?.certificate ?? '', issued(name));
    aws.account.certificates.set(api?.clientCertificate ?? '', issued('cloudfront'));
  });

  it('is fine where it is there', async () => {
    aws.objects.set(address.replace('s3:/', ''), Buffer.from('PEM'));
    expect(await found(allOn)).toEqual({ findings: [], notes: [] });
  });

  it('is fine by a name that an address would write otherwise', async () => {
    const truststore = address.replace(/[^/]+$/, '신뢰 %2e.pem'.replace(' ', '+'));
    const { deployment } = allOn;
    const { firewall } = deployment;
    if (firewall?.api === undefined) throw new Error('everything is on');
    const named = { ...firewall, api: { ...firewall.api, truststore } };
    aws.objects.set(truststore.replace('s3:/', ''), Buffer.from('PEM'));
    const region = { ...allOn, deployment: { ...deployment, firewall: named } };
    expect(await found(region)).toEqual({ findings: [], notes: [] });
  });

  it('is refused where it is not, with what to do; an endpoint that is not AWS is forgiven that', async () => {
    const { findings } = await found(allOn);
    expect(findings).toMatchObject([{ code: 'truststore-unusable' }]);
    expect(findings[0]?.text).toContain(`aws s3 cp ca.pem ${address}`);
    const { findings: none, notes } = await found(allOn, true);
    expect([none.length, notes.length]).toEqual([0, 1]);
    // Nor where the bucket itself is not there.
    aws.refuse = ({ url }) => (url.includes('list-type') ? { status: 404 } : undefined);
    expect((await found(allOn)).findings).toMatchObject([{ code: 'truststore-unusable' }]);
  });

  it.each([403, 301, 400])('is told of where S3 does not show it, by %i', async (status) => {
    aws.refuse = ({ url }) => (url.includes('list-type') ? { status } : undefined);
    const { findings, notes } = await found(allOn);
    expect(findings).toEqual([]);
    expect(notes.join()).toContain(`may not read ${address}`);
  });

  it('is no excuse for a fault of S3', async () => {
    aws.refuse = ({ url }) => (url.includes('list-type') ? { status: 405 } : undefined);
    await expect(found(allOn)).rejects.toThrow();
  });
});

describe('the zone that gets the record', () => {
  it.each([['taebaek.example'], [name]])('%s is fine', async (zoneName) => {
    aws.account.zones.set(zone, { name: zoneName });
    expect(await found(byZone)).toEqual({ findings: [], notes: [] });
  });

  it.each<[string, { name: string; isPrivate?: true } | undefined, string]>([
    ['that is not there', undefined, 'list-hosted-zones'],
    ['of another name', { name: 'baek.example' }, `${name} does not lie`],
    ['whose name only ends alike', { name: 'aebaek.example' }, `${name} does not lie`],
    ['that is private', { name: 'taebaek.example', isPrivate: true }, 'Name a public one'],
  ])('%s is refused, with what to do', async (_, given, says) => {
    if (given !== undefined) aws.account.zones.set(zone, given);
    const { findings } = await found(byZone);
    expect(findings).toMatchObject([{ code: 'zone-unusable' }]);
    expect(findings[0]?.text).toContain(says);
  });
});

it('a region without a name of its own is asked nothing', async () => {
  const before = aws.asked;
  expect(await found(taebaek)).toEqual({ findings: [], notes: [] });
  expect(aws.asked).toBe(before);
});

it.each([['certificates', byCertificate] as const, ['zones', byZone] as const])(
  'an endpoint that keeps no %s is told of; AWS itself is not forgiven that',
  async (_, region) => {
    aws.refuse = () => jsonError('UnknownOperationException', 'not emulated', 404);
    const { findings, notes } = await found(region, true);
    expect({ findings, notes: notes.length }).toEqual({ findings: [], notes: 1 });
    await expect(found(region, false)).rejects.toThrow();
  },
);
